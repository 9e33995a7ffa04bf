"""A network in FP32 in, the same network in INT8 out: static QDQ, calibrated on frames.

python -m benchmarks.quantise [CLIP ...] [--source FILE] [--out FOLDER]

Frames are drawn by the demo, and taken evenly from the clips that are named; of each the whole
and an enlarged middle are shown, since the product looks at both. Activations are U8, weights S8
per channel, ranges from minimum to maximum (B. Jacob et al., arXiv:1712.05877). A Pad with minus
infinity before a MaxPool is first made part of it, which ONNX defines as the same: no scale could
hold that constant. What follows the last convolutions and they themselves stay in float, or a score
could take 256 values only.

Both files leave the picture's height and width open, so that what is small is looked at on a small
canvas. The one in FP32 keeps its weights in 16 bits where that loses nothing (the makers' copy in
TFJS is rounded so), and is rewritten, too, when `--source` names the network as it was converted.

Needs the package `onnx`, which is in the extra `dev`.
"""

# isort: off
from models import nanodet  # first: it silences onnxruntime

# isort: on
import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from models.catalogue import WEIGHTS, entry, path_of
from pipelines.flow import Bytes
from tocsin.demo.scenes import frames
from tocsin.demo.script import SCENES

NAME = "nanodet-g-416"
AS_THEY_ARE = {"Pad", "Sigmoid", "Split"}
PER_SCENE = 16
PER_CLIP = 16

_STORY_S = 42.0
_HALF = ":half"


class Shown(CalibrationDataReader):  # type: ignore[misc] # the base carries no types
    """Hands out one tensor after the other."""

    def __init__(self, name: str, pictures: Iterator[Bytes]) -> None:
        self.name, self.pictures = name, pictures
        self.count = 0

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next tensor under the input's name, nothing at the end."""
        picture = next(self.pictures, None)
        if picture is None:
            return None
        self.count += 1
        return {self.name: nanodet.prepare(picture)[0]}


def main() -> None:
    """Quantise and say the file's hash."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("clips", nargs="*", type=Path, metavar="CLIP")
    asked.add_argument("--source", type=Path, help="the network in FP32, if not the shipped one")
    asked.add_argument("--out", type=Path, default=WEIGHTS, metavar="FOLDER")
    words = asked.parse_args()
    network = freed(onnx.load(words.source or path_of(entry(NAME))))
    if words.source:
        written(halved(network), words.out / f"{NAME}.onnx")
    shown = Shown(network.graph.input[0].name, parts(words.clips))
    small = words.out / f"{NAME}-int8.onnx"
    quantise(unpadded(doubled(network)), small, shown)
    written(freed(onnx.load(small)), small)
    print(f"calibrated on {shown.count} pictures")


def written(network: onnx.ModelProto, path: Path) -> None:
    """Write a network and say its hash."""
    onnx.save(network, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path}: {path.stat().st_size} bytes, sha256 {digest}")


def freed(network: onnx.ModelProto) -> onnx.ModelProto:
    """Leave the height and width of the picture open, in multiples of 32 pixels."""
    freed = onnx.ModelProto()
    freed.CopyFrom(network)
    ports = (*freed.graph.input, *freed.graph.output)
    open_lengths = {port.name: [(1, f"points_{port.name}")] for port in freed.graph.output}
    open_lengths[freed.graph.input[0].name] = [(2, "height"), (3, "width")]
    for port in ports:
        for axis, name in open_lengths[port.name]:
            port.type.tensor_type.shape.dim[axis].dim_param = name
    del freed.graph.value_info[:]
    return freed


def halved(network: onnx.ModelProto) -> onnx.ModelProto:
    """Keep weights in 16 bits where they are the same afterwards; onnxruntime widens them once."""
    halved = onnx.ModelProto()
    halved.CopyFrom(network)
    for each in halved.graph.initializer:
        whole = numpy_helper.to_array(each)
        half = whole.astype(np.float16) if whole.dtype == np.float32 else whole
        if half.dtype != whole.dtype and whole.size > 1 and np.array_equal(half, whole):
            name = each.name
            each.CopyFrom(numpy_helper.from_array(half, f"{name}{_HALF}"))
            cast = helper.make_node("Cast", [each.name], [name], to=onnx.TensorProto.FLOAT)
            halved.graph.node.insert(0, cast)
    return halved


def doubled(network: onnx.ModelProto) -> onnx.ModelProto:
    """Undo `halved`."""
    doubled = onnx.ModelProto()
    doubled.CopyFrom(network)
    for each in doubled.graph.initializer:
        if each.name.endswith(_HALF):
            whole = numpy_helper.to_array(each).astype(np.float32)
            each.CopyFrom(numpy_helper.from_array(whole, each.name.removesuffix(_HALF)))
    for cast in [node for node in doubled.graph.node if node.input[0].endswith(_HALF)]:
        doubled.graph.node.remove(cast)
    return doubled


def unpadded(network: onnx.ModelProto) -> onnx.ModelProto:
    """Move the borders of a Pad with minus infinity into the MaxPool behind it."""
    constants = {each.name: numpy_helper.to_array(each) for each in network.graph.initializer}
    for pad in [node for node in network.graph.node if node.op_type == "Pad"]:
        behind = [node for node in network.graph.node if pad.output[0] in node.input]
        borders, value = (constants[name] for name in pad.input[1:3])
        if value == -np.inf and [node.op_type for node in behind] == ["MaxPool"]:
            (pool,) = behind
            pool.input[0] = pad.input[0]
            kept = [each for each in pool.attribute if each.name not in {"pads", "auto_pad"}]
            del pool.attribute[:]
            pool.attribute.extend(kept)
            top, left, bottom, right = borders[[2, 3, 6, 7]].tolist()
            pool.attribute.append(helper.make_attribute("pads", [top, left, bottom, right]))
            network.graph.node.remove(pad)
    return network


def quantise(network: onnx.ModelProto, out: Path, shown: Shown) -> None:
    """Write the INT8 twin of a network."""
    kinds = {node.op_type for node in network.graph.node}
    quantize_static(
        network,
        str(out),
        shown,
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=sorted(kinds - AS_THEY_ARE),
        nodes_to_exclude=last_convolutions(network),
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.MinMax,
    )


def last_convolutions(network: onnx.ModelProto) -> list[str]:
    """Names of the convolutions from which there is no other on the way to an output."""
    makers = {name: node for node in network.graph.node for name in node.output}
    wanted, names = [output.name for output in network.graph.output], set()
    while wanted:
        node = makers.get(wanted.pop())
        if node is not None and node.op_type == "Conv":
            names.add(node.name)
        elif node is not None:
            wanted += node.input
    return sorted(names)


def parts(clips: list[Path]) -> Iterator[Bytes]:
    """Of every frame the whole, and its middle as the product would cut it."""
    for picture in pictures(clips):
        yield picture
        height, width = picture.shape[:2]
        yield picture[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4]


def pictures(clips: list[Path]) -> Iterator[Bytes]:
    """Frames of the drawn scenes, then of the clips, (H, W, 3) uint8 BGR."""
    for scene in SCENES:
        for number in range(PER_SCENE):
            at_s = _STORY_S * number / PER_SCENE
            (planar,) = frames(scene, seconds=1 / scene.fps, start_s=at_s)
            yield np.asarray(cv2.cvtColor(planar, cv2.COLOR_YUV2BGR_I420), np.uint8)
    for clip in clips:
        yield from evenly(clip, PER_CLIP)


def evenly(clip: Path, count: int) -> Iterator[Bytes]:
    """Take `count` frames, spread over a clip."""
    with av.open(str(clip)) as container:
        every = max(1, sum(1 for _ in container.decode(video=0)) // count)
        container.seek(0)
        for number, frame in enumerate(container.decode(video=0)):
            if number % every == 0 and number // every < count:
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


if __name__ == "__main__":
    main()
