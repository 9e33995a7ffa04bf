"""Which way things go: scenes with exactly what is said of them."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Track
from pipelines.moving import WrongDirectionJudge
from pipelines.rules import WrongDirection
from pipelines.zones import Zone
from tests.builders import facts, quick
from tests.pipelines.rules_at_work import Scene, ids, life_of, said, standing, there

ALL = Zone(id="road", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
LEFT_HALF = Zone(id="road", polygon=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))


def judge(zone: Zone = ALL) -> WrongDirectionJudge:
    """The right way is to the right."""
    rule = WrongDirection(
        zone="road", classes=("car",), way=((0.2, 0.5), (0.8, 0.5)), travel=0.5, over_s=2.0,
        within_deg=45, ends_after_s=2.0, update_s=10,
    )  # fmt: skip
    return WrongDirectionJudge(rule, zone, facts(), ids())


def drive(
    begin: tuple[float, float], speed: tuple[float, float], *, until_s: float = 5.0, number: int = 1
) -> Scene:
    """A car 0.2 of the picture's height, seen five times a second, at shares per second."""

    def scene(now_s: float) -> list[Track]:
        seen_s = int(now_s * 5) / 5
        x, y = begin[0] + speed[0] * seen_s, begin[1] + speed[1] * seen_s
        if now_s >= until_s:
            return []
        return [standing(x, y, number=number, label="car", seen_s=seen_s)]

    return scene


def test_a_car_against_the_way_is_told_of_until_it_is_gone() -> None:
    told = said(judge(), drive((0.9, 0.5), (-0.1, 0)))
    assert life_of(told) == [(0.6, "begin", 1), (6.9, "end", 0)]
    assert {(what.rule, what.zone, what.label) for _, what in told} == {
        ("wrong-direction", "road", "car")
    }


def test_a_car_that_goes_the_right_way_is_let_through() -> None:
    assert not said(judge(), drive((0.1, 0.5), (0.1, 0)))


def test_across_is_not_against() -> None:
    assert not said(judge(), drive((0.5, 0.9), (-0.05, -0.15)))
    assert said(judge(), drive((0.9, 0.9), (-0.1, -0.05)))


def test_a_car_that_is_pushed_back_a_little_is_let_through() -> None:
    assert not said(judge(), drive((0.9, 0.5), (-0.02, 0)))


def test_only_what_is_in_the_zone_counts() -> None:
    ((at_s, phase, _), *_) = life_of(said(judge(LEFT_HALF), drive((0.9, 0.5), (-0.1, 0))))
    assert (at_s, phase) == (4.2, "begin")


def test_each_car_is_a_life_of_its_own() -> None:
    two = lambda s: [  # noqa: E731
        *drive((0.9, 0.5), (-0.1, 0))(s), *drive((0.9, 0.8), (-0.1, 0), number=2)(s),
    ]  # fmt: skip
    assert [what.episode for _, what in said(judge(), two, seconds=3)] == ["life-1", "life-2"]


def test_a_car_that_turns_around_has_ended_it() -> None:
    def turns(now_s: float) -> list[Track]:
        seen_s = int(now_s * 5) / 5
        x = 0.9 - 0.1 * min(seen_s, 3) + 0.1 * max(0.0, seen_s - 3)
        return [standing(x, 0.5, label="car", seen_s=seen_s)]

    ((_, begin), (end_s, end)) = said(judge(), turns, seconds=9)
    assert (begin.phase, end.phase) == ("begin", "end")
    assert 5 < end_s < 7


def test_what_is_remembered_of_tracks_ends_with_them() -> None:
    watch = judge()
    said(watch, drive((0.9, 0.5), (-0.1, 0)))
    said(watch, there(), begin_s=20, seconds=5)
    assert not watch.trails.trails
    assert not watch.wrong
    assert not watch.lives.lives


@quick
@given(st.lists(st.tuples(st.floats(0, 0.1), st.floats(-0.1, 0.1)), max_size=30))
def test_whoever_never_goes_back_is_never_told_of(steps: list[tuple[float, float]]) -> None:
    places = [(0.0, 0.5)]
    for dx, dy in steps:
        places.append((places[-1][0] + dx, places[-1][1] + dy))
    scene = lambda s: [standing(*places[round(s * 5)], label="car", seen_s=s)]  # noqa: E731
    assert not said(judge(), scene, seconds=len(places) / 5, fps=5)
