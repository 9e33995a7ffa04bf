"""A function of arrays in, the same as machine code out, kept on disk for the next start.

Grids of cells are int16 in steps of 1/128 grey level: 16 or 32 cells to a vector, and no rounding
worth a name. numba widens integers to 64 bits; the casts of the kernels bring them back, so that
LLVM keeps the narrow lanes.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np
import numpy.typing as npt
from numba.core.dispatcher import Dispatcher

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
        _renew(made)
        return made

    return compiled


def _renew(made: object) -> None:
    """Compile anew what calls a kernel that was.

    numba keeps machine code, with all that it calls, for as long as its own file is as it was.
    """
    if isinstance(made, Dispatcher) and made.stats.cache_hits:
        known = made.py_func.__globals__
        if any(_is_new(known.get(name)) for name in made.py_func.__code__.co_names):
            made.recompile()


def _is_new(called: object) -> bool:
    return isinstance(called, Dispatcher) and bool(called.stats.cache_misses)
