"""A place keeps the zoom that works there, and gives up one that does not."""

from collections.abc import Sequence

import pytest

from pipelines.flow import Box
from pipelines.regions import TILED, Sight, Target
from pipelines.zooming import ZOOMS, Zooms
from tests.builders import box, detection

SIZE, SIGHT = (1280, 720), Sight(416, free=True, tall_px=84)
PERSON = box(600, 300, 40, 110)


def looked(zooms: Zooms, scores: Sequence[float], where: Box = PERSON) -> list[float]:
    """The zooms of looks at a place, each of which finds somebody there so surely; 0: nobody."""
    shown: list[float] = []
    for number, score in enumerate(scores):
        target = zooms.target(where, SIZE, SIGHT)
        zooms.learn(10.0 + number / 5, [(target, [detection(where, score=score)] if score else [])])
        shown.append(target.zoom)
    return shown


def test_what_is_never_found_is_shown_at_one_zoom_after_the_other() -> None:
    assert looked(Zooms(), [0.0] * 6) == [1.0, 2.2, 0.5, 1.0, 2.2, 0.5]


def test_what_is_so_large_that_no_zoom_shows_all_its_pixels_is_shown_in_tiles_too() -> None:
    assert looked(Zooms(), [0.0] * 4, Box(0, 0, 1280, 720)) == [*ZOOMS]


def test_a_zoom_that_has_served_comes_back_after_one_look_at_another() -> None:
    """What was missed is soon missed again in the same way."""
    zooms = Zooms()
    assert looked(zooms, [0.0, *[0.8] * 5, 0.0, 0.0, 0.8]) == [1.0, *[2.2] * 6, 0.5, 2.2]
    assert set(looked(zooms, [0.0] * 8)) == {1.0, 2.2, 0.5}


def test_a_zoom_that_serves_badly_gives_way_to_one_that_serves_well() -> None:
    """At 1.0 somebody is found, but so weakly that no track begins."""
    known = {1.0: 0.42, 2.2: 0.8, 0.5: 0.3}
    zooms, shown = Zooms(), []
    for number in range(8):
        target = zooms.target(PERSON, SIZE, SIGHT)
        zooms.learn(10.0 + number, [(target, [detection(PERSON, score=known[target.zoom])])])
        shown.append(target.zoom)
    assert shown[0] == 1.0
    assert shown[2:] == [2.2] * 6


def test_what_was_learnt_goes_with_the_thing_and_is_forgotten_after_it() -> None:
    zooms, beside = Zooms(), box(630, 305, 40, 110)
    zooms.learn(10.0, [(Target(PERSON, 2.2), [detection(beside)])])
    assert zooms.target(box(650, 305, 40, 110), SIZE, SIGHT).zoom == 2.2
    assert zooms.target(box(100, 300, 40, 110), SIZE, SIGHT).zoom == 1.0
    zooms.learn(41.0, [])
    assert zooms.target(beside, SIZE, SIGHT).zoom == 1.0


@pytest.mark.parametrize(("score", "turns"), [(0.0, [0, 1, 2]), (0.8, [0, 0, 0])])
def test_tiles_go_on_to_others_until_somebody_is_found(score: float, turns: list[int]) -> None:
    zooms, rain = Zooms(), Box(0, 0, 1280, 720)
    seen = [detection(PERSON, score=score)] if score else []
    shown: list[int] = []
    for number in range(3):
        turn = shown[-1] if shown else 0
        zooms.learn(10.0 + number, [(Target(rain, TILED, turn), seen)])
        shown.append(zooms.target(PERSON if seen else rain, SIZE, SIGHT).turn)
    assert [0, *shown[:2]] == turns


def test_two_who_lie_on_each_other_keep_what_was_known_of_their_place() -> None:
    """One thing may be followed under two names, a little apart."""
    zooms, other = Zooms(), box(635, 300, 40, 110)
    looked(zooms, [0.0, *[0.8] * 5], box(615, 300, 40, 110))
    zooms.learn(12.0, [(Target(other, 2.2), []), (Target(box(600, 300, 40, 110), 2.2), [])])
    zooms.learn(12.2, [(Target(box(600, 300, 40, 110), 0.5), [])])
    assert zooms.target(box(600, 300, 40, 110), SIZE, SIGHT).zoom == 2.2


def test_a_sweep_over_many_teaches_nothing() -> None:
    zooms = Zooms()
    zooms.learn(10.0, [(Target(PERSON, 1.57), [])])
    assert zooms.target(PERSON, SIZE, SIGHT) == Target(PERSON, 1.0)
