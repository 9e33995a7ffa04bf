"""A picture's lines in, what a camera's health is judged by out: kernels.

`tests/pipelines/test_healthview.py` holds them to twins written in NumPy.
"""

import numpy as np

from pipelines.flow import Bytes
from pipelines.kernels import Counts, Floats, kernel

LINES = 3
"""Lines of each part of a picture that `survey` looks at."""

TINT = 3
"""Steps from grey that count as a colour."""

SHOWS = 2.0
"""What an outline must have in a tile to be compared, in squares of whole steps."""


HIDDEN = np.float32(2.0)
"""A step of an outline that is not looked at."""

UNSEEN = np.float32(1000.0)  # no step in grey levels


@kernel("void(u1[:, ::1], u1[:, ::1], i8, i8, f4[:, ::1], i8[::1], f4[::1])")
def survey(
    luma: Bytes, tint: Bytes, wide: int, high: int, grid: Floats, bins: Counts, told: Floats
) -> None:
    """Look at some lines of a picture: how bright its parts are, and how steep its edges.

    luma   (≥ m · high, ≥ n · wide) uint8   brightness, 0..255
    tint   half as large, uint8             one of its colours, 128 is none
    wide   pixels of a part from left to right, high from top to bottom
    grid   (m, n) float32                   filled: mean brightness of each part
    bins   (256,) int64                     overwritten
    told   (4,) float32                     filled: mean over the parts' lines of the steepest step
                                            within two pixels, less what noise makes of one; how
                                            steep the least steep quarter of them is; mean
                                            brightness, all three in grey levels; share of the
                                            parts that have a colour
    """
    bins[:] = 0
    told[:] = np.float32(0.0)
    lines = min(LINES, high)
    for row in range(grid.shape[0]):
        colours = tint[(2 * row + 1) * high // 4]
        grid[row] = np.float32(0.0)
        for number in range(lines):
            line = luma[row * high + (2 * number + 1) * high // (2 * lines)]
            for column in range(grid.shape[1]):
                part = line[column * wide : column * wide + wide]
                total = np.int32(0)
                for x in range(wide):
                    total = np.int32(total + np.int32(part[x]))
                steepest = np.int16(0)
                for x in range(wide - 2):
                    step = np.int16(np.int16(part[x + 2]) - np.int16(part[x]))
                    back = np.int16(-step)
                    step = max(step, back)
                    steepest = max(step, steepest)
                grid[row, column] += np.float32(total)
                bins[steepest] += 1
        for column in range(grid.shape[1]):
            grid[row, column] /= np.float32(lines * wide)
            told[2] += grid[row, column]
            told[3] += abs(np.int32(colours[(2 * column + 1) * wide // 4]) - 128) > TINT
    told[2:] /= np.float32(grid.size)
    count = lines * grid.size
    seen = noise = 0
    while 4 * seen < count:
        seen += bins[noise]
        noise += 1
    floor = np.float32(1.5) * np.float32(noise - 1)
    total_step = np.float32(0.0)
    for size in range(256):
        total_step += np.float32(bins[size]) * max(np.float32(size) - floor, np.float32(0.0))
    told[0], told[1] = total_step / np.float32(count), np.float32(noise - 1)


@kernel("void(f4[:, ::1], u1[:, ::1], f4, f4, f4[:, :, ::1], f4[::1])")
def outline(
    grid: Floats, shown: Bytes, least: float, wide: float, edges: Floats, told: Floats
) -> None:
    """Say where a coarse picture becomes brighter and darker, however it is lit.

    grid   (m, n) float32      brightness, grey levels
    shown  (m, n) uint8        0 where nothing is to be looked at: no step leads there
    least  grey levels         below which a step is none
    wide   times the mean      at which a step counts fully
    edges  (2, m, n) float32   filled with the steps to the right and downwards, -1..1, or HIDDEN
    told   (1,) float32        filled: mean step, grey levels
    """
    rows, columns = grid.shape
    edges[:] = np.float32(0.0)
    total, count = np.float32(0.0), 0
    for way in range(2):
        for row in range(rows - way):
            for column in range(columns - 1 + way):
                below, beside = row + way, column + 1 - way
                if shown[row, column] and shown[below, beside]:
                    edges[way, row, column] = grid[below, beside] - grid[row, column]
                    total += abs(edges[way, row, column])
                    count += 1
                else:
                    edges[way, row, column] = UNSEEN
    told[0] = total / np.float32(max(count, 1))
    whole = max(told[0] * wide, least)
    for way in range(2):
        for row in range(rows):
            for column in range(columns):
                step = edges[way, row, column]
                share = min(max(step / whole, np.float32(-1.0)), np.float32(1.0))
                known = share if abs(step) >= least else np.float32(0.0)
                edges[way, row, column] = HIDDEN if step == UNSEEN else known


@kernel("void(f4[:, :, ::1], f4[:, :, ::1], i8, f4, i8[::1])")
def resemble(edges: Floats, others: Floats, side: int, least: float, told: Counts) -> None:
    """Compare two outlines tile by tile, by how well their steps agree, with signs and without.

    edges   (2, m, n) float32, -1..1   from `outline`
    others  (2, m, n) float32, -1..1   the like; HIDDEN at the same places
    side    of a tile, in parts
    least   -1..1                      correlation from which a tile is alike
    told    (4,) int64                 filled: tiles in which the other outline shows something; of
                                       these, alike ones; of those, such with the same signs; alike
                                       ones in which the first outline shows something
    """
    rows, columns = edges.shape[1], edges.shape[2]
    told[:] = 0
    for top in range(0, rows, side):
        for left in range(0, columns, side):
            both = mine = yours = np.float32(0.0)
            strong = mean_mine = mean_yours = count = np.float32(0.0)
            for way in range(2):
                for row in range(top, top + side):
                    for column in range(left, left + side):
                        a, b = edges[way, row, column], others[way, row, column]
                        if a > 1:
                            continue
                        count += 1
                        both += a * b
                        mine += a * a
                        yours += b * b
                        strong += abs(a * b)
                        mean_mine += abs(a)
                        mean_yours += abs(b)
            count = max(count, np.float32(1))
            alike = both / max(np.sqrt(mine * yours), np.float32(1e-6))
            spread = (mine - mean_mine * mean_mine / count) * (
                yours - mean_yours * mean_yours / count
            )
            firm = (strong - mean_mine * mean_yours / count) / np.sqrt(
                max(spread, np.float32(1e-6))
            )
            agrees, shown = max(alike, firm) >= least, yours >= SHOWS
            told[0] += shown
            told[1] += shown and agrees
            told[2] += shown and alike >= least
            told[3] += mine >= SHOWS and agrees


@kernel("void(u1[:, ::1], u1[:, ::1], i8, i8, i8, u1, u1[:, ::1], i8[::1])")
def differ(
    luma: Bytes, kept: Bytes, every: int, wide: int, side: int, much: int, tiles: Bytes,
    told: Counts,
) -> None:  # fmt: skip
    """Count the parts of a picture's lines in which anything is other by more than a grey level.

    luma   (≥ m · every, ≥ w) uint8   brightness
    kept   (m, w) uint8               lines of an earlier picture, each of `every`
    every  lines from one that is compared to the next
    wide   pixels of a part
    side   of a tile, in parts
    much   grey levels
    tiles  (m / side, n / side) uint8  overwritten: those in which a part differs
    told   (3,) int64                 filled: parts that differ; tiles in which one does; parts in
                                      which something differs by more than `much`
    """
    told[:] = 0
    tiles[:] = 0
    for row in range(kept.shape[0]):
        line, before = luma[row * every], kept[row]
        for column in range(kept.shape[1] // wide):
            begin = column * wide
            now, then = line[begin : begin + wide], before[begin : begin + wide]
            most = np.uint8(0)
            for x in range(wide):
                step = np.uint8(max(now[x], then[x]) - min(now[x], then[x]))
                most = max(most, step)
            if most > 1:
                told[0] += 1
                tiles[row // side, column // side] = 1
            told[2] += most > much
    for row in range(tiles.shape[0]):
        for column in range(tiles.shape[1]):
            told[1] += tiles[row, column]
