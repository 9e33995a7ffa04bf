"""What a family's exporter writes, with random weights: the signature is real, the rest is small.

Each output is a fixed value plus a random mix of the picture's mean colours, so that a test can
plant what is found or leave it to chance.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Values = npt.NDArray[np.float32]

SIDE = 64
POINTS = 84
"""Of the strides 8, 16 and 32 on a canvas of 64 x 64."""

_OPSET, _IR = 17, 10


def write(
    path: Path,
    outputs: Mapping[str, Values],
    *,
    spread: float = 0.0,
    picture: str = "images",
    side: int = SIDE,
    sized: bool = False,
    whole: tuple[str, ...] = (),
    notes: Mapping[str, str] | None = None,
) -> Path:
    """Write a network and return its path.

    outputs  by name, the fixed part of each, with its shape
    spread   of the random part
    sized    takes `orig_target_sizes`, by which it multiplies the output `boxes`
    whole    outputs that are whole numbers, int64
    notes    its metadata
    """
    random = np.random.default_rng(1)
    nodes = [
        helper.make_node("GlobalAveragePool", [picture], ["colours"]),
        helper.make_node("Flatten", ["colours"], ["flat"]),
    ]
    constants = []
    for name, fixed in outputs.items():
        weights = random.normal(0, 1, (3, fixed.size)) * spread / 128
        constants += [
            numpy_helper.from_array(weights.astype(np.float32), f"{name}_w"),
            numpy_helper.from_array(fixed.reshape(1, -1), f"{name}_b"),
            numpy_helper.from_array(np.array(fixed.shape, np.int64), f"{name}_s"),
        ]
        last = f"{name}_made" if name in whole or (sized and name == "boxes") else name
        nodes += [
            helper.make_node("MatMul", ["flat", f"{name}_w"], [f"{name}_m"]),
            helper.make_node("Add", [f"{name}_m", f"{name}_b"], [f"{name}_a"]),
            helper.make_node("Reshape", [f"{name}_a", f"{name}_s"], [last]),
        ]
        if name in whole:
            nodes.append(helper.make_node("Cast", [last], [name], to=TensorProto.INT64))
        elif last != name:
            nodes += _times_sizes(last, name)
    inputs = [helper.make_tensor_value_info(picture, TensorProto.FLOAT, [1, 3, side, side])]
    if sized:
        inputs.append(helper.make_tensor_value_info("orig_target_sizes", TensorProto.INT64, [1, 2]))
    ports = [
        helper.make_tensor_value_info(
            name, TensorProto.INT64 if name in whole else TensorProto.FLOAT, fixed.shape
        )
        for name, fixed in outputs.items()
    ]
    graph = helper.make_graph(nodes, path.stem, inputs, ports, constants)
    opset = helper.make_opsetid("", _OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=_IR)
    helper.set_model_props(model, dict(notes or {}))
    onnx.save(model, path)
    return path


def _times_sizes(shares: str, pixels: str) -> list[onnx.NodeProto]:
    """Boxes as shares of a picture to its pixels: x by its width, y by its height, twice."""
    return [
        helper.make_node("Cast", ["orig_target_sizes"], ["sizes"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["sizes", "sizes"], ["sides"], axis=1),
        helper.make_node("Mul", [shares, "sides"], [pixels]),
    ]


def filled(*shape: int, value: float = 0.0) -> Values:
    """An output that says the same everywhere."""
    return np.full(shape, value, np.float32)
