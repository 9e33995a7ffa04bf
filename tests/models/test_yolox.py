"""A YOLOX that somebody brings finds things where it says that they are."""

from pathlib import Path

import numpy as np
import pytest

from models.coco import LABELS
from models.families import at, fitting
from models.grid import grid
from models.session import Session
from models.yolox import Yolox, decoded, prepare
from pipelines.errors import ModelError
from tests.models.exported import POINTS, SIDE, Values, filled, write


def planted(row: int, column: int, label: str, score: float) -> Values:
    """Outputs of a network that sees one thing from a cell of stride 16, 32 x 64 pixels large."""
    rows = filled(1, POINTS, 85)
    point = 64 + row * 4 + column
    rows[0, point, :5] = 0.5, 0.25, np.log(2), np.log(4), 0.9
    rows[0, point, 5 + LABELS.index(label)] = score / 0.9
    return rows


def network(path: Path, rows: Values, *, spread: float = 0.0, minimum: float = 0.5) -> Yolox:
    write(path, {"output": rows}, spread=spread)
    return Yolox(Session(path, outputs=("output",)), minimum_score=minimum)


def test_a_cell_says_where_the_middle_is_and_how_large(tmp_path: Path) -> None:
    found = network(tmp_path / "a.onnx", planted(1, 2, "dog", 0.7))
    (dog,) = found(np.zeros((64, 64, 3), np.uint8))
    x, y = (2 + 0.5) * 16, (1 + 0.25) * 16
    assert dog.box == pytest.approx((x - 16, 0, x + 16, y + 32), abs=1e-3)
    assert dog.label == "dog"
    assert dog.score == pytest.approx(0.7, abs=1e-5)


def test_one_that_was_exported_to_decode_for_itself_is_read_alike(tmp_path: Path) -> None:
    rows = planted(1, 2, "dog", 0.7)
    rows[0, :, 0] += 0.5
    told, points = rows.copy(), grid(SIDE, SIDE, POINTS)
    told[0, :, :2] = (rows[0, :, :2] + points[:, :2]) * points[:, 2:]
    told[0, :, 2:4] = np.exp(rows[0, :, 2:4]) * points[:, 2:]
    blank = np.zeros((64, 128, 3), np.uint8)
    (left,) = network(tmp_path / "a.onnx", rows)(blank)
    (itself,) = network(tmp_path / "b.onnx", told)(blank)
    assert itself.label == left.label == "dog"
    assert itself.score == pytest.approx(left.score)
    assert itself.box == pytest.approx(left.box, abs=1e-3)


def test_boxes_are_in_the_pixels_of_a_picture_that_lay_in_the_corner(tmp_path: Path) -> None:
    found = network(tmp_path / "a.onnx", planted(1, 2, "dog", 0.7))
    (dog,) = found(np.zeros((64, 128, 3), np.uint8))
    assert dog.box == pytest.approx((48, 0, 112, 104), abs=1e-3)


def test_a_score_is_that_of_the_thing_times_that_of_its_class(tmp_path: Path) -> None:
    sure = network(tmp_path / "a.onnx", planted(1, 2, "dog", 0.7), minimum=0.71)
    blank = np.zeros((64, 64, 3), np.uint8)
    assert sure(blank) == ()
    assert len(at(sure, 0.69)(blank)) == 1


def test_a_picture_lies_in_the_upper_left_corner_on_grey_blue_first() -> None:
    shown = np.zeros((32, 64, 3), np.uint8)
    shown[:, :, 0] = 200
    tensor, place = prepare(shown, SIDE, SIDE)
    assert tensor.dtype == np.float32
    assert tensor[0, :, 0, 0].tolist() == [200, 0, 0]
    assert tensor[0, :, 63, 63].tolist() == [114, 114, 114]
    assert (place.left, place.top) == (0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_its_weights_say_boxes_lie_within_the_picture(tmp_path: Path, seed: int) -> None:
    rows = filled(1, POINTS, 85, value=0.7)
    found = network(tmp_path / "a.onnx", rows, spread=2.0, minimum=0.1)
    noise = np.random.default_rng(seed).integers(0, 256, (50, 90, 3), np.uint8)
    seen = found(noise)
    assert seen
    for each in seen:
        assert each.label in LABELS
        assert -1e-3 <= each.box.x0 <= each.box.x1 <= 128 + 1e-3
        assert each.score >= 0.1


def test_a_side_that_is_out_of_all_measure_stays_a_number() -> None:
    rows = filled(POINTS, 85, value=500.0)
    corners, _ = decoded(rows, SIDE, SIDE)
    assert np.isfinite(corners).all()


def test_its_outputs_are_known_for_a_yolox(tmp_path: Path) -> None:
    session = Session(write(tmp_path / "a.onnx", {"o": filled(1, POINTS, 85)}), outputs=("o",))
    assert fitting(session.signature, LABELS, file="a") == "yolox"


def test_a_grid_of_another_size_is_named() -> None:
    with pytest.raises(ModelError, match="with 86 points does not fit a canvas of 64x64"):
        grid(SIDE, SIDE, 86)


def test_a_grid_goes_row_by_row_from_the_finest_stride() -> None:
    points = grid(SIDE, SIDE, POINTS)
    assert points[:2].tolist() == [[0, 0, 8], [1, 0, 8]]
    assert points[64].tolist() == [0, 0, 16]
    assert points[-1].tolist() == [1, 1, 32]
    assert len(grid(416, 416, 3598)) == 3598
