"""Pixels in, their averages over square cells out: kernels."""

import numpy as np

from pipelines.kernels.compiling import Cells, Words, kernel


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
