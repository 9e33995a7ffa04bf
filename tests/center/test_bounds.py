"""How much a box says: what is too much of it within a minute, and what is not."""

from center.bounds import Bounds, Claim
from center.config import Speaker
from pipelines.flow import Facts

NOON_S = 12 * 3600.0


def told(bounds: Bounds, number: int, *, now_s: float, ago_s: float = 1.0) -> None:
    facts = Facts(site="s", camera="c", place="p", rule="motion")
    for _ in range(number):
        bounds.count(facts, happened_s=now_s - ago_s, now_s=now_s)


def bounds() -> Bounds:
    return Bounds((Speaker(box="b", site="s", password="x", most_per_min=10),))


def test_one_alarm_a_minute_tells_of_a_flood_however_large_it_is() -> None:
    known = bounds()
    told(known, 10, now_s=NOON_S)
    assert not known.caught
    told(known, 500, now_s=NOON_S + 5)
    assert list(known.caught) == [Claim("b", "flood", "more than 10 events within a minute")]
    told(known, 500, now_s=NOON_S + 65)
    assert len(known.caught) == 2


def test_a_box_that_says_what_it_may_each_minute_is_none() -> None:
    known = bounds()
    for minute in range(60):
        told(known, 10, now_s=NOON_S + 60 * minute)
    assert not known.caught
    assert known.told["b"] == 600


def test_what_waited_in_a_spool_is_no_flood() -> None:
    known = bounds()
    told(known, 5000, now_s=NOON_S, ago_s=600)
    assert not known.caught
    assert known.told["b"] == 5000
