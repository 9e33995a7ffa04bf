"""Entries of an audit in, a chained file that only grows out, whoever else writes it."""

import errno
import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines import journal
from pipelines.chain import START, Entry
from pipelines.errors import EvidenceError, TocsinError
from pipelines.flow import AuditHead

_PIECE = 1 << 20


class Chained:
    """JSON lines, each on disk before `append` returns; threads and processes take turns.

    refused  the error of whoever writes it when the disk refuses

    Raises that error, and EvidenceError when the last line is none of ours.
    """

    def __init__(self, path: Path, refused: type[TocsinError]) -> None:
        self.path, self.refused = path, refused

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

    def whole(self) -> Iterator[bytes]:
        """The file piece by piece, up to the end of the last whole line."""
        if not self.path.exists():
            return
        with self._opened(os.O_RDONLY, fcntl.LOCK_SH) as file:
            end = journal.end_of_whole(file)
            for at in range(0, end, _PIECE):
                yield file.read(at, min(_PIECE, end - at))

    def lines_back(self) -> Generator[bytes, None, None]:
        """Whole lines without their ends, the last first; nobody writes meanwhile."""
        if not self.path.exists():
            return
        with self._opened(os.O_RDONLY, fcntl.LOCK_SH) as file:
            yield from journal.lines_back(file)

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
            raise self.refused(f"{self.path}: cannot be written: {error}") from error
        except EvidenceError as error:
            raise EvidenceError(f"{self.path}: {error}; move the file away and keep it") from error


class _File:
    """An open file, as the journal wants it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def size(self) -> int:
        """Bytes in it."""
        return os.fstat(self.number).st_size

    def read(self, at: int, length: int) -> bytes:
        """Some of them."""
        return os.pread(self.number, length, at)

    def append(self, raw: bytes) -> None:
        """All of it, on disk, or none of it."""
        end = os.lseek(self.number, 0, os.SEEK_END)
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
