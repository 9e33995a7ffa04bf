"""Blocks that move in, those that hang together out: a kernel."""

import numpy as np

from pipelines.flow import Bytes
from pipelines.kernels.compiling import Counts, kernel


@kernel("i8[:, ::1](u1[:, ::1], i8)")
def group(blocks: Bytes, reach: int) -> Counts:
    """Gather blocks that hang together.

    blocks  (m, n) uint8  of which those that are not 0 count
    reach   ≥ 1           how far apart, in blocks, two may be; 1 is next to each other
    Returns (k, 4) int64  left, top, right, bottom of each; the last two are not within it
    """
    rows, columns = blocks.shape
    left = blocks.copy()
    boxes = np.empty((blocks.size, 4), np.int64)
    stack = np.empty((blocks.size, 2), np.int64)
    count = 0
    for y0 in range(rows):
        for x0 in range(columns):
            if not left[y0, x0]:
                continue
            left[y0, x0], stack[0, 0], stack[0, 1], deep = 0, y0, x0, 1
            box = boxes[count]
            box[0], box[1], box[2], box[3] = x0, y0, x0 + 1, y0 + 1
            count += 1
            while deep:
                deep -= 1
                row, column = stack[deep]
                box[0], box[2] = min(box[0], column), max(box[2], column + 1)
                box[3] = max(box[3], row + 1)
                for y in range(max(row - reach, 0), min(row + reach + 1, rows)):
                    for x in range(max(column - reach, 0), min(column + reach + 1, columns)):
                        if left[y, x]:
                            left[y, x], stack[deep, 0], stack[deep, 1] = 0, y, x
                            deep += 1
    return boxes[:count]
