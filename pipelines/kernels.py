"""The hot loop: kernels over the brightness plane, compiled by numba, one signature each.

Nothing else imports numba. A kernel says shape, dtype and unit of what it takes and what it
changes; `tests/pipelines/test_kernels.py` holds each one to a twin written in NumPy.
"""

from collections.abc import Callable
from typing import ParamSpec

import numba
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int32]
Arguments = ParamSpec("Arguments")


def kernel(signature: str) -> Callable[[Callable[Arguments, None]], Callable[Arguments, None]]:
    """Compile for one signature, without the GIL, kept on disk for the next start."""

    def compiled(function: Callable[Arguments, None]) -> Callable[Arguments, None]:
        made: Callable[Arguments, None] = numba.njit(
            signature, nogil=True, cache=True, fastmath={"contract", "nsz"}, error_model="numpy"
        )(function)
        return made

    return compiled


@kernel("void(u1[:, ::1], i8, i4[::1], f4[:, ::1])")
def shrink(luma: Bytes, cell: int, sums: Counts, means: Floats) -> None:
    """Average square cells of the picture.

    luma    (≥ h·cell, ≥ w·cell) uint8, C order   brightness, 0..255; rows may be padded
    cell    pixels                                side of a cell
    sums    (≥ w·cell,) int32                     scratch
    means   (h, w) float32                        filled with grey levels, 0..255
    """
    width = means.shape[1] * cell
    share = np.float32(1.0 / (cell * cell))
    for row in range(means.shape[0]):
        for x in range(width):
            sums[x] = luma[row * cell, x]
        for y in range(row * cell + 1, (row + 1) * cell):
            for x in range(width):
                sums[x] += luma[y, x]
        for column in range(means.shape[1]):
            total = 0
            for x in range(column * cell, (column + 1) * cell):
                total += sums[x]
            means[row, column] = total * share


@kernel("void(f4[:, ::1], f4[:, :, ::1], f4[::1], i8, i4[:, ::1])")
def compare(now: Floats, memory: Floats, rates: Floats, block: int, moved: Counts) -> None:
    """Count the cells of each block that left both backgrounds, and let both drift.

    now      (h, w) float32, grey levels           cells of this frame
    memory   (3, h, w) float32, grey levels        slow mean, fast mean, usual step of a still
                                                   cell; changed in place
    rates    (4,) float32                          share of `now` that seeps into the slow and
                                                   the fast mean, 0..1; grey levels under which
                                                   a step never counts; how often the usual step
                                                   it must exceed
    block    cells                                 side of a block
    moved    (⌈h/block⌉, ⌈w/block⌉) int32          filled with counts, 0..block²
    """
    slow_mix, fast_mix, floor, times = rates[0], rates[1], rates[2], rates[3]
    height, width = now.shape
    moved[:] = 0
    flags = np.empty(width, np.int32)
    for row in range(height):
        line, slow, fast, noise = now[row], memory[0, row], memory[1, row], memory[2, row]
        for column in range(width):
            slowly, quickly = line[column] - slow[column], line[column] - fast[column]
            usual = noise[column]
            step = min(abs(slowly), abs(quickly))
            left = step > max(floor, times * usual)
            flags[column] = left
            noise[column] = usual + (np.float32(0.0) if left else (abs(quickly) - usual) * fast_mix)
            slow[column] += slowly * slow_mix
            fast[column] += quickly * fast_mix
        for column in range(width):
            moved[row // block, column // block] += flags[column]
