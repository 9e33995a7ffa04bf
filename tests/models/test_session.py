"""A network that cannot run says so in our words, with its file."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models import centerface, nanodet
from models.catalogue import WEIGHTS
from models.session import Session
from pipelines.errors import ModelError
from tests.real import objects

ROOT = Path(__file__).parents[2]
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


def test_running_a_network_tells_nobody_and_numbers_no_machine(tmp_path: Path) -> None:
    """Its run-time reports to its makers unless it is told not to, and keeps a number for that."""
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    program = (
        "from pathlib import Path\nfrom models import centerface\n"
        "from models.session import Session\n"
        f"Session(Path({str(FACES)!r}), outputs=centerface.OUTPUTS)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=home, check=True)
    assert list(tmp_path.rglob("*")) == []


def test_onnxruntime_is_loaded_only_where_it_was_silenced_before() -> None:
    loads = re.compile(r"^(?:import|from) onnxruntime", re.MULTILINE)
    folders = ("edge", "models", "pipelines", "center", "disk", "tocsin", "benchmarks", "tests")
    found = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    loading = {str(file.relative_to(ROOT)) for file in found if loads.search(file.read_text())}
    assert loading == {"models/session.py", "benchmarks/quantise.py"}
