"""A file is read by the family whose outputs it has, or it is refused with what each wants."""

from pathlib import Path

import numpy as np
import pytest

from models.coco import LABELS
from models.families import FAMILIES, fitting, named, picker
from models.nanodet import NanoDet
from models.session import Session
from models.signature import Port, Signature
from pipelines.errors import ConfigError, ModelError
from tests.models.exported import POINTS, filled, write

PICTURE = Port("images", (1, 3, 64, 64))
LEVELS = (64, 16, 4)


def outputs(bins: int, classes: int = 80) -> dict[str, tuple[int, ...]]:
    return {
        **{f"dis_{count}": (1, count, 4 * bins) for count in LEVELS},
        **{f"cls_{count}": (1, count, classes) for count in LEVELS},
    }


def test_a_nanodet_with_an_output_for_each_stride_is_read(tmp_path: Path) -> None:
    said = {name: filled(*shape) for name, shape in outputs(8).items()}
    said["cls_16"][0, 5, 2] = 0.8  # row 1, column 1 of stride 16
    said["dis_16"][0, 5, [1, 9, 17, 25]] = 50  # one stride to each side
    path = write(tmp_path / "a.onnx", said)
    session = Session(path, outputs=picker("nanodet", LABELS, file="a"))
    assert session.outputs == ["cls_64", "cls_16", "cls_4", "dis_64", "dis_16", "dis_4"]
    (car,) = NanoDet(session)(np.zeros((64, 64, 3), np.uint8))
    assert car.label == "car"
    assert car.box == pytest.approx((8, 8, 40, 40), abs=1e-3)


def test_a_nanodet_plus_looks_from_the_corners_of_its_cells(tmp_path: Path) -> None:
    said = filled(1, POINTS + 1, 2 + 32)
    said[0, 64 + 5, 1] = 0.8
    said[0, 64 + 5, [2 + 1, 2 + 9, 2 + 17, 2 + 25]] = 50
    path = write(tmp_path / "a.onnx", {"output": said})
    names = ("fox", "hare")
    session = Session(path, outputs=picker("nanodet", names, file="a"))
    (hare,) = NanoDet(session, names)(np.zeros((64, 64, 3), np.uint8))
    assert hare.label == "hare"
    assert hare.box == pytest.approx((0, 0, 32, 32), abs=1e-3)


@pytest.mark.parametrize("bins", [8, 11])
def test_its_outputs_are_known_for_a_nanodet(bins: int) -> None:
    many = Signature((PICTURE,), tuple(Port(*each) for each in outputs(bins).items()))
    one = Signature((PICTURE,), (Port("output", (1, POINTS, 80 + 4 * bins)),))
    assert fitting(many, LABELS, file="a") == fitting(one, LABELS, file="a") == "nanodet"


@pytest.mark.parametrize(
    "signature",
    [
        Signature((), ()),
        Signature((PICTURE,), (Port("output", (1, 1000)),)),
        Signature((PICTURE,), (Port("output", (1, POINTS, 86)),)),
        Signature((Port("images", (1, 64, 64, 3)),), (Port("output", (1, POINTS, 85)),)),
        Signature((Port("i", (1, 3, 64, 64), "tensor(float16)"),), (Port("o", (1, 84, 85)),)),
        Signature((PICTURE, PICTURE), (Port("output", (1, POINTS, 85)),)),
        Signature((PICTURE,), (Port("pred_logits", (1, 9, 92)), Port("pred_boxes", (1, 9, 4)))),
    ],
)
def test_a_file_that_fits_no_family_is_told_what_it_has_and_what_each_wants(
    signature: Signature,
) -> None:
    with pytest.raises(ModelError) as caught:
        fitting(signature, LABELS, file="own.onnx")
    said = str(caught.value)
    assert said.startswith(f"own.onnx: has {signature}; with C = 80 labels")
    assert all(family.wants in said for family in FAMILIES.values())


def test_a_file_of_another_family_than_was_said_is_told_what_that_one_wants() -> None:
    signature = Signature((PICTURE,), (Port("output", (1, POINTS, 85)),))
    with pytest.raises(ModelError) as caught:
        picker("rf-detr", LABELS, file="own.onnx")(signature)
    assert FAMILIES["rf-detr"].wants in str(caught.value)
    assert FAMILIES["yolox"].wants not in str(caught.value)


def test_a_length_that_a_file_leaves_open_is_shown_as_such() -> None:
    signature = Signature((Port("images", (0, 3, 0, 0)),), (Port("output", (0, 0, 85)),))
    assert str(signature) == "images ?x3x?x? -> output ?x?x85"
    assert signature.canvas(640) == (640, 640)
    assert fitting(signature, LABELS, file="a") == "yolox"


def test_a_family_that_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="nanodet, yolox, rt-detr, rf-detr"):
        named("centerface")
