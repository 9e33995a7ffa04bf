"""How boxes do: the latest heartbeat of each, and who is never missed."""

from datetime import UTC, datetime

import pytest

from center.boxes import COMPARED, Boxes
from center.config import Speaker
from pipelines.flow import Heartbeat
from pipelines.wire import encode
from tests.center.centre import NOON
from tests.center.desks import MovedClock


def test_who_speaks_for_doors_only_is_not_missed_until_it_says_how_it_does() -> None:
    doors = Speaker(box="doors", site="demo", password="x", beats=False)
    boxes = Boxes((Speaker(box="box-1", site="demo", password="x"), doors), MovedClock())
    assert [(each.box, each.online) for each in boxes.states()] == [("box-1", False)]
    boxes.hear("doors", encode(Heartbeat(box="doors", site="demo", time=NOON)))
    assert [each.box for each in boxes.states() if each.online] == ["doors"]


def test_a_box_whose_clock_is_wrong_is_told_of_by_the_beat_that_came_the_fastest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = MovedClock()
    boxes = Boxes((Speaker(box="box-1", site="demo", password="x"),), clock)

    def hear(*, ahead_s: float, online: bool = True) -> float | None:
        time = datetime.fromtimestamp(clock.at_s + ahead_s, UTC)
        boxes.hear("box-1", encode(Heartbeat(box="box-1", site="demo", time=time, online=online)))
        return boxes.states()[0].ahead_s

    assert hear(ahead_s=-3600, online=False) is None
    assert hear(ahead_s=-0.4) == -0.4
    assert hear(ahead_s=-30) == -0.4  # it was long on its way
    assert not caplog.records
    assert [hear(ahead_s=7200) for _ in range(COMPARED)][-1] == 7200
    assert [hear(ahead_s=-0.1) for _ in range(COMPARED)][-1] == -0.1
    assert [each.getMessage() for each in caplog.records] == [
        "box=box-1 clock=off ahead_s=7200.0", "box=box-1 clock=right ahead_s=-0.1",
    ]  # fmt: skip
