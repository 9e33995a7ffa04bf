"""NanoDet: a BGR picture in, COCO objects out.

R. Lyu, NanoDet, https://github.com/RangiLyu/nanodet; its boxes are distributions over distances
(X. Li et al., Generalized Focal Loss, NeurIPS 2020, arXiv:2006.04388).
"""

import itertools

import numpy as np
import numpy.typing as npt

from models.boxes import Floats, best, box_of
from models.coco import LABELS
from models.letterbox import Letterbox, fit, paste
from models.session import Session, Tensor
from pipelines.flow import Bytes, Detection

SIDE = 416
STRIDES = (8, 16, 32)
SCORES = ("Identity:0", "Identity_1:0", "Identity_2:0")
DISTANCES = ("Identity_3:0", "Identity_4:0", "Identity_5:0")
OUTPUTS = SCORES + DISTANCES

_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_STD = np.array([57.375, 57.12, 58.395], np.float32)
_BINS = 11
_OVERLAP = 0.5


class NanoDet:
    """Finds objects; safe to call from several threads."""

    def __init__(self, session: Session, *, minimum_score: float) -> None:
        self.session, self.minimum_score = session, minimum_score

    def __call__(self, picture: Bytes) -> tuple[Detection, ...]:
        """Find objects in `picture`, (H, W, 3) uint8 BGR; boxes are in its pixels."""
        tensor, place = prepare(picture)
        return decode(self.session(tensor), place, minimum_score=self.minimum_score)


def prepare(picture: Bytes) -> tuple[Tensor, Letterbox]:
    """A picture as the (1, 3, 416, 416) float32 tensor, and where it lies on it."""
    height, width = picture.shape[:2]
    place = fit(width, height, SIDE, SIDE)
    canvas = (paste(picture, place, SIDE, SIDE) - _MEAN) / _STD
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], np.float32), place


def decode(
    outputs: list[Tensor], place: Letterbox, *, minimum_score: float
) -> tuple[Detection, ...]:
    """Read the six outputs, named as in `OUTPUTS`, as objects in the picture's pixels."""
    scores = np.concatenate([each[0] for each in outputs[:3]])
    distances = np.concatenate([each[0] for each in outputs[3:]])
    classes = scores.argmax(axis=1)
    top = scores[np.arange(len(scores)), classes]
    chosen = np.flatnonzero(top >= minimum_score)
    corners = _corners(chosen, distances[chosen])
    kept = best(corners, top[chosen], classes[chosen], overlap=_OVERLAP)
    return tuple(
        Detection(place.back(box_of(corners[k])), LABELS[classes[chosen[k]]], float(top[chosen[k]]))
        for k in kept
    )


def _corners(chosen: npt.NDArray[np.intp], distances: Tensor) -> Floats:
    """(N, 4) corners on the canvas from (N, 44) distributions at the `chosen` grid points."""
    bins = distances.reshape(-1, 4, _BINS)
    weights = np.exp(bins - bins.max(axis=2, keepdims=True))
    expected = (weights * np.arange(_BINS)).sum(axis=2) / weights.sum(axis=2)
    x, y, stride = _GRID[chosen].T
    left, top, right, bottom = (expected * stride[:, None]).T
    sides = [x - left, y - top, x + right, y + bottom]
    return np.asarray(np.clip(np.stack(sides, axis=1), 0, SIDE), np.float32)


def _grid() -> Floats:
    """(N, 3) centre x, centre y and stride of each grid point, in the outputs' order."""
    points = [
        ((column + 0.5) * stride, (row + 0.5) * stride, stride)
        for stride in STRIDES
        for row, column in itertools.product(range(SIDE // stride), repeat=2)
    ]
    return np.array(points, np.float32)


_GRID = _grid()
