"""How boxes do: the latest heartbeat of each, and who is never missed."""

from center.boxes import Boxes
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
