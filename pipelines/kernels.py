"""The hot loop: kernels of motion over the brightness plane, compiled by numba, one signature each.

Nothing else imports numba; other stages compile theirs by `kernel`. A kernel says shape, dtype and
unit of what it takes and what it changes; `tests/pipelines/test_kernels.py` holds each to a twin
written in NumPy. Grids of cells are int16 in steps of 1/128 grey level: 16 or 32 cells to a vector,
and no rounding worth a name. numba widens integers to 64 bits; the casts bring them back, so that
LLVM keeps the narrow lanes.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes

Cells = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]
Fences = npt.NDArray[np.uint16]
Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")

STEP = 128
"""Steps of a cell per grey level."""

BLOCK = 8
"""Cells along the side of a block."""

UNIT = 8192
"""A gain of one."""


def kernel(
    signature: str,
) -> Callable[[Callable[Arguments, Returned]], Callable[Arguments, Returned]]:
    """Compile for one signature, without the GIL, kept on disk for the next start."""

    def compiled(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
        made: Callable[Arguments, Returned] = numba.njit(
            signature, nogil=True, cache=True, fastmath={"contract", "nsz"}, error_model="numpy"
        )(function)
        return made

    return compiled


@kernel("void(u4[:, ::1], i8, i2[:, ::1])")
def shrink1(luma: Words, first: int, cells: Cells) -> None:
    """Take each pixel for a cell."""
    pixels = luma.view(np.uint8)
    height, width = cells.shape
    for row in range(height):
        line, out = pixels[first + row], cells[row]
        for x in range(width):
            out[x] = np.int16(np.int16(line[x]) << np.int16(7))


@kernel("void(u4[:, ::1], i8, i2[:, ::1])")
def shrink2(luma: Words, first: int, cells: Cells) -> None:
    """Average 2 × 2 pixels; half a word is a row of a cell."""
    pairs, low = luma.view(np.uint16), np.uint16(0xFF)
    byte, five = np.uint16(8), np.uint16(5)
    height, width = cells.shape
    for row in range(height):
        y = 2 * (first + row)
        above, below, out = pairs[y], pairs[y + 1], cells[row]
        for x in range(width):
            a, b = above[x], below[x]
            a = np.uint16(np.uint16(a & low) + np.uint16(a >> byte))
            b = np.uint16(np.uint16(b & low) + np.uint16(b >> byte))
            out[x] = np.int16(np.uint16(a + b) << five)


@kernel("void(u4[:, ::1], i8, i2[:, ::1])")
def shrink4(luma: Words, first: int, cells: Cells) -> None:
    """Average 4 × 4 pixels; a word is a row of a cell."""
    even, low = np.uint32(0x00FF00FF), np.uint32(0xFFFF)
    byte, half, three = np.uint32(8), np.uint32(16), np.uint32(3)
    height, width = cells.shape
    for row in range(height):
        y = 4 * (first + row)
        one, two, three_, four, out = luma[y], luma[y + 1], luma[y + 2], luma[y + 3], cells[row]
        for x in range(width):
            a, b, c, d = one[x], two[x], three_[x], four[x]
            left = np.uint32((a & even) + (b & even) + (c & even) + (d & even))
            a, b, c, d = a >> byte, b >> byte, c >> byte, d >> byte
            right = np.uint32((a & even) + (b & even) + (c & even) + (d & even))
            pairs = np.uint32(left + right)
            out[x] = np.int16(((pairs & low) + (pairs >> half)) << three)


@kernel("void(u4[:, ::1], i8, i8, i2[:, ::1])")
def shrink(luma: Words, cell: int, first: int, cells: Cells) -> None:
    """Average square cells of a picture, or of some of its rows.

    luma   (≥ cell · (first + h), ≥ cell · w / 4) uint32, C order  four pixels each, the left lowest
    cell   1, 2 or 4                                               its side in pixels
    first  ≥ 0                                                     row of cells to begin with
    cells  (h, w) int16, C order                                   filled, 1/128 grey level
    """
    if cell == 1:
        shrink1(luma, first, cells)
    elif cell == 2:
        shrink2(luma, first, cells)
    else:
        shrink4(luma, first, cells)


@kernel("void(u4[:, ::1], u2[:, :, ::1], i2[:, ::1])")
def leave1(luma: Words, fences: Fences, left: Cells) -> None:
    """Each pixel is a cell."""
    pixels, (height, width), four = luma.view(np.uint8), fences.shape[1:], np.uint16(4)
    for y in range(height):
        line, low, span, out = pixels[y], fences[0, y], fences[1, y], left[y // BLOCK]
        for x in range(width):
            value = np.uint16(np.uint16(line[x]) << four)
            above = np.uint16(value - low[x])
            out[x] = np.int16(out[x] + (np.int16(1) if above > span[x] else np.int16(0)))


@kernel("void(u4[:, ::1], u2[:, :, ::1], i2[:, ::1])")
def leave2(luma: Words, fences: Fences, left: Cells) -> None:
    """A cell is 2 × 2 pixels; half a word is a row of it."""
    pairs, (height, width) = luma.view(np.uint16), fences.shape[1:]
    byte, right, two = np.uint16(8), np.uint16(0xFF), np.uint16(2)
    for y in range(height):
        one, two_, low, span = pairs[2 * y], pairs[2 * y + 1], fences[0, y], fences[1, y]
        out = left[y // BLOCK]
        for x in range(width):
            a, b = one[x], two_[x]
            a = np.uint16(np.uint16(a & right) + np.uint16(a >> byte))
            b = np.uint16(np.uint16(b & right) + np.uint16(b >> byte))
            value = np.uint16(np.uint16(a + b) << two)
            above = np.uint16(value - low[x])
            out[x] = np.int16(out[x] + (np.int16(1) if above > span[x] else np.int16(0)))


@kernel("void(u4[:, ::1], u2[:, :, ::1], i2[:, ::1])")
def leave4(luma: Words, fences: Fences, left: Cells) -> None:
    """A cell is 4 × 4 pixels; a word is a row of it."""
    height, width = fences.shape[1:]
    even, half_word = np.uint32(0x00FF00FF), np.uint32(0xFFFF)
    byte, half = np.uint32(8), np.uint32(16)
    for y in range(height):
        one, two, three, last = luma[4 * y], luma[4 * y + 1], luma[4 * y + 2], luma[4 * y + 3]
        low, span, out = fences[0, y], fences[1, y], left[y // BLOCK]
        for x in range(width):
            a, b, c, d = one[x], two[x], three[x], last[x]
            odd = np.uint32((a & even) + (b & even) + (c & even) + (d & even))
            a, b, c, d = a >> byte, b >> byte, c >> byte, d >> byte
            pairs = np.uint32(odd + (a & even) + (b & even) + (c & even) + (d & even))
            value = np.uint16((pairs & half_word) + (pairs >> half))
            above = np.uint16(value - low[x])
            out[x] = np.int16(out[x] + (np.int16(1) if above > span[x] else np.int16(0)))


@kernel("void(u4[:, ::1], i8, u2[:, :, ::1], i2[:, ::1])")
def leave(luma: Words, cell: int, fences: Fences, left: Cells) -> None:
    """Count the cells beyond their fences, by row of blocks and column; the cells are not kept.

    luma, cell  as for `shrink`
    fences      (2, h, w) uint16    from `fence`
    left        (⌈h/8⌉, ≥ w) int16  filled: 0..8 cells of a column
    """
    left[:] = np.int16(0)
    if cell == 1:
        leave1(luma, fences, left)
    elif cell == 2:
        leave2(luma, fences, left)
    else:
        leave4(luma, fences, left)


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


@kernel("UniTuple(i8, 2)(i2[:, ::1], i8, i8)")
def span(left: Cells, row: int, few: int) -> tuple[int, int]:
    """Find between which blocks of a row so many cells left.

    left  (m, 8 n) int16  cells of each column that left
    row   0..m - 1
    few   ≥ 1
    Returns the first of these blocks and the one after the last; 0 and 0 where there is none.
    """
    total = np.int16(0)
    for x in range(left.shape[1]):
        total = np.int16(total + left[row, x])
    begin = end = 0
    if total < few:
        return begin, end
    for column in range(left.shape[1] // BLOCK):
        count = 0
        for x in range(BLOCK * column, BLOCK * column + BLOCK):
            count += left[row, x]
        if count >= few:
            begin, end = (begin if end else column), column + 1
    return begin, end


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
