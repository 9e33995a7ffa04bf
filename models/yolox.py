"""YOLOX: a BGR picture in, objects out.

Z. Ge et al., YOLOX: Exceeding YOLO Series in 2021, arXiv:2107.08430; its makers' exporter leaves
the grid to the reader (https://github.com/Megvii-BaseDetection/YOLOX, Apache-2.0), unless it is
told to decode: both are read, and told apart by what they say.
"""

from dataclasses import dataclass

import numpy as np

from models.boxes import Floats, best, named
from models.coco import LABELS
from models.grid import grid
from models.letterbox import Letterbox, fit, paste
from models.session import Session, Tensor
from models.signature import Signature
from pipelines.flow import Bytes, Detection
from pipelines.regions import Sight

SIDE = 640
WANTS = "yolox: 1x3xHxW -> 1xNx(5 + C), with x, y, w, h and objectness before the classes"

_BEFORE_CLASSES = 5
_OVERLAP = 0.5
_LONGEST = 8.0  # logarithm of the strides that a side may measure, so that it stays a number


@dataclass(frozen=True, slots=True)
class Yolox:
    """Finds objects; safe to call from several threads."""

    session: Session
    labels: tuple[str, ...] = LABELS
    minimum_score: float = 0.4

    def __call__(self, picture: Bytes) -> tuple[Detection, ...]:
        """Find objects in `picture`, (H, W, 3) uint8 BGR; boxes are in its pixels."""
        width, height = self.session.signature.canvas(SIDE)
        tensor, place = prepare(picture, width, height)
        (rows,) = self.session(tensor)
        corners, scores = decoded(rows[0], width, height)
        return chosen(corners, scores, place, self.labels, self.minimum_score)

    @property
    def sight(self) -> Sight:
        """What it sees best."""
        return Sight(max(self.session.signature.canvas(SIDE)))


def asked(signature: Signature, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Name of the output to compute; none when it does not fit."""
    if not all(signature.canvas(SIDE)) or len(signature.inputs) != 1 or len(signature.outputs) != 1:
        return ()
    (output,) = signature.outputs
    fits = len(output.shape) == 3 and output.shape[2] == _BEFORE_CLASSES + len(labels)
    return (output.name,) if fits else ()


def prepare(picture: Bytes, width: int, height: int) -> tuple[Tensor, Letterbox]:
    """A picture in the upper left corner of a (1, 3, H, W) float32 tensor of 0..255, on grey."""
    place = fit(picture.shape[1], picture.shape[0], width, height, middle=False)
    canvas = paste(picture, place, width, height)
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], np.float32), place


def decoded(rows: Floats, width: int, height: int) -> tuple[Floats, Floats]:
    """Corners (N, 4) on the canvas and scores (N, C) from the (N, 5 + C) rows of the grid.

    Raises ModelError when there are not as many rows as the canvas has points.
    """
    points = grid(width, height, len(rows))
    cells, stride = points[:, :2], points[:, 2:]
    if _in_pixels(rows, cells, stride):
        middle, half = rows[:, :2], np.maximum(rows[:, 2:4], 0) / 2
    else:
        middle = (rows[:, :2] + cells) * stride
        half = np.exp(np.minimum(rows[:, 2:4], _LONGEST)) * stride / 2
    corners = np.concatenate([middle - half, middle + half], axis=1)
    corners = np.clip(corners, 0, [width, height, width, height])
    return corners.astype(np.float32), rows[:, 4:5] * rows[:, _BEFORE_CLASSES:]


def _in_pixels(rows: Floats, cells: Floats, stride: Floats) -> bool:
    """Say whether middles are told in pixels of the canvas: as a rule they then lie at their cells.

    Otherwise it is their way from there, in strides, and as a rule it is short.
    """
    told = rows[:, :2]
    return bool(np.median(np.abs(told / stride - cells)) < np.median(np.abs(told)))


def chosen(
    corners: Floats, scores: Floats, place: Letterbox, labels: tuple[str, ...], minimum: float
) -> tuple[Detection, ...]:
    """Those that are sure enough, without doubles, in the picture's pixels."""
    classes = scores.argmax(axis=1)
    top = scores[np.arange(len(scores)), classes]
    sure = np.flatnonzero(top >= minimum)
    rows = sure[best(corners[sure], top[sure], classes[sure], overlap=_OVERLAP)]
    return named(corners[rows], top[rows], classes[rows], labels=labels, back=place.back)
