"""Overlapping boxes in, the best of each heap out: non-maximum suppression."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Box, Detection

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]


def best(corners: Floats, scores: Floats, classes: Ints, *, overlap: float) -> list[int]:
    """Indices that survive greedy non-maximum suppression within each class, best first.

    corners  (N, 4) float32  x0, y0, x1, y1
    scores   (N,) float32
    classes  (N,) integers
    overlap  IoU above which the weaker of two goes
    """
    if not len(scores):
        return []
    sides = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxesBatched(
        sides.astype(np.float64).tolist(), scores.tolist(), classes.tolist(), 0.0, overlap
    )
    order = [int(index) for index in np.asarray(kept).reshape(-1)]
    return sorted(order, key=lambda index: -float(scores[index]))


def merged(found: list[Detection], *, overlap: float) -> tuple[Detection, ...]:
    """Suppress doubles among detections that came from overlapping parts of one frame."""
    if len(found) < 2:
        return tuple(found)
    names = sorted({each.label for each in found})
    corners = np.array([each.box for each in found], np.float32)
    scores = np.array([each.score for each in found], np.float32)
    classes = np.array([names.index(each.label) for each in found], np.intp)
    return tuple(found[index] for index in best(corners, scores, classes, overlap=overlap))


def box_of(corners: Floats) -> Box:
    """A row of four numbers as a box."""
    return Box(*(float(value) for value in corners))


def named(
    corners: Floats,
    scores: Floats,
    classes: Ints,
    *,
    labels: Sequence[str],
    back: Callable[[Box], Box],
) -> tuple[Detection, ...]:
    """Rows as detections in the picture's pixels; a class without a name is left out.

    corners  (N, 4) float32 on the canvas
    scores   (N,) float32
    classes  (N,) integers, places in `labels`
    back     undoes the canvas
    """
    return tuple(
        Detection(back(box_of(corners[row])), labels[kind], float(scores[row]))
        for row, kind in enumerate(classes.tolist())
        if 0 <= kind < len(labels) and labels[kind]
    )
