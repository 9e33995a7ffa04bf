"""A folder in, how long a small write takes until it is on that disk out."""

import os
import tempfile
import time
from pathlib import Path
from statistics import median

_WRITES, _BYTES = 200, 600


def sync_us(folder: Path) -> float:
    """Microseconds of one append and fdatasync, in the middle of 200."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        return median(_once(file.fileno()) for _ in range(_WRITES)) * 1e6


def _once(file: int) -> float:
    os.write(file, b"x" * _BYTES)
    begun_s = time.perf_counter()
    os.fdatasync(file)
    return time.perf_counter() - begun_s
