"""Pixels and fences in, how many cells are beyond them out: kernels that nearly all pixels meet."""

import numpy as np

from pipelines.kernels.compiling import BLOCK, Cells, Fences, Words, kernel


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
