"""Under a privacy mask there is nothing; beside it there is every bit that there was."""

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.blackening import BLACK, FULL_RANGE_BLACK, GREY, Blackener
from pipelines.flow import Box, Frame
from pipelines.pixels import cut, whole
from pipelines.shares import Point
from pipelines.zones import Zone
from tests.builders import frame, quick

MARGIN_PX = 5
LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
STAR = ((0.5, 0.0), (0.8, 1.0), (0.0, 0.4), (1.0, 0.4), (0.2, 1.0))
RING = (
    (0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1),
    (0.3, 0.3), (0.3, 0.7), (0.7, 0.7), (0.7, 0.3), (0.3, 0.3),
)  # fmt: skip


def mask(polygon: Sequence[Point]) -> Zone:
    return Zone(id="private", polygon=tuple(polygon))


def noise(width: int, height: int, padding: int = 0) -> Frame:
    """A frame of which no byte is black or grey, so that what is left can be told."""
    luma = np.random.default_rng(5).integers(40, 250, (height, width), np.uint8)
    return frame(luma, padding=padding, colour=(90, 200))


def hidden(shown: Frame, black: int = BLACK) -> npt.NDArray[np.bool_]:
    """Where brightness is black, (H, W) bool."""
    return np.equal(shown.y[: shown.height, : shown.width], black)


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (1, 1), (640, 360), (2, 90)])
@pytest.mark.parametrize("padding", [0, 32])
def test_a_mask_over_all_leaves_nothing_at_any_size(size: tuple[int, int], padding: int) -> None:
    before = noise(*size, padding=padding)
    after = Blackener([mask([(0, 0), (1, 0), (1, 1), (0, 1)])])(before)
    half = (size[1] + 1) // 2, (size[0] + 1) // 2
    assert (after.width, after.height, after.captured_s) == (*size, before.captured_s)
    assert hidden(after).all()
    for plane in (after.u, after.v):
        assert (plane[: half[0], : half[1]] == GREY).all()


def test_what_the_decoder_holds_is_not_written_into() -> None:
    before = noise(64, 48)
    kept = [plane.copy() for plane in (before.y, before.u, before.v)]
    for plane in (before.y, before.u, before.v):
        plane.flags.writeable = False
    Blackener([mask(LEFT)])(before)
    for plane, was in zip((before.y, before.u, before.v), kept, strict=True):
        assert (plane == was).all()


def test_without_masks_the_frame_is_not_even_copied() -> None:
    before = noise(64, 48)
    assert Blackener(())(before) is before


@pytest.mark.parametrize("size", [(320, 240), (321, 241), (1280, 720)])
def test_outside_every_bit_is_as_it_was_and_a_pixel_keeps_its_colour(size: tuple[int, int]) -> None:
    before = noise(*size, padding=7)
    after = Blackener([mask(LEFT)])(before)
    dark = hidden(after)
    assert dark[:, : size[0] // 2].all()
    assert not dark[:, size[0] // 2 + MARGIN_PX :].any()
    assert (after.y[: size[1], : size[0]][~dark] == before.y[: size[1], : size[0]][~dark]).all()
    colours = dark[::2, ::2]
    for plane, was in ((after.u, before.u), (after.v, before.v)):
        shown = plane[: colours.shape[0], : colours.shape[1]]
        assert (shown == np.where(colours, GREY, was[: colours.shape[0], : colours.shape[1]])).all()
    assert (dark == colours.repeat(2, axis=0).repeat(2, axis=1)[: size[1], : size[0]]).all()


POINTS = st.tuples(*[st.floats(0, 1, width=32)] * 2)


@quick
@given(corners=st.lists(POINTS, min_size=3, max_size=3), weights=st.tuples(*[st.floats(0, 1)] * 2))
def test_whatever_a_mask_touches_is_black_and_what_is_far_from_it_is_not(
    corners: list[Point], weights: tuple[float, float]
) -> None:
    width, height = 90, 60
    dark = hidden(Blackener([mask(corners)])(noise(width, height)))
    along, aside = weights
    (ax, ay), (bx, by), (cx, cy) = corners
    x = ax + along * ((bx - ax) + aside * (cx - bx))
    y = ay + along * ((by - ay) + aside * (cy - by))
    assert dark[min(int(y * height), height - 1), min(int(x * width), width - 1)]
    zone = mask(corners)
    for row, column in itertools.product(range(0, height, 7), range(0, width, 7)):
        middle = (column + 0.5) / width, (row + 0.5) / height
        if zone.away(middle, width / height) * height > MARGIN_PX:
            assert not dark[row, column]


def test_a_border_that_crosses_itself_leaves_no_hole() -> None:
    dark = hidden(Blackener([mask(STAR)])(noise(200, 200)))
    assert dark[90:130, 90:110].all()


def test_a_ring_that_is_drawn_on_purpose_leaves_its_middle_open() -> None:
    dark = hidden(Blackener([mask(RING)])(noise(200, 200)))
    assert dark[40, 100]
    assert dark[100, 40]
    assert not dark[80:120, 80:120].any()
    assert not dark[5, 5]


def test_masks_add_up() -> None:
    right = [(1.0, 0.0), (0.6, 0.0), (0.6, 1.0), (1.0, 1.0)]
    dark = hidden(Blackener([mask(LEFT), mask(right)])(noise(200, 100)))
    assert dark[:, :100].all()
    assert dark[:, 120:].all()
    assert not dark[:, 106:114].any()


def test_a_mask_moves_along_when_the_stream_changes_its_size() -> None:
    blacken = Blackener([mask(LEFT)])
    for width, height in ((640, 360), (1280, 720), (320, 180), (640, 360)):
        dark = hidden(blacken(noise(width, height)))
        assert dark.shape == (height, width)
        assert dark[:, : width // 2].all()
        assert not dark[:, width // 2 + MARGIN_PX :].any()


def test_black_is_black_in_streams_of_full_range_too() -> None:
    blacken = Blackener([mask(LEFT)])
    for full_range, black in ((False, BLACK), (True, FULL_RANGE_BLACK), (False, BLACK)):
        after = blacken(noise(64, 48), full_range=full_range)
        assert hidden(after, black)[:, :32].all()
        picture, _ = cut(after, Box(0, 0, 32, 48))
        assert picture.max() == 0


def test_nothing_is_left_of_it_in_colour() -> None:
    picture, _ = cut(after := Blackener([mask(STAR)])(noise(200, 200)), whole(after))
    assert picture[90:130, 90:110].max() == 0
    assert picture[:20, :20].max() > 0
