"""What was fetched is what was meant, whatever the line and the server do."""

import hashlib
import re
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pytest

from models.fetching import fetch
from models.releases import RELEASES
from pipelines.errors import ModelError
from tests.models.conftest import Files

CONTENT = np.random.default_rng(3).integers(0, 256, 300_000, np.uint8).tobytes()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def to(tmp_path: Path, files: Files) -> Path:
    files.content = CONTENT
    return tmp_path / "new" / "net.onnx"


def part(to: Path) -> Path:
    return to.with_name("net.onnx.part")


def test_a_file_is_fetched_and_how_far_it_is_is_told(to: Path, files: Files) -> None:
    told: list[tuple[int, int | None]] = []
    fetch(files.url, to, sha256=SHA256, told=lambda has, of: told.append((has, of)))
    assert to.read_bytes() == CONTENT
    assert not part(to).exists()
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)


def test_where_the_line_broke_it_goes_on(to: Path, files: Files) -> None:
    files.breaks_at = 100_000
    with pytest.raises(ModelError, match="after 100000 of 300000 bytes; run it again"):
        fetch(files.url, to, sha256=SHA256)
    assert part(to).read_bytes() == CONTENT[:100_000]
    assert not to.exists()
    fetch(files.url, to, sha256=SHA256)
    assert to.read_bytes() == CONTENT
    assert files.asked == ["", "bytes=100000-"]


def test_from_a_server_that_knows_no_ranges_it_begins_again(to: Path, files: Files) -> None:
    files.ranges, files.breaks_at = False, 100_000
    with pytest.raises(ModelError, match="the line broke"):
        fetch(files.url, to, sha256=SHA256)
    fetch(files.url, to, sha256=SHA256)
    assert to.read_bytes() == CONTENT
    assert files.asked == ["", "bytes=100000-"]


def test_a_file_with_another_hash_is_refused_and_removed(to: Path, files: Files) -> None:
    files.content = CONTENT[:-1] + b"!"
    with pytest.raises(ModelError) as caught:
        fetch(files.url, to, sha256=SHA256)
    assert f"refused, its sha256 should be {SHA256}, is " in str(caught.value)
    assert list(to.parent.iterdir()) == []


def test_a_part_of_another_file_is_refused_and_removed(to: Path, files: Files) -> None:
    to.parent.mkdir()
    part(to).write_bytes(b"something else")
    with pytest.raises(ModelError, match="refused"):
        fetch(files.url, to, sha256=SHA256)
    fetch(files.url, to, sha256=SHA256)
    assert to.read_bytes() == CONTENT


def test_a_part_that_is_whole_already_is_taken(to: Path, files: Files) -> None:
    to.parent.mkdir()
    part(to).write_bytes(CONTENT)
    fetch(files.url, to, sha256=SHA256)
    assert to.read_bytes() == CONTENT


def test_a_file_that_is_not_there_and_a_server_that_is_not_there_are_said(
    to: Path, files: Files
) -> None:
    with pytest.raises(ModelError, match="Not Found"):
        fetch(f"{files.url}.none", to, sha256=SHA256)
    with pytest.raises(ModelError, match="refused"):
        fetch("http://127.0.0.1:1/net.onnx", to, sha256=SHA256)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_what_can_be_fetched_is_pinned_and_comes_from_its_makers(release: object) -> None:
    (each,) = [each for each in RELEASES if each is release]
    assert re.fullmatch(r"[0-9a-f]{64}", each.sha256)
    assert urlparse(each.url).scheme == "https"
    assert "/Megvii-BaseDetection/YOLOX/releases/download/" in each.url
    assert each.licence in {"MIT", "Apache-2.0"}
