"""Only what somebody will look at is converted, and it is known which pixels those are."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box, Frame
from pipelines.pixels import cut, whole
from tests.builders import box, frame, frame_of, ground, quick


def test_a_cut_is_the_same_as_a_part_of_the_whole() -> None:
    picture = np.stack([ground(96, 64, seed=seed) for seed in (1, 2, 3)], axis=2)
    shown = frame_of(picture)
    everything, _ = cut(shown, whole(shown))
    part, real = cut(shown, box(10, 20, 30, 40))
    assert real == Box(10, 20, 40, 60)
    np.testing.assert_array_equal(part, everything[20:60, 10:40])


def test_colours_survive_the_way_there_and_back() -> None:
    picture = np.full((32, 48, 3), (200, 60, 30), np.uint8)
    seen, _ = cut(frame_of(picture), Box(0, 0, 48, 32))
    assert np.abs(seen.astype(int) - picture).max() <= 4


def test_padding_at_the_end_of_rows_is_never_seen() -> None:
    bare, _ = cut(frame(90), whole(frame(90)))
    padded = frame(90, padding=16)
    seen, _ = cut(padded, whole(padded))
    np.testing.assert_array_equal(seen, bare)


@quick
@given(
    st.integers(2, 70),
    st.integers(2, 70),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
)
def test_a_cut_holds_its_region_up_to_the_last_odd_pixel(
    width: int, height: int, shares: tuple[float, float, float, float]
) -> None:
    even = width // 2 * 2, height // 2 * 2
    x0, x1 = sorted((shares[0] * even[0], shares[1] * even[0]))
    y0, y1 = sorted((shares[2] * even[1], shares[3] * even[1]))
    x0, y0 = min(x0, even[0] - 1), min(y0, even[1] - 1)
    region = Box(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))
    shown: Frame = frame(90, width=width, height=height)
    seen, real = cut(shown, region)
    assert seen.shape == (real.height, real.width, 3)
    assert real.x0 <= region.x0 <= real.x0 + 2
    assert real.x1 - 2 <= max(region.x1, real.x0 + 2) <= real.x1
    assert real.overlap(region) == region.area
    assert real == real.clipped(width, height)


def test_black_is_black_in_the_range_that_cameras_send() -> None:
    seen, _ = cut(frame(16), whole(frame(16)))
    assert seen.max() == 0
    assert cv2.mean(cut(frame(235), whole(frame(235)))[0])[0] == 255
