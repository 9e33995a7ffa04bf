"""RT-DETR, D-FINE and RF-DETR that somebody brings find things where they say that they are."""

from pathlib import Path

import numpy as np
import pytest

from models.coco import LABELS, NUMBERED
from models.detr import RF, SIZED, RfDetr, RtDetr, names_for, prepare
from models.families import Detector, fitting, picker
from models.session import Session
from models.signature import Signature
from pipelines.flow import Box
from tests.models.exported import Values, filled, write

WIDE = np.zeros((90, 180, 3), np.uint8)
QUERIES = 9
WHERE = Box(45, 22.5, 135, 67.5)
"""The middle half of `WIDE`."""


def logits(classes: int, place: int) -> Values:
    """One query is rather sure of a class, the others of nothing."""
    said = filled(1, QUERIES, classes, value=-9.0)
    said[0, 3, place] = 2.0
    return said


def boxes(*, corners: bool = False) -> Values:
    """One query's box, as corners or as middle and size, in shares of the picture."""
    said = filled(1, QUERIES, 4)
    said[0, 3] = (0.25, 0.25, 0.75, 0.75) if corners else (0.5, 0.5, 0.5, 0.5)
    return said


def sized(path: Path) -> RtDetr:
    labels, scores = filled(1, QUERIES), filled(1, QUERIES)
    labels[0, 3], scores[0, 3] = LABELS.index("cat"), 0.88
    outputs = {"labels": labels, "boxes": boxes(corners=True), "scores": scores}
    write(path, outputs, sized=True, whole=("labels",))
    return RtDetr(Session(path, outputs=SIZED), minimum_score=0.5)


def raw(path: Path, names: tuple[str, str]) -> RtDetr:
    write(path, dict(zip(names, (logits(80, 15), boxes()), strict=True)), picture="pixel_values")
    return RtDetr(Session(path, outputs=names), minimum_score=0.5)


def rf(path: Path, classes: int, place: int, labels: tuple[str, ...] = LABELS) -> RfDetr:
    write(path, {"dets": boxes(), "labels": logits(classes, place)}, picture="input")
    return RfDetr(Session(path, outputs=RF), labels, minimum_score=0.5)


def test_a_file_that_takes_the_pictures_size_is_read(tmp_path: Path) -> None:
    (cat,) = sized(tmp_path / "a.onnx")(WIDE)
    assert cat.box == pytest.approx(WHERE, abs=1e-3)
    assert cat.label == "cat"
    assert cat.score == pytest.approx(0.88)


@pytest.mark.parametrize("names", [("pred_logits", "pred_boxes"), ("logits", "pred_boxes")])
def test_a_file_with_raw_outputs_is_read(tmp_path: Path, names: tuple[str, str]) -> None:
    (cat,) = raw(tmp_path / "a.onnx", names)(WIDE)
    assert cat.box == pytest.approx(WHERE, abs=1e-3)
    assert cat.label == "cat"
    assert cat.score == pytest.approx(1 / (1 + np.exp(-2)))


@pytest.mark.parametrize(("classes", "place"), [(91, 17), (81, 15), (80, 15)])
def test_an_rf_detr_is_read_with_its_numbers_for_classes(
    tmp_path: Path, classes: int, place: int
) -> None:
    (cat,) = rf(tmp_path / "a.onnx", classes, place)(WIDE)
    assert cat.box == pytest.approx(WHERE, abs=1e-3)
    assert cat.label == "cat"


def test_what_an_rf_detr_holds_for_nothing_is_nothing(tmp_path: Path) -> None:
    assert rf(tmp_path / "a.onnx", 81, 80)(WIDE) == ()
    assert rf(tmp_path / "b.onnx", 91, 12)(WIDE) == ()
    assert rf(tmp_path / "c.onnx", 3, 2, ("fox", "hare"))(WIDE) == ()
    (hare,) = rf(tmp_path / "d.onnx", 3, 1, ("fox", "hare"))(WIDE)
    assert hare.label == "hare"


def test_a_class_without_a_name_is_not_said(tmp_path: Path) -> None:
    network = sized(tmp_path / "a.onnx")
    assert RtDetr(network.session, LABELS[:3], 0.5)(WIDE) == ()


def test_cocos_numbers_have_gaps() -> None:
    assert names_for(91, LABELS) == NUMBERED
    assert NUMBERED[1] == "person"
    assert NUMBERED[90] == "toothbrush"
    assert NUMBERED[0] == NUMBERED[12] == ""
    assert sum(1 for name in NUMBERED if name) == 80
    assert names_for(92, LABELS) == ()


def test_the_network_gets_shares_of_red_green_and_blue() -> None:
    shown = np.zeros((20, 40, 3), np.uint8)
    shown[:, :, 2] = 255
    plain, _ = prepare(shown, (64, 32))
    assert plain.shape == (1, 3, 32, 64)
    assert plain[0, :, 9, 9].tolist() == [1, 0, 0]


def signature(network: Detector) -> Signature:
    return network.session.signature


def test_each_is_known_by_its_outputs(tmp_path: Path) -> None:
    made = {
        "rt-detr": [
            signature(sized(tmp_path / "a.onnx")),
            signature(raw(tmp_path / "b.onnx", ("pred_logits", "pred_boxes"))),
        ],
        "rf-detr": [signature(rf(tmp_path / "c.onnx", 91, 1))],
    }
    for family, signatures in made.items():
        assert [fitting(each, LABELS, file="x") for each in signatures] == [family] * len(
            signatures
        )


@pytest.mark.parametrize("seed", range(3))
def test_whatever_their_weights_say_boxes_lie_within_the_picture(tmp_path: Path, seed: int) -> None:
    outputs = {"dets": filled(1, QUERIES, 4, value=0.5), "labels": filled(1, QUERIES, 91)}
    path = write(tmp_path / "a.onnx", outputs, spread=1.0, picture="input")
    network = RfDetr(Session(path, outputs=picker("rf-detr", LABELS, file="a")), LABELS, 0.1)
    noise = np.random.default_rng(seed).integers(0, 256, (70, 50, 3), np.uint8)
    seen = network(noise)
    assert [each.score for each in seen] == sorted((e.score for e in seen), reverse=True)
    for each in seen:
        assert each.label in LABELS
        assert 0 <= each.box.x0 <= 50
        assert 0 <= each.box.y1 <= 70 + 1e-3
