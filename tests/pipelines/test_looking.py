"""A network is asked only when there is something to see, and answers in the frame's pixels."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box, Bytes, Detection, Frame, Motion, Track
from pipelines.looking import Looker, Wish
from pipelines.regions import Sight, Target, to_look_at
from tests.builders import box, detection, frame, motion, quick, track


def shown(at_s: float = 0.0) -> Frame:
    return frame(at_s=at_s, width=1280, height=720)


def looker(per_s: float = 5.0, *found: Detection) -> Looker:
    return Looker(lambda _: found, tuple, per_s=per_s)


def times_looked(look: Looker, fps: int, moving: Motion, tracks: Sequence[Track] = ()) -> int:
    """Looks in ten seconds."""
    frames = [shown(1000 + index / fps) for index in range(10 * fps)]
    return sum(look(each, moving, tracks) is not None for each in frames)


def bright(picture: Bytes) -> list[Detection]:
    """A network of our own: it finds the bright square."""
    rows, columns = np.nonzero(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) > 128)
    if not rows.size:
        return []
    corners = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return [detection(Box(*(float(side) for side in corners)))]


def shown_with(where: Box) -> Frame:
    luma = np.full((720, 1280), 30, np.uint8)
    luma[int(where.y0) : int(where.y1), int(where.x0) : int(where.x1)] = 230
    return frame(luma)


def test_where_nothing_moves_and_nobody_is_nobody_looks() -> None:
    look = looker()
    assert times_looked(look, 10, motion()) == 0
    assert look.calls == 0


def test_what_moves_is_looked_at() -> None:
    seen = looker()(shown(), motion(box(600, 300)), ())
    assert seen is not None
    assert seen.regions[0].overlap(box(600, 300)) == box().area


@pytest.mark.parametrize("fps", [3, 10, 25])
def test_a_camera_looks_no_more_often_than_it_may(fps: int) -> None:
    look = looker(4, detection(box()))
    assert times_looked(look, fps, motion(box(600, 300))) <= 4 * 10
    assert look.calls >= 0.7 * min(4, fps) * 10


def test_two_regions_cost_two_looks() -> None:
    look = looker(4, detection(box()))
    times_looked(look, 25, motion(box(50, 50), box(1200, 600)))
    assert 30 <= look.calls <= 42


def test_what_waves_and_is_nothing_is_looked_at_less_and_less_but_never_forgotten() -> None:
    waving = looker(5)
    assert 10 <= times_looked(waving, 25, motion(box(600, 300))) <= 20  # 50 where it is something


def test_after_a_quiet_second_what_moves_is_looked_at_without_delay() -> None:
    look = looker(5)
    times_looked(look, 25, motion(box(600, 300)))
    assert look(shown(1012.0), motion(box(600, 300)), ()) is not None


def test_what_is_new_is_worth_more_than_what_fades_and_that_more_than_what_is_known() -> None:
    moving, size, there = motion(box(600, 300)), (1280, 720), track(box(600, 300), seen_s=10.0)
    look = looker()
    new, known = look.wish(10.0, size, moving, ()), look.wish(10.5, size, moving, [there])
    assert known is not None
    look.look(shown(10.5), known, [there])
    fades = look.wish(11.0, size, moving, [there])
    worths = [wish.worth for wish in (new, fades, known) if wish is not None]
    assert worths == sorted(worths, reverse=True)
    assert len(set(worths)) == 3


def test_what_was_found_once_is_looked_at_once_more_although_it_stands_still() -> None:
    found = [detection(box(100, 100))]
    look = Looker(lambda _: found, tuple, per_s=5.0)
    assert look(shown(10.0), motion(box(600, 300)), ()) is not None
    found.clear()
    again = look(shown(11.0), motion(), ())
    assert again is not None
    assert again.regions[0].overlap(box(600, 300)) > 0
    assert look(shown(12.0), motion(), ()) is None  # it was nothing


def times_visited(standing: Box, moving: Motion) -> int:
    """Looks in a hundred seconds at a track that is found each time."""
    look, seen_s, visits = Looker(bright, tuple, per_s=5.0), 1000.0, 0
    luma = shown_with(standing).y
    for at_s in np.arange(1000.0, 1100.0, 0.1).tolist():
        one = track(standing, seen_s=seen_s)
        if look(frame(luma, at_s=at_s), moving, [one]) is not None:
            seen_s, visits = at_s, visits + 1
    return visits


def test_a_track_that_stands_still_is_looked_at_ever_more_rarely() -> None:
    assert 5 <= times_visited(box(600, 300), motion()) <= 12


def test_a_track_that_stands_where_something_moves_is_looked_at_each_second() -> None:
    assert 85 <= times_visited(box(600, 300), motion(box(610, 320, 8, 8))) <= 110


def test_a_track_that_moves_is_looked_at_as_often_as_it_may_be() -> None:
    look, seen_s, looks = Looker(bright, tuple, per_s=5.0), 1000.0, 0
    for number in range(100):
        at_s, where = 1000 + number / 10, box(100 + 8 * number, 300)
        shown_now = frame(shown_with(where).y, at_s=at_s)
        if look(shown_now, motion(where), [track(where, seen_s=seen_s)]) is not None:
            seen_s, looks = at_s, looks + 1
    assert 45 <= looks <= 52


def test_what_nobody_asks_about_is_soon_visited_as_if_it_stood() -> None:
    look, looks = Looker(lambda _: (), tuple, per_s=5.0, wanted=frozenset({"person"})), 0
    for number in range(100):
        where = box(100 + 8 * number, 300)
        car = track(where, label="car", seen_s=1000.0 + number // 10)
        looks += look(shown(1000 + number / 10), motion(where), [car]) is not None
    assert looks <= 18  # 50 where somebody asks


def test_a_track_that_touches_what_moves_is_shown_whole() -> None:
    tall = track(box(600, 100, 100, 600), seen_s=9.0)
    seen = looker()(shown(10.0), motion(box(620, 650, 30, 30)), [tall])
    assert seen is not None
    assert max(region.overlap(tall.box) for region in seen.regions) == tall.box.area


def test_what_a_patch_cuts_is_not_told_but_looked_at_once_more() -> None:
    look = Looker(lambda _: [detection(box(0, 50, 60, 80))], tuple, per_s=5.0)
    seen = look(shown(10.0), motion(box(600, 300)), ())
    assert seen is not None
    assert seen.found == ()
    again = look(shown(10.3), motion(), ())
    assert again is not None
    assert again.regions[0].x0 < seen.regions[0].x0


def test_what_is_not_known_at_one_size_is_shown_at_another_and_then_kept_at_that() -> None:
    heights: list[float] = []

    def known_when_large(picture: Bytes) -> list[Detection]:
        (found,) = bright(picture)
        heights.append(found.box.height)
        label = "person" if found.box.height > 150 else "fire hydrant"
        return [detection(found.box, label)]

    sight, wanted = Sight(416, free=True, tall_px=96), frozenset({"person"})
    look = Looker(known_when_large, tuple, per_s=5.0, sight=sight, wanted=wanted)
    where = box(600, 300, 80, 200)
    for number in range(5):
        look(frame(shown_with(where).y, at_s=10 + number / 4), motion(where), ())
    assert heights[0] == pytest.approx(96, abs=3)
    assert heights[1:] == pytest.approx([211] * 4, abs=5)


def test_who_is_followed_as_something_else_is_looked_for_all_the_same() -> None:
    """Nobody asks about what it is taken for, so a track of that explains no motion."""

    def known_when_large(picture: Bytes) -> list[Detection]:
        (found,) = bright(picture)
        label = "person" if found.box.height > 150 else "fire hydrant"
        return [detection(found.box, label)]

    sight, wanted = Sight(416, free=True, tall_px=96), frozenset({"person"})
    look = Looker(known_when_large, tuple, per_s=5.0, sight=sight, wanted=wanted)
    for number in range(4):
        at_s, where = 10 + number / 5, box(600 + 8 * number, 300, 80, 200)
        taken_for = track(where, label="fire hydrant", seen_s=at_s)
        seen = look(frame(shown_with(where).y, at_s=at_s), motion(where), [taken_for])
        if seen is not None and "person" in {each.label for each in seen.found}:
            return
    pytest.fail("nobody was found within 0.6 s")


def test_each_target_learns_from_its_own_patch() -> None:
    """Two are at one place, shown at two sizes; only the larger one is known."""
    sight = Sight(416, free=True, tall_px=96)

    def known_when_large(picture: Bytes) -> list[Detection]:
        return [each for each in bright(picture) if each.box.height > 150]

    look = Looker(known_when_large, tuple, per_s=5.0, sight=sight)
    where = box(600, 300, 80, 200)
    both = (Target(where, 1.0), Target(where, 2.2))
    patches = to_look_at(both, sight, width=1280, height=720)
    look.look(shown_with(where), Wish(both, patches, 1.0, 1.0), ())
    assert look.zooms.target(where, (1280, 720), sight).zoom == 2.2


@pytest.mark.parametrize("sight", [Sight(416, free=True, tall_px=84), Sight()])
@pytest.mark.parametrize("where", [box(40, 30, 16, 40), box(1200, 650, 16, 40)])
def test_who_is_small_in_a_motion_all_over_the_picture_is_found_at_full_resolution(
    where: Box, sight: Sight
) -> None:
    def known_as_it_is(picture: Bytes) -> list[Detection]:
        return [each for each in bright(picture) if each.box.height > 35]

    look, rain = Looker(known_as_it_is, tuple, per_s=5.0, sight=sight), motion(Box(0, 0, 1280, 720))
    luma = shown_with(where).y
    looks = [look(frame(luma, at_s=1000 + number / 5), rain, ()) for number in range(150)]
    found = [each.box for seen in looks if seen is not None for each in seen.found]
    assert found
    assert all(each.iou(where) > 0.9 for each in found)


def test_a_clock_that_is_set_back_blinds_nobody() -> None:
    look = looker(1)
    assert look(shown(5000), motion(box()), ())
    assert look(shown(10), motion(box()), ())


def test_doubles_from_two_regions_are_merged() -> None:
    merged: list[list[Detection]] = []

    def merge(found: list[Detection]) -> tuple[Detection, ...]:
        merged.append(found)
        return tuple(found[:1])

    look = Looker(lambda _: [detection(box())], merge, per_s=5)
    seen = look(shown(), motion(box(50, 50), box(1200, 600)), ())
    assert seen is not None
    assert len(merged[0]) == 2
    assert len(seen.found) == 1


@quick
@given(st.integers(0, 1180), st.integers(0, 620), st.integers(8, 100), st.integers(8, 100))
def test_boxes_come_back_in_the_frames_own_pixels(x: int, y: int, width: int, height: int) -> None:
    square = box(x, y, width, height)
    look = Looker(bright, tuple, per_s=5)
    seen = look(shown_with(square), motion(square), ())
    assert seen is not None
    assert [each.box for each in seen.found] == [square]


def test_a_box_never_sticks_out_of_the_frame() -> None:
    look = looker(5, detection(Box(-50, -50, 5000, 5000)))
    seen = look(frame(width=200, height=160), motion(box()), ())
    assert seen is not None
    where = seen.found[0].box
    assert where == where.clipped(200, 160)
