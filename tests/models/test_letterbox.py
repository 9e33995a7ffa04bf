"""What is laid onto a canvas can be taken back from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.letterbox import GREY, Letterbox, fit, paste
from pipelines.flow import Box
from tests.builders import box, quick

lengths = st.integers(1, 2000)
canvases = st.sampled_from([(416, 416), (640, 384), (1280, 736), (32, 32)])
sides = st.floats(0, 2000)


@quick
@given(lengths, lengths, canvases, st.builds(box, sides, sides, sides, sides))
def test_a_box_that_goes_onto_the_canvas_comes_back(
    width: int, height: int, canvas: tuple[int, int], where: Box
) -> None:
    place = fit(width, height, *canvas)
    assert place.back(place.onto(where)) == pytest.approx(where, abs=1e-6 * (1 + 1 / place.scale))


@quick
@given(lengths, lengths, canvases)
def test_a_picture_lies_within_the_canvas_and_touches_two_of_its_borders(
    width: int, height: int, canvas: tuple[int, int]
) -> None:
    place = fit(width, height, *canvas)
    assert place.left >= 0
    assert place.top >= 0
    assert place.left + place.width <= canvas[0]
    assert place.top + place.height <= canvas[1]
    assert place.width == canvas[0] or place.height == canvas[1]


@quick
@given(lengths, lengths, canvases)
def test_a_picture_is_never_stretched(width: int, height: int, canvas: tuple[int, int]) -> None:
    place = fit(width, height, *canvas)
    assert place.width == pytest.approx(width * place.scale, abs=1)
    assert place.height == pytest.approx(height * place.scale, abs=1)


@quick
@given(
    st.integers(40, 900),
    st.integers(40, 900),
    st.tuples(st.floats(0, 0.7), st.floats(0, 0.7)),
    canvases,
)
def test_pixels_are_drawn_where_a_box_is_said_to_lie(
    width: int, height: int, corner: tuple[float, float], canvas: tuple[int, int]
) -> None:
    x, y = int(corner[0] * width), int(corner[1] * height)
    where = box(x, y, max(1, width // 4), max(1, height // 4))
    picture = np.zeros((height, width, 3), np.uint8)
    picture[y : int(where.y1), x : int(where.x1)] = 255
    place = fit(width, height, *canvas)
    drawn = paste(picture, place, *canvas)
    assert drawn.shape == (canvas[1], canvas[0], 3)
    rows, columns = np.nonzero(drawn[:, :, 0] > 127)
    said = place.onto(where)
    if said.width > 3 and said.height > 3:
        found = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert found == pytest.approx(said, abs=1.5)


def test_what_the_picture_does_not_cover_is_grey() -> None:
    place = fit(200, 100, 416, 416)
    drawn = paste(np.zeros((100, 200, 3), np.uint8), place, 416, 416)
    assert place == Letterbox(2.08, 0, 104, 416, 208)
    assert (drawn[:104] == GREY).all()
    assert (drawn[312:] == GREY).all()
    assert (drawn[104:312] == 0).all()


def test_a_picture_that_fits_is_copied_as_it_is() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (416, 416, 3), np.uint8)
    np.testing.assert_array_equal(paste(picture, fit(416, 416, 416, 416), 416, 416), picture)
