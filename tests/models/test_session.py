"""A network that cannot run says so in our words, with its file."""

from pathlib import Path

import numpy as np
import pytest

from models import centerface, nanodet
from models.catalogue import WEIGHTS
from models.session import Session
from pipelines.errors import ModelError
from tests.real import objects

FACES = WEIGHTS / "centerface.onnx"


def test_outputs_come_in_the_order_in_which_they_were_named() -> None:
    size = nanodet.SIDE // 8
    outputs = objects().session(np.zeros((1, 3, nanodet.SIDE, nanodet.SIDE), np.float32))
    shapes = [each.shape for each in outputs]
    assert shapes[0] == (1, size**2, 80)
    assert shapes[3] == (1, size**2, 44)
    assert shapes[1][1] > shapes[2][1]


def test_only_the_outputs_that_were_named_are_computed() -> None:
    session = Session(FACES, outputs=centerface.OUTPUTS[:1])
    outputs = session(np.zeros((1, 3, 32, 32), np.float32))
    assert [each.shape for each in outputs] == [(1, 1, 8, 8)]


def test_an_output_that_the_network_does_not_have_is_named_with_those_it_has() -> None:
    with pytest.raises(ModelError) as caught:
        Session(FACES, outputs=("537", "boxes"))
    said = str(caught.value)
    assert said.startswith(f"{FACES}: no output boxes; it has ")
    assert "538" in said


@pytest.mark.parametrize("content", [b"", b"no network at all", b"\x08\x07" * 500])
def test_a_file_that_is_no_network_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Session(path, outputs=("a",))
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        Session(tmp_path / "none.onnx", outputs=("a",))
    assert str(tmp_path / "none.onnx") in str(caught.value)


@pytest.mark.parametrize("shape", [(1, 3, 100, 100), (3, 416, 416), (2, 3, 416, 416), (1,)])
def test_a_tensor_of_another_shape_is_named_with_the_file(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError) as caught:
        objects().session(np.zeros(shape, np.float32))
    assert str(caught.value).startswith(f"nanodet-g-416.onnx: cannot run on {shape}: ")
