"""A spool's path in, a claim on it out: one box at a time runs over it.

A second one would end the lives that the first one watches, and the broker would hang up on each
of them for the other, since they call by one name.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import SpoolError


@contextlib.contextmanager
def alone(spool: Path) -> Iterator[None]:
    """Run a box over it; who is killed lets go of it. Raises SpoolError while another one does."""
    try:
        spool.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(spool.with_name(f"{spool.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SpoolError(
            f"{spool}: cannot be opened as a spool: {error.strerror} - at $.spool.path; may one "
            "write there?"
        ) from error
    try:
        _take(handle, spool)
        yield
    finally:
        os.close(handle)


def _take(handle: int, spool: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        who = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
        raise SpoolError(
            f"{spool}: another box runs over it, process {who} - at $.spool.path; stop that one, "
            "or give this one a spool of its own"
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
