"""Who goes over a line, which way, and how many have: scenes with exactly what is said of them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipelines.crossing import LineJudge
from pipelines.feet import foot_of
from pipelines.flow import Direction, Facts, Track
from pipelines.rules import LineCrossing
from pipelines.schedule import Schedule
from pipelines.zones import Line
from tests.builders import facts, quick
from tests.pipelines.rules_at_work import Scene, at, findings, ids, life_of, said, standing, there

DOWN = Line(id="gate", points=((0.5, 0.0), (0.5, 1.0)))
"""From the top to the bottom: seen from the top downwards, A is in the picture's right half."""

LEFT, RIGHT = (0.3, 0.6), (0.7, 0.6)


def judge(line: Line = DOWN, **settings: object) -> LineJudge:
    rule = LineCrossing(line=line.id, hysteresis=0.05, ends_after_s=4, **settings)  # type: ignore[arg-type]
    return LineJudge(rule, line, facts(), ids())


def walk(*points: tuple[float, float], number: int = 1, pace_s: float = 1.0) -> Scene:
    """From point to point, one step each `pace_s`, as seen at each step; gone after the last."""

    def scene(now_s: float) -> list[Track]:
        step = int(now_s / pace_s)
        if step >= len(points):
            return []
        return [standing(*points[step], number=number, seen_s=step * pace_s)]

    return scene


def counts(
    told: list[tuple[float, Facts]],
) -> list[tuple[Direction | None, int | None, int | None]]:
    return [(what.direction, what.a_to_b, what.b_to_a) for _, what in told]


def test_whoever_crosses_is_told_of_with_the_way_and_the_counts() -> None:
    told = said(judge(), walk(RIGHT, LEFT))
    assert life_of(told) == [(1.0, "begin", 1), (5.0, "end", 0)]
    assert told[0][1] == Facts(
        site="north", camera="gate-1", place="gate", rule="line-crossing", line="gate",
        label="person", confidence=0.8, box=(0.2719, 0.4, 0.3281, 0.6), phase="begin",
        episode="life-1", direction="a-to-b", a_to_b=1, b_to_a=0,
    )  # fmt: skip


def test_left_and_right_are_as_one_sees_them_along_the_line() -> None:
    up = Line(id="up", points=DOWN.points[::-1])
    assert counts(said(judge(), walk(LEFT, RIGHT)))[0] == ("b-to-a", 0, 1)
    assert counts(said(judge(up), walk(LEFT, RIGHT)))[0] == ("a-to-b", 1, 0)


def test_each_way_has_a_life_and_the_counts_run_on() -> None:
    told = said(judge(), walk(RIGHT, LEFT, RIGHT, LEFT), seconds=12)
    assert [(what.phase, what.episode, what.a_to_b, what.b_to_a) for _, what in told] == [
        ("begin", "life-1", 1, 0), ("begin", "life-2", 1, 1), ("update", "life-1", 2, 1),
        ("end", "life-2", 1, 1), ("end", "life-1", 2, 1),
    ]  # fmt: skip


def test_two_who_cross_at_once_are_one_word_and_two_counts() -> None:
    both = lambda s: [*walk(RIGHT, LEFT)(s), *walk((0.8, 0.9), (0.2, 0.9), number=2)(s)]  # noqa: E731
    told = said(judge(), both)
    assert (told[0][1].count, told[0][1].a_to_b) == (2, 2)


def test_only_the_way_that_is_asked_for_is_told_of_and_both_are_counted() -> None:
    told = said(judge(direction="b-to-a"), walk(RIGHT, LEFT, RIGHT), seconds=4)
    assert counts(told) == [("b-to-a", 1, 1)]


def test_a_picture_comes_with_the_first_crossing_only() -> None:
    found = findings(judge(), walk(RIGHT, LEFT, RIGHT, LEFT), seconds=4)
    assert [each.pictured for each in found] == [True, True, False]


def test_whoever_treads_on_the_line_has_not_crossed_it() -> None:
    on_it = [(0.5 + 0.02 * (-1) ** step, 0.6) for step in range(20)]
    assert not said(judge(), walk(RIGHT, *on_it, RIGHT, pace_s=0.2))
    assert counts(said(judge(), walk(RIGHT, *on_it, LEFT, pace_s=0.2)))[0] == ("a-to-b", 1, 0)


def test_whoever_walks_around_the_lines_end_has_not_crossed_it() -> None:
    short = Line(id="gate", points=((0.5, 0.5), (0.5, 1.0)))
    assert not said(judge(short), walk(RIGHT, (0.7, 0.3), (0.3, 0.3), LEFT))
    assert said(judge(short), walk(RIGHT, LEFT))


def test_where_a_track_should_be_by_now_is_not_where_it_was_seen() -> None:
    guessed = lambda s: [standing(*(RIGHT if s < 1 else LEFT), seen_s=0.0)]  # noqa: E731
    assert not said(judge(), guessed)


def test_out_of_hours_nobody_is_counted() -> None:
    watch = judge(schedule=Schedule(hours="13:00-14:00"))
    assert not said(watch, walk(RIGHT, LEFT))
    assert watch.counts == {"a-to-b": 0, "b-to-a": 0}


def test_a_line_may_have_corners() -> None:
    bent = Line(id="gate", points=((0.2, 0.2), (0.5, 0.8), (0.8, 0.2)))
    assert [bent.crossed((0.5, 0.1), (0.5, 0.9)), bent.crossed((0.5, 0.9), (0.5, 0.1))] == [1, -1]
    assert bent.crossed((0.1, 0.5), (0.9, 0.5)) == 0
    assert not said(judge(bent), there(standing(0.5, 0.5)))


def test_what_is_remembered_of_tracks_ends_with_them() -> None:
    watch = judge()
    for number in range(50):
        said(watch, walk(RIGHT, LEFT, number=number), begin_s=0, seconds=2)
    said(watch, there(), begin_s=10, seconds=1)
    assert not watch.walks


LINE_ACROSS = Line(id="gate", points=((0.5, 0.0), (0.5, 0.4), (0.5, 1.0)))
steps = st.tuples(st.floats(0.05, 0.95), st.floats(0.3, 1.0))


@quick
@given(st.lists(steps, min_size=2, max_size=40))
def test_what_goes_over_a_line_and_back_nets_to_zero(points: list[tuple[float, float]]) -> None:
    watch = judge(LINE_ACROSS)
    told = said(watch, walk(*points, pace_s=0.5), seconds=len(points) / 2, fps=2)
    feet = [foot_of(standing(*each), at(0)) for each in points]
    sides = [foot[0] > 0.5 for foot in feet if LINE_ACROSS.away(foot, 16 / 9) >= 0.05]
    counted = sum(watch.counts.values())
    assert counted == sum(a != b for a, b in itertools.pairwise(sides))
    if sides:
        assert watch.counts["a-to-b"] - watch.counts["b-to-a"] == sides[0] - sides[-1]
    assert sum(what.count for _, what in told if what.phase != "end") == counted


@quick
@given(st.lists(st.tuples(st.floats(0.05, 0.49), st.floats(0.3, 1.0)), max_size=30))
def test_a_track_that_stays_on_one_side_never_crosses(points: list[tuple[float, float]]) -> None:
    assert not said(judge(), walk(*points, pace_s=0.5), seconds=len(points) / 2, fps=4)


@quick
@given(steps, steps, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=5))
def test_the_way_back_undoes_the_way_there(
    begin: tuple[float, float], end: tuple[float, float], points: list[tuple[float, float]]
) -> None:
    line = Line(id="any", points=tuple(points))
    assert line.crossed(begin, end) == -line.crossed(end, begin)
