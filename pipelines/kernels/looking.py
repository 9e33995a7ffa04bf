"""The cells that left in, the blocks that move out: kernels."""

import numpy as np

from pipelines.flow import Bytes
from pipelines.kernels.comparing import scan
from pipelines.kernels.compiling import STEP, Cells, Counts, Fences, Floats, Words, kernel


@kernel("void(u1[:, :, ::1], u1[:, :, ::1], u1[:, ::1], f4[:, :, ::1], f4, i2[:, ::1], i8[::1])")
def judge(  # noqa: C901 -- one pass over the blocks
    marks: Bytes, hot: Bytes, held: Bytes, limits: Floats, growth: float, gaps: Cells,
    counts: Counts,
) -> None:  # fmt: skip
    """Tell the blocks that move, and raise the gaps of those that move often or nearly.

    A block over its gap moves when one nearby was so lately. One that is only nearly over it goes
    on moving beside what moved just now (thresholds with hysteresis: J. Canny, PAMI 8, 1986),
    unless there are more of them than `counts` bears: that is light.

    Goes no further than to count when more blocks are hot than `counts` bears.

    marks   (m, 2, n) uint8      from `compare`
    hot     (5, m, n) uint8      filled: blocks that move, blocks over their gap; kept: those over
                                 it one and two frames ago, and those that moved one frame ago
    held    (m, n) uint8         for the next `drift`: raised to 1 in blocks that are hot or move
    limits  (3, m, n) float32    learnt part of the gap, grey levels, changed in place; how far it
                                 may grow; factor of the camera's sensitivity
    growth  ≥ 1                  factor by which the learnt part grows
    gaps    (m, n) int16         raised where the learnt part grew, 1/128 grey level
    counts  (6,) int64           cells over its gap that make a block hot; that make it move without
                                 having been hot before; hot blocks that are borne; filled: blocks
                                 that are hot, that move, that nearly move
    """
    rows, columns = gaps.shape
    few, alone = counts[0], counts[1]
    counts[3] = counts[4] = counts[5] = 0
    for row in range(rows):
        warm = 0
        for column in range(columns):
            over = np.uint8(marks[row, 0, column] >= few)
            hot[0, row, column], hot[1, row, column] = 0, over
            counts[3] += over
            warm += marks[row, 1, column] >= few
        counts[5] += warm
    if counts[5] == 0 or counts[3] > counts[2]:
        return
    few_nearly = counts[5] <= counts[2]
    for row in range(rows):
        for column in range(columns):
            if marks[row, 1, column] < few:
                continue
            sure, beside, before, moved = hot[1, row, column], 0, 0, 0
            for y in range(max(row - 1, 0), min(row + 2, rows)):
                for x in range(max(column - 1, 0), min(column + 2, columns)):
                    beside |= hot[1, y, x]
                    before |= hot[2, y, x] | hot[3, y, x]
                    moved |= hot[4, y, x]
            if (moved and before and few_nearly) or (
                sure and (before or marks[row, 0, column] >= alone)
            ):
                hot[0, row, column] = 1
                counts[4] += 1
            held[row, column] = max(held[row, column], sure, hot[0, row, column])
            if (sure or not beside) and growth > 1:
                whole = np.float32(STEP) * limits[2, row, column]
                grown = min(np.float32(gaps[row, column]) / whole * growth, limits[1, row, column])
                limits[0, row, column] = max(limits[0, row, column], grown)
                wide = np.int16(min(grown * whole, np.float32(16000.0)))
                gaps[row, column] = max(gaps[row, column], wide)


@kernel(
    "void(u4[:, ::1], i8, u2[:, :, ::1], i2[:, :, ::1], i2, u1[:, ::1], i2[:, ::1],"
    "u1[:, :, ::1], i2[:, ::1], i4, u1[:, :, ::1], u1[:, ::1], f4[:, :, ::1], f4, i8[::1])"
)
def look(  # noqa: PLR0913, PLR0917 -- one call from Python
    luma: Words, cell: int, fences: Fences, memory: Cells, share: int, masked: Bytes, gaps: Cells,
    marks: Bytes, strip: Cells, mix: int, hot: Bytes, held: Bytes, limits: Floats, growth: float,
    counts: Counts,
) -> None:  # fmt: skip
    """Tell the blocks that move in a frame: `scan` and `judge` in one call.

    memory  (2, h, w) int16  slow and fast background; the fast one follows by `mix`
    hot                      as `judge` left it after the last frame
    """
    hot[4], hot[3], hot[2] = hot[0], hot[2], hot[1]
    few = counts[0]
    if scan(luma, cell, fences, memory, share, masked, gaps, few, marks, strip, mix) == 0:
        hot[:2] = np.uint8(0)
        counts[3:] = 0
        return
    judge(marks, hot, held, limits, growth, gaps, counts)
