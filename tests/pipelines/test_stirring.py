"""Motion in a zone, of whatever it is: scenes with exactly what is said of them."""

import pytest

from pipelines.flow import Box, Motion
from pipelines.rules import MotionOnly
from pipelines.stirring import MotionJudge
from pipelines.zones import Zone
from tests.builders import facts, motion
from tests.pipelines.rules_at_work import HEIGHT, WIDTH, ids, life_of, said, there

STORE = Zone(id="store", polygon=((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))
NOBODY = there()


def judge(share: float = 0.1) -> MotionJudge:
    rule = MotionOnly(zone="store", share=share, dwell_s=2, ends_after_s=3, update_s=10)
    return MotionJudge(rule, STORE, facts(), ids())


def part(x0: float, x1: float) -> Box:
    return Box(x0 * WIDTH, 0, x1 * WIDTH, HEIGHT)


def stirs(begin_s: float, end_s: float, *boxes: Box) -> dict[str, object]:
    def moving(now_s: float) -> Motion:
        return motion(*boxes) if begin_s <= now_s < end_s else motion()

    return {"moving": moving}


def test_what_moves_long_enough_is_told_of_until_it_is_still() -> None:
    told = said(judge(), NOBODY, seconds=20, moving=stirs(1, 8, part(0.75, 1.0))["moving"])  # type: ignore[arg-type]
    assert life_of(told) == [(3.0, "begin", 1), (10.9, "end", 0)]
    what = told[0][1]
    assert (what.rule, what.zone, what.label) == ("motion", "store", None)
    assert what.level == pytest.approx(0.5, abs=0.02)
    assert what.box == (0.75, 0, 1, 1)


def test_a_moment_is_not_told_of() -> None:
    assert not said(judge(), NOBODY, moving=lambda s: motion(*[part(0.5, 1.0)] * (s % 4 < 1.5)))


def test_a_short_pause_is_none() -> None:
    told = said(
        judge(), NOBODY, seconds=6, moving=lambda s: motion(*[part(0.5, 1.0)] * (s % 1 < 0.5))
    )
    assert [phase for _, phase, _ in life_of(told)] == ["begin"]


def test_what_moves_beside_the_zone_is_let_through() -> None:
    assert not said(judge(), NOBODY, moving=lambda _: motion(part(0.0, 0.5)))


def test_less_than_the_share_is_let_through_and_parts_add_up() -> None:
    small, other = part(0.5, 0.53), part(0.9, 0.93)
    assert not said(judge(), NOBODY, moving=lambda _: motion(small))
    assert said(judge(), NOBODY, moving=lambda _: motion(small, other))


def test_the_region_that_covers_most_of_the_zone_is_shown() -> None:
    ((_, what), *_) = said(judge(), NOBODY, moving=lambda _: motion(part(0.0, 0.6), part(0.7, 1.0)))
    assert what.box == (0.7, 0, 1, 1)
