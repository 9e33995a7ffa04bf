"""NanoDet finds objects, and what it says is read as it was meant."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.coco import LABELS
from models.letterbox import fit
from models.nanodet import SIDE, STRIDES, decode, prepare
from models.session import Tensor
from pipelines.flow import Box
from tests.real import ASTRONAUT, CAT, astronaut, cat, objects

BINS = 11


def nothing() -> list[Tensor]:
    """Outputs of a network that saw nothing: scores and distances of three strides."""
    points = [(SIDE // stride) ** 2 for stride in STRIDES]
    scores = [np.zeros((1, count, 80), np.float32) for count in points]
    return scores + [np.zeros((1, count, 4 * BINS), np.float32) for count in points]


def say(
    outputs: list[Tensor], level: int, row: int, column: int, label: str, score: float
) -> Tensor:
    """Let a grid point find something; returns its (4, 11) distances, to be filled."""
    point = row * (SIDE // STRIDES[level]) + column
    outputs[level][0, point, LABELS.index(label)] = score
    distances: Tensor = outputs[level + 3][0, point].reshape(4, BINS)
    return distances


def test_a_grid_point_says_how_far_the_four_sides_are() -> None:
    outputs = nothing()
    distances = say(outputs, 1, 10, 12, "dog", 0.7)
    for side, steps in enumerate((1, 2, 3, 4)):
        distances[side, steps] = 50
    (found,) = decode(outputs, fit(SIDE, SIDE, SIDE, SIDE), minimum_score=0.5)
    x, y = 12.5 * 16, 10.5 * 16
    assert found.box == pytest.approx((x - 16, y - 32, x + 48, y + 64), abs=1e-3)
    assert found.label == "dog"
    assert found.score == pytest.approx(0.7)


def test_a_distance_is_the_mean_of_its_distribution() -> None:
    outputs = nothing()
    distances = say(outputs, 0, 26, 26, "car", 0.9)
    distances[:, [2, 4]] = 50
    (found,) = decode(outputs, fit(SIDE, SIDE, SIDE, SIDE), minimum_score=0.5)
    centre = 26.5 * 8
    assert found.box == pytest.approx(
        (centre - 24, centre - 24, centre + 24, centre + 24), abs=1e-3
    )


def test_boxes_are_in_the_pictures_pixels() -> None:
    outputs = nothing()
    say(outputs, 2, 6, 6, "person", 0.9)[:, 3] = 50
    (found,) = decode(outputs, fit(832, 416, SIDE, SIDE), minimum_score=0.5)
    assert found.box == pytest.approx(
        (2 * 112, 2 * (112 - 104), 2 * 304, 2 * (304 - 104)), abs=1e-2
    )


def test_a_weak_find_is_none() -> None:
    outputs = nothing()
    say(outputs, 0, 5, 5, "person", 0.39)[:, 3] = 50
    place = fit(SIDE, SIDE, SIDE, SIDE)
    assert decode(outputs, place, minimum_score=0.4) == ()
    assert len(decode(outputs, place, minimum_score=0.38)) == 1


def test_neighbouring_points_that_see_the_same_thing_say_so_once() -> None:
    outputs = nothing()
    for column, score in ((12, 0.6), (13, 0.8)):
        say(outputs, 1, 10, column, "person", score)[:, 5] = 50
    (found,) = decode(outputs, fit(SIDE, SIDE, SIDE, SIDE), minimum_score=0.5)
    assert found.score == pytest.approx(0.8)


def test_a_picture_is_laid_onto_grey_and_normalised() -> None:
    tensor, place = prepare(np.full((100, 200, 3), 255, np.uint8))
    assert tensor.shape == (1, 3, SIDE, SIDE)
    assert tensor.dtype == np.float32
    assert tensor[0, 0, 0, 0] == pytest.approx((114 - 103.53) / 57.375, abs=1e-4)
    assert tensor[0, 2, 208, 208] == pytest.approx((255 - 123.675) / 58.395, abs=1e-4)
    assert place.top == 104


def test_a_person_is_found_where_she_is() -> None:
    persons = [each for each in objects()(astronaut()) if each.label == "person"]
    assert persons[0].score >= 0.5
    assert persons[0].box.iou(ASTRONAUT) > 0.7


def test_a_cat_is_a_cat() -> None:
    first, *_ = objects()(cat())
    assert first.label == "cat"
    assert first.score >= 0.5
    assert first.box.iou(CAT) > 0.6


@pytest.mark.parametrize("grey", [0, 114, 255])
def test_on_a_blank_picture_there_is_nothing(grey: int) -> None:
    assert objects()(np.full((360, 640, 3), grey, np.uint8)) == ()


@settings(deadline=None, max_examples=8, derandomize=True)
@given(st.integers(1, 500), st.integers(1, 500), st.integers(0, 2**32 - 1))
def test_a_picture_of_any_shape_is_borne(height: int, width: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    for found in objects()(noise):
        assert found.label in LABELS
        assert 0.3 <= found.score <= 1


@pytest.mark.parametrize("shape", [(1, 1280), (720, 1), (1, 1), (2, 3000)])
def test_even_a_line_of_pixels_is_borne(shape: tuple[int, int]) -> None:
    objects()(np.full((*shape, 3), 90, np.uint8))


def test_a_part_of_a_larger_picture_can_be_shown() -> None:
    wide = np.full((512, 1024, 3), 114, np.uint8)
    wide[:, 512:] = astronaut()
    (person,) = [each for each in objects()(wide[:, 512:]) if each.label == "person"]
    assert Box(*person.box).iou(ASTRONAUT) > 0.7
