"""A picture in, how bright its blocks are and by how much they rose out: kernels."""

import numpy as np

from pipelines.kernels.compiling import BLOCK, STEP, Cells, Counts, Floats, Words, kernel
from pipelines.kernels.shrinking import shrink


@kernel("void(i2[:, ::1], f4[:, ::1])")
def average(cells: Cells, means: Floats) -> None:
    """Average blocks of cells.

    cells  (h, w) int16, 1/128 grey level
    means  (⌈h/8⌉, ⌈w/8⌉) float32          filled with grey levels
    """
    height, width = cells.shape
    sums = np.empty(BLOCK * means.shape[1], np.int32)
    for block in range(means.shape[0]):
        until = min(BLOCK * block + BLOCK, height)
        sums[:] = np.int32(0)
        for row in range(BLOCK * block, until):
            line = cells[row]
            for x in range(width):
                sums[x] = np.int32(sums[x] + np.int32(line[x]))
        for column in range(means.shape[1]):
            total = 0
            for x in range(BLOCK * column, BLOCK * column + BLOCK):
                total += sums[x]
            count = min(BLOCK, width - BLOCK * column) * (until - BLOCK * block)
            means[block, column] = np.float32(total) / np.float32(STEP * count)


@kernel("f8(f4[:, ::1], f4[:, ::1], i8[::1])")
def balance(means: Floats, before: Floats, bins: Counts) -> float:
    """Find the gain by which most of a picture became brighter: the median over its blocks.

    means   (m, n) float32   brightness now, grey levels
    before  (m, n) float32   and of the slow background
    bins    (4096,) int64    overwritten
    Returns it to a thousandth, 0..4.
    """
    rows, columns = means.shape
    bins[:] = 0
    for row in range(rows):
        for column in range(columns):
            ratio = (means[row, column] + np.float32(1.0)) / (before[row, column] + np.float32(1.0))
            bins[int(min(ratio * np.float32(1000.0) + np.float32(0.5), np.float32(4095.0)))] += 1
    seen = place = 0
    while 2 * seen < rows * columns:
        seen += bins[place]
        place += 1
    return (place - 1) / 1000.0


@kernel("f8(u4[:, ::1], i8, i2[:, ::1], f4[:, :, ::1], i8[::1])")
def weigh(luma: Words, cell: int, now: Cells, means: Floats, bins: Counts) -> float:
    """Find the gain since the slow background: `shrink`, `average` and `balance` in one call.

    now    (h, w) int16       filled with the cells of the frame
    means  (2, m, n) float32  brightness now, which is filled, and of the slow background
    """
    for block in range(means.shape[1]):
        first = BLOCK * block
        part = now[first : first + BLOCK]
        shrink(luma, cell, first, part)
        average(part, means[0, block : block + 1])
    return balance(means[0], means[1], bins)
