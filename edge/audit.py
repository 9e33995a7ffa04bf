"""What was asked of the box and what came of it in, a chained file that only grows out."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines import journal
from pipelines.chain import START, Entry
from pipelines.errors import EvidenceError, SpoolError
from pipelines.flow import AuditHead


class Audit:
    """JSON lines, each on disk before `append` returns; several processes may write.

    Raises SpoolError when the disk refuses, EvidenceError when the last line is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Entry) -> AuditHead:
        """Write one line behind the last; returns the head that it makes."""
        with self._opened(os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as file:
            return journal.append(file, entry)

    def head(self) -> AuditHead:
        """Number and hash of the last whole line; zeros where there is none."""
        if not self.path.exists():
            return START
        with self._opened(os.O_RDONLY, fcntl.LOCK_SH) as file:
            return journal.head(file)

    @contextmanager
    def _opened(self, flags: int, lock: int) -> Iterator["_File"]:
        try:
            file = os.open(self.path, flags, 0o600)
            try:
                fcntl.flock(file, lock)
                yield _File(file)
            finally:
                os.close(file)
        except OSError as error:
            raise SpoolError(f"{self.path}: cannot be written: {error}") from error
        except EvidenceError as error:
            raise EvidenceError(f"{self.path}: {error}; move the file away and keep it") from error


class _File:
    """An open file, as the journal wants it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def size(self) -> int:
        """Bytes in it."""
        return os.lseek(self.number, 0, os.SEEK_END)

    def read(self, at: int, length: int) -> bytes:
        """Some of them."""
        return os.pread(self.number, length, at)

    def append(self, raw: bytes) -> None:
        """All of it, on disk, or none of it."""
        end = self.size()
        try:
            _put(self.number, raw)
        except OSError:
            os.ftruncate(self.number, end)
            raise

    def cut(self, size: int) -> None:
        """Leave only the first bytes."""
        os.ftruncate(self.number, size)


def _put(file: int, raw: bytes) -> None:
    if os.write(file, raw) < len(raw):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file)


def path_of(spool: Path) -> Path:
    """Where the audit lies: beside the spool."""
    return spool.with_name("audit.jsonl")
