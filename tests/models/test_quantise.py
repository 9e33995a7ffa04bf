"""INT8 sees what FP32 sees, and what is done to the graph on the way changes nothing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import pytest

from benchmarks.quantise import last_convolutions, unpadded
from models.catalogue import AUTO, FP32, entry, path_of
from models.load import object_network
from models.nanodet import OUTPUTS, SIDE, prepare
from models.session import Session
from pipelines.flow import Bytes, Detection
from tests.real import astronaut, cat, street


def test_a_border_of_minus_infinity_can_be_left_to_the_pooling(tmp_path: Path) -> None:
    source, changed = path_of(entry(FP32)), tmp_path / "unpadded.onnx"
    onnx.save(unpadded(onnx.load(source)), changed)
    tensor, _ = prepare(astronaut())
    before, after = (Session(path, outputs=OUTPUTS)(tensor) for path in (source, changed))
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    assert all(node.op_type != "Pad" for node in onnx.load(changed).graph.node)


def test_the_last_convolutions_are_one_for_each_stride() -> None:
    network = onnx.load(path_of(entry(FP32)))
    assert len(last_convolutions(network)) == 3


def overlap(one: Detection, other: Detection) -> float:
    return one.box.iou(other.box)


@pytest.mark.parametrize("shown", [astronaut, cat, street], ids=["astronaut", "cat", "street"])
def test_what_is_chosen_here_finds_what_fp32_finds(shown: Callable[[], Bytes]) -> None:
    picture = shown()
    wanted = object_network(FP32, minimum_score=0.5)(picture)
    found = object_network(AUTO, minimum_score=0.4)(picture)
    for each in wanted:
        near = max(found, key=partial(overlap, each))
        assert near.label == each.label
        assert near.box.iou(each.box) > 0.85
        assert near.score == pytest.approx(each.score, abs=0.1)


def test_a_tensor_is_planar_and_as_the_network_was_trained() -> None:
    shown = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    tensor, _ = prepare(shown)
    mean = np.array([103.53, 116.28, 123.675], np.float32)
    std = np.array([57.375, 57.12, 58.395], np.float32)
    np.testing.assert_allclose(tensor[0].transpose(1, 2, 0), (shown - mean) / std, atol=1e-5)
    assert tensor.flags.c_contiguous
