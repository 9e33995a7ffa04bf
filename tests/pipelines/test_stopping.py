"""Vehicles that stand: scenes with exactly what is said of them."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Track
from pipelines.rules import StoppedVehicle
from pipelines.stopping import StoppedVehicleJudge
from pipelines.zones import Zone
from tests.builders import facts, quick
from tests.pipelines.rules_at_work import ids, life_of, said, standing, there

ROAD = Zone(id="road", polygon=((0, 0.3), (1, 0.3), (1, 1), (0, 1)))


def judge() -> StoppedVehicleJudge:
    rule = StoppedVehicle(zone="road", dwell_s=10, moved=0.2, ends_after_s=4, update_s=20)
    return StoppedVehicleJudge(rule, ROAD, facts(), ids())


def car(x: float, now_s: float, *, number: int = 1, label: str = "car", y: float = 0.6) -> Track:
    """A car of 0.2 of the picture's height, seen once a second."""
    return standing(x, y, number=number, label=label, seen_s=float(int(now_s)))


def test_a_car_that_stops_is_told_of_until_it_drives_on() -> None:
    def stops(now_s: float) -> list[Track]:
        driven = 0.1 * min(now_s, 5.0) + 0.1 * max(0.0, now_s - 25)
        return [car(0.1 + driven, now_s)] if now_s < 29 else []

    told = said(judge(), stops, seconds=40)
    assert life_of(told) == [(15.0, "begin", 1), (29.9, "end", 0)]
    assert [what.dwell_s for _, what in told] == [10.0, 20.9]
    assert {(what.rule, what.label, what.zone) for _, what in told} == {
        ("stopped-vehicle", "car", "road")
    }


def test_a_box_that_trembles_stands() -> None:
    trembles = lambda s: [car(0.5 + 0.01 * (int(s) % 2), s)]  # noqa: E731
    assert life_of(said(judge(), trembles, seconds=15)) == [(10.0, "begin", 1)]


def test_a_car_that_creeps_does_not_stand() -> None:
    assert not said(judge(), lambda s: [car(0.1 + 0.005 * s, s)], seconds=60)


def test_only_vehicles_in_the_zone_count() -> None:
    assert not said(judge(), lambda s: [car(0.5, s, label="person")], seconds=20)
    assert not said(judge(), lambda s: [car(0.5, s, y=0.25)], seconds=20)


def test_a_car_that_is_lost_and_found_stands_on() -> None:
    lost = lambda s: [] if 12 <= s < 14 else [car(0.5, s, number=1 if s < 12 else 2)]  # noqa: E731
    told = said(judge(), lost, seconds=32)
    assert life_of(told) == [(10.0, "begin", 1), (30.0, "update", 1)]


def test_the_next_in_the_queue_does_not_inherit_the_firsts_time() -> None:
    def queue(now_s: float) -> list[Track]:
        first = car(0.3 if now_s < 8 else 0.7, now_s)
        return [first] if now_s < 9 else [first, car(0.3, now_s, number=2)]

    assert [at_s for at_s, phase, _ in life_of(said(judge(), queue, seconds=22))] == [18.0, 19.0]


def test_what_is_remembered_of_cars_is_bounded() -> None:
    watch = judge()
    for number in range(50):
        said(watch, lambda s, n=number: [car(0.5, s, number=n)], begin_s=number, seconds=1)  # type: ignore[misc]
    said(watch, there(), begin_s=60, seconds=10)
    assert not watch.stands
    assert not watch.lives.lives


@quick
@given(st.lists(st.floats(0.02, 0.1), min_size=1, max_size=40))
def test_a_car_that_never_stops_is_never_told_of(steps: list[float]) -> None:
    places = [0.0]
    for step in steps:
        places.append((places[-1] + step + 0.03) % 1.0)
    assert not said(judge(), lambda s: [car(places[int(s)], s)], seconds=len(places), fps=5)
