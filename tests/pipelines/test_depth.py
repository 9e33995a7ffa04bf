"""A message that is nested beyond all measure is unreadable, and no more than that."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from center import config as centre
from center import geojson, watchlist
from edge import config as box
from pipelines.commands import decode_answer, decode_command, id_in
from pipelines.errors import ConfigError
from pipelines.wire import decode_clip, decode_event, decode_heartbeat, decode_told

DEPTH = 100_000
DEEP = b'{"id": "a", "x": ' + b"[" * DEPTH + b"]" * DEPTH + b"}"


@pytest.mark.parametrize(
    "read",
    [decode_event, decode_clip, decode_told, decode_heartbeat, decode_command, decode_answer],
)
def test_it_is_refused_like_anything_that_cannot_be_read(read: Callable[[bytes], object]) -> None:
    with pytest.raises(msgspec.DecodeError):
        read(DEEP)


def test_it_has_no_id_to_answer_to() -> None:
    assert id_in(DEEP) == ""


@pytest.mark.parametrize("read", [box.loaded, watchlist.loaded])
def test_a_file_of_settings_is_refused_with_its_name(
    read: Callable[[str, Path], object], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"a\.yaml: nested too deeply"):
        read("a: " + "[" * 5000 + "]" * 5000, tmp_path / "a.yaml")


def test_so_is_a_map(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no GeoJSON"):
        geojson.located((), DEEP, name="map.geojson")
    path = tmp_path / "a.yaml"
    path.write_text("a: " + "{a: " * 5000)
    with pytest.raises(ConfigError, match=r"a\.yaml"):
        centre.load(path)
