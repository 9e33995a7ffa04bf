"""A file in, a lock on it out that its holder's end lets go of, however that comes."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import TocsinError


@contextmanager
def held(path: Path, kind: int, refused: Callable[[OSError], TocsinError]) -> Iterator[int | None]:
    """Try to lock a file, which is made; its handle, or None while somebody else holds it.

    kind     `fcntl.LOCK_SH` or `fcntl.LOCK_EX`
    refused  the error where the file cannot be opened, which is raised
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise refused(error) from error
    try:
        yield handle if _is_taken(handle, kind) else None
    finally:
        os.close(handle)


def _is_taken(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
