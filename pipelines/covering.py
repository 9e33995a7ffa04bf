"""Planes or a picture and boxes in, the same with the boxes covered out.

A fill is the mean colour of what it covers: one number for each plane, from which nothing can be
told. Cells are means, too, at most four down a patch; they are weaker, since whoever has pictures
of likely faces can make cells of those and compare (R. McPherson et al., Defeating Image
Obfuscation with Deep Learning, arXiv:1609.00408). There is no blur: it can be inverted.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from pipelines.flow import Box, Bytes, Cover, Frame

CELLS = 4  # down a patch, at most; a patch is never lower than the face under it


def covered(picture: Bytes, boxes: Sequence[Box], cover: Cover = "fill") -> Bytes:
    """Return a copy of (H, W, 3) uint8 in which each box is covered."""
    result = picture.copy()
    for box in boxes:
        _cover(result, box, cover)
    return result


def covered_frame(frame: Frame, boxes: Sequence[Box], cover: Cover = "fill") -> Frame:
    """Return a frame with planes of its own, without padding, in which each box is covered.

    Colour has half the resolution; a sample of it that a box touches is covered whole.
    """
    rows, columns = (frame.height + 1) // 2, (frame.width + 1) // 2
    y = frame.y[: frame.height, : frame.width].copy()
    u, v = (plane[:rows, :columns].copy() for plane in (frame.u, frame.v))
    for box in boxes:
        _cover(y, box, cover)
        half = Box(*(side / 2 for side in box))
        _cover(u, half, cover)
        _cover(v, half, cover)
    return Frame(frame.captured_s, frame.width, frame.height, y, u, v)


def _cover(plane: Bytes, box: Box, cover: Cover) -> None:
    """Cover one box of (H, W) or (H, W, C) uint8 in place, whole pixels outwards."""
    height, width = plane.shape[:2]
    inside = box.clipped(width, height)
    rows = slice(int(inside.y0), int(np.ceil(inside.y1)))
    columns = slice(int(inside.x0), int(np.ceil(inside.x1)))
    part = plane[rows, columns]
    if not part.size:
        return
    if cover == "fill":
        part[...] = part.mean(axis=(0, 1)).astype(np.uint8)
    else:
        part[...] = _cells(part, box.height / CELLS)


def _cells(part: Bytes, side: float) -> Bytes:
    """The means of square cells of at least `side`, each as large as what it is the mean of."""
    height, width = part.shape[:2]
    small = max(1, int(width / side)), max(1, int(height / side))
    means = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
    again = cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(again, np.uint8).reshape(part.shape)
