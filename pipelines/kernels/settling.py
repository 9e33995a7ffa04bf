"""A picture in, backgrounds that followed it and what was learnt of its blocks out: kernels."""

import numpy as np

from pipelines.flow import Bytes
from pipelines.kernels.compiling import BLOCK, STEP, UNIT, Cells, Fences, Floats, kernel
from pipelines.kernels.enclosing import fence
from pipelines.kernels.weighing import average


@kernel("void(i2[:, ::1], i4)")
def brighten(cells: Cells, gain: int) -> None:
    """Multiply cells, in place; none becomes brighter than white.

    cells  (h, w) int16, 1/128 grey level   changed
    gain   0..65535                         in parts of `UNIT`
    """
    height, width = cells.shape
    for row in range(height):
        line = cells[row]
        for x in range(width):
            lit = np.int32(np.int32(np.int32(line[x]) * np.int32(gain)) >> np.int32(13))
            line[x] = np.int16(min(lit, np.int32(255 * STEP)))


@kernel(
    "void(i2[:, ::1], i2[:, :, ::1], i2[:, ::1], u1[:, ::1], i4, i4, f4[:, :, ::1], f4[:, ::1])"
)
def drift(  # noqa: C901 -- one pass over the blocks
    now: Cells, memory: Cells, gaps: Cells, held: Bytes, slow_mix: int, fast_mix: int,
    found: Floats, means: Floats,
) -> None:  # fmt: skip
    """Let both backgrounds follow the picture, and measure how far from it they were.

    now        (h, w) int16, 1/128 grey level  cells of this frame
    memory     (2, h, w) int16                 slow and fast background, changed in place
    gaps       (⌈h/8⌉, ⌈w/8⌉) int16            steps over which a cell differs, by block, < 16384
    held       (⌈h/8⌉, ⌈w/8⌉) uint8            1 where the slow background keeps what differs, 2
                                               where it takes over the fast one
    slow_mix   0..32768                        share of `now` that seeps into the slow background
    fast_mix   0..32768                        and into the fast one, in parts of 32768
    found      (2, ⌈h/8⌉, ⌈w/8⌉) float32       filled: mean step from the fast background, grey
                                               levels, none above two gaps; share of cells that
                                               differ from the slow one
    means      (⌈h/8⌉, ⌈w/8⌉) float32          filled: brightness of the slow background
    """
    height, width = now.shape
    wide = BLOCK * gaps.shape[1]
    noise, apart = np.empty(wide, np.int16), np.empty(wide, np.int16)
    gap_of, flows = np.empty(wide, np.int16), np.empty(wide, np.int16)
    half = np.int32(16384)
    for block in range(gaps.shape[0]):
        for column in range(gaps.shape[1]):
            flow = np.int16(0) if held[block, column] == 1 else np.int16(-1)
            for x in range(BLOCK * column, BLOCK * column + BLOCK):
                noise[x] = apart[x] = np.int16(0)
                gap_of[x], flows[x] = gaps[block, column], flow
        until = min(BLOCK * block + BLOCK, height)
        for row in range(BLOCK * block, until):
            line, slow, fast = now[row], memory[0, row], memory[1, row]
            for x in range(width):
                quickly, gap = np.int16(line[x] - fast[x]), gap_of[x]
                step = min(max(quickly, np.int16(-quickly)), np.int16(gap + gap))
                noise[x] = np.int16(noise[x] + np.int16(step >> np.int16(3)))
                part = np.int32(np.int32(np.int32(quickly) * np.int32(fast_mix)) + half)
                fast[x] = np.int16(fast[x] + np.int16(part >> np.int32(15)))
            for x in range(width):
                slowly = np.int16(line[x] - slow[x])
                differs = max(slowly, np.int16(-slowly)) > gap_of[x]
                apart[x] = np.int16(apart[x] + (np.int16(1) if differs else np.int16(0)))
                slowly = np.int16(slowly & flows[x]) if differs else slowly
                part = np.int32(np.int32(np.int32(slowly) * np.int32(slow_mix)) + half)
                slow[x] = np.int16(slow[x] + np.int16(part >> np.int32(15)))
        for column in range(gaps.shape[1]):
            begin, end = BLOCK * column, min(BLOCK * column + BLOCK, width)
            cells = np.float32((end - begin) * (until - BLOCK * block))
            steps = differing = 0
            for x in range(BLOCK * column, BLOCK * column + BLOCK):
                steps += noise[x]
                differing += apart[x]
            found[0, block, column] = np.float32(8 * steps) / (cells * np.float32(STEP))
            found[1, block, column] = np.float32(differing) / cells
            if held[block, column] == 2:
                for row in range(BLOCK * block, until):
                    memory[0, row, begin:end] = memory[1, row, begin:end]
        average(memory[0, BLOCK * block : until], means[block : block + 1])


@kernel(
    "void(f4[:, :, ::1], f4[:, ::1], f4[:, :, ::1], u1[:, ::1], f4[:, :, ::1], i2[:, ::1], f4[::1])"
)
def learn(
    found: Floats, means: Floats, known: Floats, held: Bytes, limits: Floats, gaps: Cells,
    rules: Floats,
) -> None:  # fmt: skip
    """Set what a step must exceed in each block, and what the slow background does there.

    found   (2, m, n) float32    from `drift`
    means   (m, n) float32       brightness, grey levels
    known   (2, m, n) float32    noise, grey levels; seconds for which it has stood; changed
    held    (m, n) uint8         filled for the next `drift`; while no time passed, only raised
    limits  (3, m, n) float32    as in `judge`; the learnt part fades
    gaps    (m, n) int16         filled, 1/128 grey level
    rules   (11,) float32        seconds that passed; time constant of the noise, and of the learnt
                                 part; lowest gap in the dark and in the light, grey levels; share
                                 of the brightness between them; times of the noise; share of the
                                 brightness that is in doubt since the light changed; times the
                                 lowest gap that the learnt part may reach; share of a block that
                                 must stand, 0..1; seconds after which it is taken over
    """
    passed, doubt, most = rules[0], rules[7], rules[8]
    mix = min(passed / rules[1], np.float32(1.0))
    keep = max(np.float32(1.0) - passed / rules[2], np.float32(0.0))
    for row in range(gaps.shape[0]):
        for column in range(gaps.shape[1]):
            known[0, row, column] += (found[0, row, column] - known[0, row, column]) * mix
            stands = found[1, row, column] >= rules[9]
            stood = known[1, row, column] + passed if stands else np.float32(0.0)
            taken = stood > rules[10]
            known[1, row, column] = np.float32(0.0) if taken else stood
            before = held[row, column] if passed == 0 else np.uint8(0)
            held[row, column] = max(before, np.uint8(2 if taken else 1 if stands else 0))
            lowest = min(max(means[row, column] * rules[5], rules[3]), rules[4])
            limits[0, row, column] *= keep
            limits[1, row, column] = lowest * most
            gap = max(lowest + doubt * means[row, column], known[0, row, column] * rules[6])
            gap = max(gap, limits[0, row, column]) * limits[2, row, column] * np.float32(STEP)
            gaps[row, column] = np.int16(min(gap, np.float32(16000.0)))


@kernel(
    "void(i2[:, ::1], i2[:, :, ::1], i4, i4, i4, i2, u1[:, ::1], u2[:, :, ::1], i2[:, ::1],"
    "u1[:, ::1], f4[:, :, ::1], f4[:, :, ::1], f4[:, :, ::1], f4[:, :, ::1], f4[::1])"
)
def settle(  # noqa: PLR0913, PLR0917 -- one call from Python
    now: Cells, memory: Cells, gain: int, slow_mix: int, fast_mix: int, share: int, masked: Bytes,
    fences: Fences, gaps: Cells, held: Bytes, found: Floats, means: Floats,
    known: Floats, limits: Floats, rules: Floats,
) -> None:  # fmt: skip
    """Let both backgrounds follow a frame, and learn: `brighten` to `fence` in one call.

    means  (2, m, n) float32  from `weigh`, and for the next one
    """
    if gain != UNIT:
        brighten(memory[0], gain)
    drift(now, memory, gaps, held, slow_mix, fast_mix, found, means[1])
    learn(found, means[0], known, held, limits, gaps, rules)
    fence(memory[0], share, masked, gaps, fences)
