"""A camera that sways is told from things that move, and its tracks sway with it."""

from itertools import cycle

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.camera import Watch
from pipelines.flow import Box, Frame, Look
from pipelines.looking import Looker
from pipelines.swaying import STILL, Sway, lay
from pipelines.tracking import Tracker
from tests.builders import box, detection, frame, look, motion, quick

ROUGH = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 1, (600, 800)), (0, 0), 2.0)
SCENE = np.clip(120 + 40 * ROUGH / ROUGH.std(), 0, 255).astype(np.uint8)
SIZE = (640, 480)
NOISE = cycle(np.random.default_rng(5).normal(0, 2, (7, SIZE[1], SIZE[0])))


def view(dx: int = 0, dy: int = 0, *, lorry: Box | None = None, light: float = 1.0) -> Frame:
    """The scene from a camera that has swayed, so that all has moved by `dx`, `dy` pixels."""
    left, top = 80 - dx, 60 - dy
    seen = SCENE[top : top + SIZE[1], left : left + SIZE[0]].astype(np.float64) * light
    seen += next(NOISE)
    if lorry is not None:
        x0, y0, x1, y1 = map(int, lorry)
        seen[y0:y1, x0:x1] = 40 + (np.arange(x1 - x0) // 20 % 2) * 160
    return frame(np.clip(seen, 0, 255).astype(np.uint8))


@quick
@given(dx=st.integers(-40, 40), dy=st.integers(-30, 30))
def test_a_swaying_camera_tells_how_far(dx: int, dy: int) -> None:
    sway = Sway()
    assert sway(view()) == STILL
    assert sway(view(dx, dy)) == pytest.approx((dx, dy), abs=0.5)
    assert sway(view(dx, dy)) == STILL  # it has not moved since


@pytest.mark.parametrize("step", range(7))
def test_a_lorry_that_drives_through_a_still_picture_is_no_sway(step: int) -> None:
    sway, place = Sway(), 60 * step
    sway(view(lorry=Box(place, 180, place + 200, 380)))
    assert sway(view(lorry=Box(place + 30, 180, place + 230, 380))) == STILL


def test_a_sway_is_told_while_somebody_walks() -> None:
    sway = Sway()
    sway(view(lorry=Box(100, 200, 160, 380)))
    assert sway(view(9, -6, lorry=Box(125, 194, 185, 374))) == pytest.approx((9, -6), abs=0.5)


def test_light_is_no_sway() -> None:
    sway = Sway()
    sway(view())
    assert sway(view(light=0.7)) == STILL


def test_another_size_of_picture_begins_anew() -> None:
    sway = Sway()
    sway(frame(SCENE))
    assert sway(view()) == STILL


def test_bands_of_one_grey_say_nothing() -> None:
    said = np.full(4, 9.0)
    lay(np.zeros((4, 99)), np.zeros((4, 99)), 3, 9, said)
    assert said.tolist() == [0.0] * 4


def followed(moved: tuple[float, float]) -> list[tuple[int, float]]:
    """Numbers and places of one who walks when a gust has moved all by 70 pixels."""
    tracker, told = Tracker(), []
    for step in range(20):
        gust = 70.0 if step >= 10 else 0.0
        found = detection(box(100 + 4 * step + gust, 50))
        shown = look(found)
        by = moved if step == 10 else STILL
        tracks = tracker(step / 5, Look(shown.regions, shown.found, by))
        told += [(track.number, track.box.x0) for track in tracks]
    return told


def test_a_track_sways_with_its_picture_and_keeps_its_speed() -> None:
    swayed = followed((70.0, 0.0))
    assert {number for number, _ in swayed} == {1}
    assert [x0 for _, x0 in swayed[9:]] == pytest.approx(
        [100 + 4 * step + 70 for step in range(10, 20)], abs=2.0
    )
    assert {number for number, _ in followed(STILL)} == {1, 2}


def test_what_a_network_is_shown_tells_the_tracker_how_the_picture_moved() -> None:
    looks: list[Look | None] = []

    def track(_: float, seen: Look | None) -> tuple[()]:
        looks.append(seen)
        return ()

    looker = Looker(lambda _: [], tuple, per_s=5.0)
    watch = Watch(motion=lambda _: motion(box()), looker=looker, track=track, judges=[])
    for at_s, dx in ((0.0, 0), (1.0, 12)):
        shown = frame(view(dx).y, at_s=at_s)
        list(watch.see(shown))
        wish = watch.wish(at_s, SIZE, SIZE)
        assert wish is not None
        list(watch.look(shown, wish))
    assert [each.moved for each in looks if each] == [STILL, pytest.approx((12, 0), abs=0.5)]
