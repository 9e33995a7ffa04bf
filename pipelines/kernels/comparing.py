"""A picture and both backgrounds in, the cells of each block that left both out: kernels."""

import numpy as np

from pipelines.flow import Bytes
from pipelines.kernels.compiling import BLOCK, Cells, Fences, Words, kernel
from pipelines.kernels.enclosing import enclose, mask
from pipelines.kernels.leaving import leave, span
from pipelines.kernels.shrinking import shrink


@kernel("void(i2[:, ::1], i8, i8, i8, i2[:, :, ::1], i2[:, ::1], i2[::1], u1[:, ::1], i2[:, ::1])")
def compare(  # noqa: PLR0913, PLR0917 -- one row of blocks, all that is known of it
    now: Cells, first: int, begin: int, end: int, bounds: Cells, fast: Cells, gaps: Cells,
    marks: Bytes, room: Cells,
) -> None:  # fmt: skip
    """Count the cells of some blocks of a row that left both backgrounds.

    now         (≤ 8, w) int16             the cells of this row of blocks
    first       ≥ 0                        the first of their rows
    begin, end  0..n                       blocks that are compared
    bounds      (2, h, w) int16            highest and lowest value that is explained
    fast        (≥ first + h, w) int16     fast background
    gaps        (n,) int16                 steps that a cell must exceed, by block
    marks       (2, n) uint8               filled: cells over the gap, and cells over five eighths
                                           of it, 0..64
    room        (2, 8 n) int16             overwritten
    """
    height, left, right = now.shape[0], BLOCK * begin, min(BLOCK * end, now.shape[1])
    counts, gap_of = room[0, left : BLOCK * end], room[1, left : BLOCK * end]
    counts[:] = np.int16(0)
    for column in range(begin, end):
        gap_of[BLOCK * (column - begin) : BLOCK * (column - begin) + BLOCK] = gaps[column]
    for row in range(height):
        y = first + row
        line, last = now[row, left:right], fast[y, left:right]
        high, low = bounds[0, row, left:right], bounds[1, row, left:right]
        for x in range(right - left):
            value, gap = line[x], gap_of[x]
            over, under = np.int16(value - high[x]), np.int16(low[x] - value)
            slowly = max(under, over)
            quickly = np.int16(value - last[x])
            back = np.int16(-quickly)
            quickly = max(back, quickly)
            step = min(quickly, slowly)
            most = np.int16(np.int16(gap >> np.int16(1)) + np.int16(gap >> np.int16(3)))
            mark = np.int16(1) if step > gap else np.int16(0)
            near = np.int16(256) if step > most else np.int16(0)
            counts[x] = np.int16(counts[x] + np.int16(mark + near))
    for column in range(begin, end):
        total = 0
        for x in range(BLOCK * (column - begin), BLOCK * (column - begin) + BLOCK):
            total += counts[x]
        marks[0, column] = total & 255
        marks[1, column] = total >> 8


@kernel("void(i2[:, ::1], i8, i2[:, ::1], i4)")
def follow(now: Cells, first: int, background: Cells, mix: int) -> None:
    """Let a background follow the picture.

    now, first                            as above
    background  (≥ first + h, w) int16    changed
    mix         0..32768                  share of `now` that seeps in, in parts of 32768
    """
    height, width = now.shape
    half = np.int32(16384)
    for row in range(height):
        line, known = now[row], background[first + row]
        for x in range(width):
            step = np.int16(line[x] - known[x])
            part = np.int32(np.int32(np.int32(step) * np.int32(mix)) + half)
            known[x] = np.int16(known[x] + np.int16(part >> np.int32(15)))


@kernel(
    "i8(u4[:, ::1], i8, u2[:, :, ::1], i2[:, :, ::1], i2, u1[:, ::1], i2[:, ::1], i8,"
    "u1[:, :, ::1], i2[:, ::1], i4)"
)
def scan(  # noqa: PLR0913, PLR0917 -- one pass over the picture
    luma: Words, cell: int, fences: Fences, memory: Cells, share: int, masked: Bytes, gaps: Cells,
    few: int, marks: Bytes, strip: Cells, mix: int,
) -> int:  # fmt: skip
    """Count the cells of each block that left both backgrounds, row of blocks by row of blocks.

    A block of which few cells are beyond their fences is done with, and so are nearly all.

    luma, cell            as for `shrink`
    fences                (2, h, w) uint16   from `fence`
    memory                (2, h, w) int16    slow and fast background; the fast one is changed
    share, masked         as for `fence`
    gaps                  (m, n) int16       steps that a cell must exceed, by block
    few                   ≥ 1                cells of a block that count
    marks                 (m, 2, n) uint8    filled as by `compare`; 0 where fewer are beyond
    strip                 (m + 26, 8 n) int16  overwritten
    mix                   0..32768           as for `follow`
    Returns how many rows of blocks had to be compared.
    """
    (height, width), rows = memory.shape[1:], gaps.shape[0]
    left, room = strip[:rows], strip[rows + 3 * BLOCK :]
    cells, ranges = strip[rows : rows + BLOCK].reshape(-1), strip[rows + BLOCK :].reshape(-1)
    leave(luma, cell, fences, left)
    compared = 0
    for block in range(rows):
        marks[block] = np.uint8(0)
        begin, end = span(left, block, few)
        if begin == end and mix == 0:
            continue
        first, high = BLOCK * block, min(BLOCK, height - BLOCK * block)
        now = cells[: high * width].reshape(high, width)
        shrink(luma, cell, first, now)
        if begin < end:
            compared += 1
            bounds = ranges[: 2 * high * width].reshape(2, high, width)
            enclose(memory[0], first, BLOCK * begin, min(BLOCK * end, width), share, bounds)
            mask(bounds, masked, first)
            compare(now, first, begin, end, bounds, memory[1], gaps[block], marks[block], room)
        if mix:
            follow(now, first, memory[1], mix)
    return compared
