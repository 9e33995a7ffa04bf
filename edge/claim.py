"""A spool's path in, a claim on it out: one box at a time runs over it.

A second one would end the lives that the first one watches, and the broker would hang up on each
of them for the other, since they call by one name.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from disk.locks import held
from pipelines.errors import SpoolError


@contextlib.contextmanager
def alone(spool: Path) -> Iterator[None]:
    """Run a box over it; who is killed lets go of it. Raises SpoolError while another one does."""

    def refused(error: OSError) -> SpoolError:
        return SpoolError(
            f"{spool}: cannot be opened as a spool: {error.strerror} - at $.spool.path; may one "
            "write there?"
        )

    try:
        spool.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error) from error
    lock = spool.with_name(f"{spool.name}.lock")
    with held(lock, fcntl.LOCK_EX, refused) as handle:
        if handle is None:
            who = lock.read_text(encoding="ascii", errors="replace").strip()
            raise SpoolError(
                f"{spool}: another box runs over it, process {who} - at $.spool.path; stop that "
                "one, or give this one a spool of its own"
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
