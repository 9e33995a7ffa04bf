"""CenterFace finds faces, so that they can be covered, and says no more of them than where."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.centerface import OUTPUTS, decode, prepare
from models.letterbox import fit
from models.session import Tensor
from tests.real import ASTRONAUTS_FACE, astronaut, cat, faces

LANDMARKS = "540"


def heat(rows: int = 8, columns: int = 8) -> list[Tensor]:
    """Outputs of a network that saw nobody: heat, scale and offset at stride 4."""
    return [np.zeros((1, depth, rows, columns), np.float32) for depth in (1, 2, 2)]


def say(
    outputs: list[Tensor], row: int, column: int, *, score: float, size: tuple[float, float]
) -> None:
    """Let a point find a face of a width and a height in pixels of the canvas."""
    outputs[0][0, 0, row, column] = score
    outputs[1][0, :, row, column] = np.log(size[1] / 4), np.log(size[0] / 4)


def test_a_hot_point_says_where_a_face_is_and_how_large() -> None:
    outputs = heat()
    say(outputs, 3, 5, score=0.9, size=(12, 16))
    outputs[2][0, :, 3, 5] = 0.25, -0.5
    (found,) = decode(outputs, fit(32, 32, 32, 32), minimum_score=0.5)
    x, y = (5 - 0.5 + 0.5) * 4, (3 + 0.25 + 0.5) * 4
    assert found.box == pytest.approx((x - 6, y - 8, x + 6, y + 8), abs=1e-4)
    assert found.label == "face"
    assert found.score == pytest.approx(0.9)


def test_faces_are_in_the_pictures_pixels() -> None:
    outputs = heat(16, 16)
    say(outputs, 8, 8, score=0.9, size=(16, 16))
    (found,) = decode(outputs, fit(128, 64, 64, 64), minimum_score=0.5)
    assert found.box == pytest.approx((52, 20, 84, 52), abs=1e-3)


def test_a_face_that_is_found_twice_is_said_once() -> None:
    outputs = heat()
    say(outputs, 3, 3, score=0.6, size=(16, 16))
    say(outputs, 3, 4, score=0.8, size=(16, 16))
    (found,) = decode(outputs, fit(32, 32, 32, 32), minimum_score=0.5)
    assert found.score == pytest.approx(0.8)


def test_two_faces_are_two() -> None:
    outputs = heat()
    say(outputs, 1, 1, score=0.6, size=(8, 8))
    say(outputs, 6, 6, score=0.8, size=(8, 8))
    assert len(decode(outputs, fit(32, 32, 32, 32), minimum_score=0.5)) == 2


def test_a_cold_map_shows_nobody() -> None:
    assert decode(heat(), fit(32, 32, 32, 32), minimum_score=0.2) == ()


def test_landmarks_are_never_asked_for() -> None:
    has = [output.name for output in faces().session.session.get_outputs()]
    assert LANDMARKS in has
    assert LANDMARKS not in OUTPUTS
    assert LANDMARKS not in faces().session.outputs
    assert len(faces().session(np.zeros((1, 3, 32, 32), np.float32))) == len(OUTPUTS) == 3


def test_a_face_is_found_where_it_is() -> None:
    first, *others = faces()(astronaut())
    assert first.score > 0.5
    assert first.box.iou(ASTRONAUTS_FACE) > 0.5
    assert all(each.score < first.score for each in others)


def test_a_cat_has_no_face_that_we_would_be_sure_of() -> None:
    assert all(each.score < 0.5 for each in faces()(cat()))


def test_a_blank_picture_shows_nobody() -> None:
    assert faces()(np.full((360, 640, 3), 114, np.uint8)) == ()


@pytest.mark.parametrize(
    ("size", "canvas"),
    [
        ((720, 1280), (736, 1280)),
        ((1080, 1920), (736, 1280)),
        ((100, 90), (128, 96)),
        ((1, 1), (32, 32)),
    ],
)
def test_a_canvas_has_sides_of_32s_and_is_no_larger_than_it_must_be(
    size: tuple[int, int], canvas: tuple[int, int]
) -> None:
    tensor, _ = prepare(np.zeros((*size, 3), np.uint8), longest_px=1280)
    assert tensor.shape == (1, 3, *canvas)


def test_the_network_gets_red_first() -> None:
    blue = np.zeros((32, 32, 3), np.uint8)
    blue[:, :, 0] = 200
    tensor, _ = prepare(blue, longest_px=1280)
    assert tensor[0, :, 16, 16].tolist() == [0, 0, 200]


@settings(deadline=None, max_examples=8, derandomize=True)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_a_picture_of_any_shape_is_borne(height: int, width: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    for found in faces()(noise):
        assert found.label == "face"
        assert 0.2 <= found.score <= 1
