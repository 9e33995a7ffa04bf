"""NanoDet and NanoDet-Plus: a BGR picture in, objects out.

R. Lyu, NanoDet, https://github.com/RangiLyu/nanodet; its boxes are distributions over distances
(X. Li et al., Generalized Focal Loss, NeurIPS 2020, arXiv:2006.04388). The first generation looks
from the middles of the cells of three strides, Plus from the corners of the cells of four.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from models.boxes import Floats, best, named
from models.coco import LABELS
from models.grid import grid
from models.letterbox import Letterbox, fit, paste
from models.session import Session, Tensor
from models.signature import Port, Signature
from pipelines.flow import Bytes, Detection
from pipelines.regions import GRAIN_PX, Sight

SIDE = 416
STRIDES = (8, 16, 32)
SCORES = ("Identity:0", "Identity_1:0", "Identity_2:0")
DISTANCES = ("Identity_3:0", "Identity_4:0", "Identity_5:0")
OUTPUTS = SCORES + DISTANCES
WANTS = (
    "nanodet: 1x3xHxW -> 1xNx(C + 4 x bins), or for each stride class scores 1xNxC and "
    "distances 1xNx(4 x bins)"
)

_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_STD = np.array([57.375, 57.12, 58.395], np.float32)
_OVERLAP = 0.5

_TALL_PX = 84
"""Height at which the first generation knows things best, by `benchmarks.bench_sizes`: it is sure
of what is 60 to 110 pixels tall on its canvas, unsure of what lies between two strides, about 150.
"""


class Canvas(NamedTuple):
    """Pixels of the picture that the network wants."""

    width: int = SIDE
    height: int = SIDE


WHOLE = Canvas()


@dataclass(frozen=True, slots=True)
class NanoDet:
    """Finds objects; safe to call from several threads."""

    session: Session
    labels: tuple[str, ...] = LABELS
    minimum_score: float = 0.4

    def __call__(self, picture: Bytes) -> tuple[Detection, ...]:
        """Find objects in `picture`, (H, W, 3) uint8 BGR; boxes are in its pixels."""
        canvas = Canvas(*self.session.signature.canvas())
        if not all(canvas):
            canvas = around(picture.shape[1], picture.shape[0])
        tensor, place = prepare(picture, canvas)
        return decode(
            self.session(tensor), place,
            minimum_score=self.minimum_score, canvas=canvas, labels=self.labels,
        )  # fmt: skip

    @property
    def sight(self) -> Sight:
        """What it sees best."""
        signature = self.session.signature
        canvas = signature.canvas()
        tall_px = _TALL_PX if len(signature.outputs) == 2 * len(STRIDES) else 0
        return Sight(max(canvas) or SIDE, free=not all(canvas), tall_px=tall_px)


def around(width: int, height: int) -> Canvas:
    """The smallest canvas for a picture that is shrunk to at most 416 pixels."""
    scale = min(1.0, SIDE / max(width, height))
    sides = (GRAIN_PX * max(1, -(-round(side * scale) // GRAIN_PX)) for side in (width, height))
    return Canvas(*sides)


def asked(signature: Signature, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the outputs to compute, scores before distances; none when they do not fit."""
    if not all(signature.canvas(SIDE)) or len(signature.inputs) != 1:
        return ()
    outputs = signature.outputs
    if len(outputs) == 1 and _is_distances(outputs[0], len(labels)):
        return (outputs[0].name,)
    scores = [port for port in outputs if port.shape[-1:] == (len(labels),)]
    distances = [port for port in outputs if port not in scores and _is_distances(port)]
    return (
        tuple(port.name for port in scores + distances)
        if (len(outputs) == len(scores) * 2 == len(distances) * 2 == len(scores + distances) > 2)
        else ()
    )


def prepare(picture: Bytes, canvas: Canvas = WHOLE) -> tuple[Tensor, Letterbox]:
    """A picture as a (1, 3, H, W) float32 tensor, and where it lies on it."""
    height, width = picture.shape[:2]
    place = fit(width, height, *canvas)
    laid = paste(picture, place, *canvas)
    tensor = np.empty((1, 3, canvas.height, canvas.width), np.float32)
    for channel, (mean, std) in enumerate(zip(_MEAN, _STD, strict=True)):
        np.multiply(laid[:, :, channel], 1 / std, out=tensor[0, channel])
        tensor[0, channel] -= mean / std
    return tensor, place


def decode(
    outputs: list[Tensor],
    place: Letterbox,
    *,
    minimum_score: float,
    canvas: Canvas = WHOLE,
    labels: tuple[str, ...] = LABELS,
) -> tuple[Detection, ...]:
    """Read the outputs that `asked` names as objects in the picture's pixels.

    Raises ModelError when there are not as many points as the canvas has.
    """
    scores, distances = _parted(outputs, len(labels))
    classes = scores.argmax(axis=1)
    top = scores[np.arange(len(scores)), classes]
    chosen = np.flatnonzero(top >= minimum_score)
    points = grid(*canvas, len(scores))
    corners = _corners(points[chosen], distances[chosen], canvas, middle=points[-1, 2] < 64)
    kept = best(corners, top[chosen], classes[chosen], overlap=_OVERLAP)
    rows = chosen[kept]
    return named(corners[kept], top[rows], classes[rows], labels=labels, back=place.back)


def _parted(outputs: list[Tensor], classes: int) -> tuple[Floats, Floats]:
    """(N, C) scores and (N, 4 * bins) distances, from one output or from one for each stride.

    The finest stride has the most points; it comes first, as on the grid.
    """
    if len(outputs) == 1:
        return outputs[0][0, :, :classes], outputs[0][0, :, classes:]
    half = len(outputs) // 2
    scores, distances = (
        np.concatenate(sorted((each[0] for each in part), key=len, reverse=True))
        for part in (outputs[:half], outputs[half:])
    )
    return scores, distances


def _corners(points: Floats, distances: Tensor, canvas: Canvas, *, middle: bool) -> Floats:
    """(N, 4) corners on the canvas from (N, 4 * bins) distributions at the points of a grid."""
    bins = distances.reshape(len(points), 4, distances.shape[1] // 4)
    weights = np.exp(bins - bins.max(axis=2, keepdims=True))
    expected = (weights * np.arange(bins.shape[2])).sum(axis=2) / weights.sum(axis=2)
    stride = points[:, 2]
    x, y = ((points[:, :2] + (0.5 if middle else 0.0)) * stride[:, None]).T
    left, top, right, bottom = (expected * stride[:, None]).T
    sides = np.stack([x - left, y - top, x + right, y + bottom], axis=1)
    return np.asarray(np.clip(sides, 0, [*canvas, *canvas]), np.float32)


def _is_distances(port: Port, classes: int = 0) -> bool:
    """Say whether an output's depth, less the classes, is four distributions of 2 to 32 bins."""
    depth = port.shape[2] - classes if len(port.shape) == 3 else 0
    return depth % 4 == 0 and 8 <= depth <= 128
