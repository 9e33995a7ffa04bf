"""Boxes that are expected and boxes that were found in, who belongs together out: kernels.

The likeness of two boxes is the IoU of both, widened (buffered IoU, F. Yang et al., WACV 2023,
arXiv:2211.13509), times the share of their heights that they have in common (M. Yang et al., AAAI
2024, arXiv:2308.00783): of two who overlap, the one who is nearer is taller and lower. What is
joined is what makes the sum of the likenesses greatest: greedy choices swap people who cross.
"""

import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes
from pipelines.kernels import Counts, kernel

Reals = npt.NDArray[np.float64]

NOBODY = -1


@kernel("void(f8[:, ::1], f8[:, ::1], f8[::1], f8, f8[:, ::1])")
def liken(expected: Reals, found: Reals, reach: Reals, wider: float, likeness: Reals) -> None:
    """Compare all boxes that are expected with all that were found.

    expected  (n, 5) float64  x0, y0, x1, y1, kind; only boxes of one kind are alike at all
    found     (m, 5) float64  the same
    reach     (n,) float64    ≥ 0, share of its sides by which an expected box is widened
    wider     ≥ 0             and a found one, on every side
    likeness  (n, m) float64  filled, 0..1
    """
    for row in range(expected.shape[0]):
        left, top, right, bottom, kind = expected[row]
        dx, dy = reach[row] * (right - left), reach[row] * (bottom - top)
        area = (right - left + 2 * dx) * (bottom - top + 2 * dy)
        for column in range(found.shape[0]):
            x0, y0, x1, y1, other = found[column]
            ex, ey = wider * (x1 - x0), wider * (y1 - y0)
            wide = min(right + dx, x1 + ex) - max(left - dx, x0 - ex)
            high = min(bottom + dy, y1 + ey) - max(top - dy, y0 - ey)
            common = min(bottom, y1) - max(top, y0)
            likeness[row, column] = 0.0
            if kind == other and wide > 0 and high > 0 and common > 0:
                union = area + (x1 - x0 + 2 * ex) * (y1 - y0 + 2 * ey) - wide * high
                tall = max(bottom, y1) - min(top, y0)
                likeness[row, column] = wide * high / union * common / tall


@kernel("void(f8[:, ::1], i8, f8[::1])")
def crowd(expected: Reals, sure: int, covered: Reals) -> None:
    """Say how much of each box another one shares: there, boxes are cut, merged and exchanged.

    expected  (n, 5) float64  as for `liken`
    sure      0..n            only the first so many can stand in the way
    covered   (n,) float64    filled: largest share of the box that one other box covers, 0..1
    """
    for row in range(expected.shape[0]):
        left, top, right, bottom, _ = expected[row]
        most, area = 0.0, (right - left) * (bottom - top)
        for other in range(sure):
            x0, y0, x1, y1, _ = expected[other]
            wide, high = min(right, x1) - max(left, x0), min(bottom, y1) - max(top, y0)
            if other != row and wide > 0 and high > 0:
                most = max(most, wide * high)
        covered[row] = most / area if area > 0 else 0.0


@kernel("void(f8[:, ::1], f8, u1[::1], u1[::1], i8[::1])")
def pair(  # noqa: C901, PLR0912 -- one search, which shares its tables
    likeness: Reals, near: float, seeks: Bytes, free: Bytes, partner: Counts
) -> None:
    """Join rows with columns so that the sum of their likenesses is greatest.

    The Hungarian method by shortest paths (R. Jonker and A. Volgenant, Computing 38, 1987). Each
    row also has a column of its own, worth nothing, that means to stay alone.

    likeness  (n, m) float64
    near      > 0            likeness from which two can belong together
    seeks     (n,) uint8     1 for the rows that are to be joined
    free      (m,) uint8     1 for the columns that can be; 0 afterwards for those that were
    partner   (n,) int64     filled for the rows that seek: a column, or NOBODY
    """
    rows, columns = likeness.shape
    wide = columns + rows
    owner = np.full(wide, NOBODY)
    row_price, price = np.zeros(rows), np.zeros(wide)
    way, before, done = np.empty(wide), np.empty(wide, np.int64), np.empty(wide, np.uint8)
    for first in range(rows):
        if not seeks[first]:
            continue
        way[:], done[:] = np.inf, 0
        row, last, length = first, NOBODY, 0.0
        while True:
            nearest = NOBODY
            for column in range(wide):
                if done[column]:
                    continue
                worth = 0.0
                if column < columns:
                    if not free[column] or likeness[row, column] < near:
                        continue
                    worth = likeness[row, column]
                elif column != columns + row:
                    continue
                step = length - worth - row_price[row] - price[column]
                if step < way[column]:
                    way[column], before[column] = step, last
            for column in range(wide):
                if not done[column] and (nearest == NOBODY or way[column] < way[nearest]):
                    nearest = column
            last, length = nearest, way[nearest]
            done[last] = 1
            if owner[last] == NOBODY:
                break
            row = owner[last]
        row_price[first] += length
        for column in range(wide):
            if done[column] and column != last:
                row_price[owner[column]] += length - way[column]
                price[column] -= length - way[column]
        while last != NOBODY:
            earlier = before[last]
            owner[last] = first if earlier == NOBODY else owner[earlier]
            last = earlier
    for row in range(rows):
        if seeks[row]:
            partner[row] = NOBODY
    for column in range(columns):
        if owner[column] != NOBODY:
            partner[owner[column]] = column
            free[column] = 0
