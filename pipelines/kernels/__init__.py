"""The hot loop: kernels of motion over the brightness plane, compiled by numba, one signature each.

Nothing else imports numba; other stages compile theirs by `kernel`. A kernel says shape, dtype and
unit of what it takes and what it changes; `tests/pipelines/test_kernels.py` holds each to a twin
written in NumPy. All are imported together, so that none outlives a change of one that it calls.
"""

from pipelines.kernels.comparing import compare, scan
from pipelines.kernels.compiling import (
    BLOCK,
    STEP,
    UNIT,
    Cells,
    Counts,
    Fences,
    Floats,
    Words,
    kernel,
)
from pipelines.kernels.enclosing import enclose, fence, mask
from pipelines.kernels.grouping import group
from pipelines.kernels.looking import judge, look
from pipelines.kernels.settling import brighten, drift, learn, settle
from pipelines.kernels.shrinking import shrink
from pipelines.kernels.weighing import average, balance, weigh

__all__ = [
    "BLOCK", "STEP", "UNIT", "Cells", "Counts", "Fences", "Floats", "Words",
    "average", "balance", "brighten", "compare", "drift", "enclose", "fence", "group", "judge",
    "kernel", "learn", "look", "mask", "scan", "settle", "shrink", "weigh",
]  # fmt: skip
