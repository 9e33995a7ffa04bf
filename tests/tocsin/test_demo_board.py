"""What the demo knows: how late a word of an event is, and that a picture is none."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from pipelines.flow import Event, Phase
from tests.center.centre import event
from tests.center.desks import Office
from tests.center.empty import empty
from tocsin.demo.board import Board

LATE_S, PICTURE_LATE_S = 0.1, 0.6


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = empty(tmp_path / "centre.db")
    yield Office(store)
    store.close()


def word(camera: str, at_s: float, phase: Phase = "begin", *, again: bool = False) -> Event:
    said = event(camera=camera, after_s=at_s, life=(camera, phase))
    return msgspec.structs.replace(said, data=msgspec.structs.replace(said.data, again=again))


def test_each_word_is_timed_once_in_whatever_order_two_cameras_pictures_follow(
    office: Office,
) -> None:
    board = Board()
    for camera, after_s in (("east", 0.0), ("west", 0.07), ("east", 15.0)):
        said = word(camera, after_s, "begin" if after_s < 1 else "update")
        board.alerted(office.file(said), at_s=said.time.timestamp() + LATE_S)
    for camera, after_s in (("east", 0.0), ("west", 0.07), ("east", 15.0)):
        follows = word(camera, after_s, "update", again=True)
        board.alerted(office.file(follows), at_s=follows.time.timestamp() + PICTURE_LATE_S)
    known = board.now()
    assert [alert.events for alert in known.alerts] == [3]
    assert known.latencies_ms == pytest.approx([1000 * LATE_S] * 3, abs=0.1)
    assert set(known.first_ms) == {known.alerts[0].id}
