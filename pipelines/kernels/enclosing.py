"""A slow background in, between which values its surroundings explain a cell out: kernels."""

import numpy as np

from pipelines.flow import Bytes
from pipelines.kernels.compiling import BLOCK, STEP, Cells, Fences, kernel


@kernel("void(i2[:, ::1], i8, i8, i8, i2, i2[:, :, ::1])")
def enclose(slow: Cells, first: int, begin: int, end: int, share: int, bounds: Cells) -> None:
    """Say between which values a cell's surroundings explain it: what sways moves by a cell.

    slow    (h, w) int16, 1/128 grey level   slow background
    first   0..h                             row to begin with
    begin, end  0..w                         columns for which it is said
    share   0..4                             quarters of the way to the extremes of 3 × 3 cells
    bounds  (2, r, w) int16                  filled there: highest and lowest value of so many
                                             rows, to 4 steps
    """
    height, width = slow.shape[0], end - begin
    # A column more on each side, so that the inner loops have no borders.
    most, least = np.empty(width + 2, np.int16), np.empty(width + 2, np.int16)
    left, right = max(begin - 1, 0), min(end + 1, slow.shape[1])
    spare = left - begin + 1  # 1 where there is no column to the left
    for row in range(bounds.shape[1]):
        y = first + row
        above, below = slow[max(y - 1, 0), left:right], slow[min(y + 1, height - 1), left:right]
        line, upwards, downwards = slow[y, left:right], most[spare:], least[spare:]
        for x in range(right - left):
            a, b, c = above[x], line[x], below[x]
            high, deep = max(b, a), min(b, a)
            upwards[x] = max(c, high)
            downwards[x] = min(c, deep)
        if spare:
            most[0], least[0] = most[1], least[1]
        if right == end:
            most[width + 1], least[width + 1] = most[width], least[width]
        line, upper, lower = (
            slow[y, begin:end],
            bounds[0, row, begin:end],
            bounds[1, row, begin:end],
        )
        for x in range(width):
            own, a, b, c = line[x], most[x], most[x + 1], most[x + 2]
            high = max(b, a)
            high = max(c, high)
            up = np.int16(np.int16(high - own) >> np.int16(2))
            upper[x] = np.int16(own + np.int16(up * share))
        for x in range(width):
            own, a, b, c = line[x], least[x], least[x + 1], least[x + 2]
            deep = min(b, a)
            deep = min(c, deep)
            down = np.int16(np.int16(own - deep) >> np.int16(2))
            lower[x] = np.int16(own - np.int16(down * share))


@kernel("void(i2[:, :, ::1], u1[:, ::1], i8)")
def mask(bounds: Cells, masked: Bytes, first: int) -> None:
    """Let everything be explained where nothing ever moves.

    bounds  (2, r, w) int16  from `enclose`; changed
    masked  (h, w) uint8     1 where nothing ever moves; (0, 0) where there is no such place
    first   0..h - r         row to begin with
    """
    if masked.size == 0:
        return
    for row in range(bounds.shape[1]):
        for x in range(masked.shape[1]):
            if masked[first + row, x]:
                bounds[0, row, x], bounds[1, row, x] = np.int16(32767), np.int16(0)


@kernel("void(i2[:, ::1], i2, u1[:, ::1], i2[:, ::1], u2[:, :, ::1])")
def fence(slow: Cells, share: int, masked: Bytes, gaps: Cells, fences: Fences) -> None:
    """Say between which values a cell is not over five eighths of its gap.

    slow, share  as for `enclose`
    masked       as for `mask`
    gaps         (⌈h/8⌉, ⌈w/8⌉) int16  steps that a cell must exceed, by block, ≥ 16
    fences       (2, h, w) uint16      filled: the lowest value, and how far up it goes from there,
                                       1/16 grey level
    """
    height, width = slow.shape
    white, three, spare = np.int16(255 * STEP), np.int16(3), np.int16(7)
    room, near = np.empty(2 * BLOCK * width, np.int16), np.empty(BLOCK * gaps.shape[1], np.int16)
    for block in range(gaps.shape[0]):
        first = BLOCK * block
        rows = min(BLOCK, height - first)
        bounds = room[: 2 * rows * width].reshape(2, rows, width)
        enclose(slow, first, 0, width, share, bounds)
        mask(bounds, masked, first)
        for column in range(gaps.shape[1]):
            gap = gaps[block, column]
            near[BLOCK * column : BLOCK * column + BLOCK] = (gap >> 1) + (gap >> 3)
        for row in range(rows):
            high, low = bounds[0, row], bounds[1, row]
            lowest, span = fences[0, first + row], fences[1, first + row]
            for x in range(width):
                least = np.int16(low[x] - near[x])
                least = max(least, np.int16(0))
                least = np.int16(least + spare)
                lowest[x] = np.uint16(np.int16(least >> three))
            for x in range(width):
                reach = near[x]
                most, far = high[x], np.int16(white - reach)
                most = min(far, most)
                most = np.int16(most + reach)
                most = np.int16(most >> three)
                span[x] = np.uint16(np.uint16(most) - lowest[x])
