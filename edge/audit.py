"""What was asked of the box and what came of it in, a chained file that only grows out."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pipelines.chain import START, Entry, head_of, linked
from pipelines.errors import EvidenceError, SpoolError
from pipelines.flow import AuditHead

_BACK = 1 << 16  # bytes from the end in which the last line is looked for first


class Audit:
    """JSON lines, each on disk before `append` returns; several processes may write.

    Raises SpoolError when the disk refuses, EvidenceError when the last line is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Entry) -> AuditHead:
        """Write one line behind the last; returns the head that it makes."""
        with self._opened(os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as file:
            torn = self._torn(file)
            head = self._head(file)
            if torn:
                head = self._write(file, _torn_entry(torn, entry.time), head)
            return self._write(file, entry, head)

    def head(self) -> AuditHead:
        """Number and hash of the last whole line; zeros where there is none."""
        if not self.path.exists():
            return START
        with self._opened(os.O_RDONLY, fcntl.LOCK_SH) as file:
            return self._head(file)

    @contextmanager
    def _opened(self, flags: int, lock: int) -> Iterator[int]:
        try:
            file = os.open(self.path, flags, 0o600)
            try:
                fcntl.flock(file, lock)
                yield file
            finally:
                os.close(file)
        except OSError as error:
            raise SpoolError(f"{self.path}: cannot be written: {error}") from error

    def _write(self, file: int, entry: Entry, head: AuditHead) -> AuditHead:
        """All of the line, or none of it."""
        end = os.lseek(file, 0, os.SEEK_END)
        line = linked(entry, head)
        try:
            _put(file, line + b"\n")
        except OSError:
            os.ftruncate(file, end)
            raise
        return head_of(line)

    def _head(self, file: int) -> AuditHead:
        last = _last_line(file)
        try:
            return head_of(last) if last else START
        except EvidenceError as error:
            raise EvidenceError(f"{self.path}: {error}; move the file away and keep it") from error

    def _torn(self, file: int) -> int:
        """Cut off a line that was never finished, so that nobody was told of it; its bytes."""
        end = os.lseek(file, 0, os.SEEK_END)
        whole = _end_of_whole(file)
        if whole < end:
            os.ftruncate(file, whole)
        return end - whole


def _put(file: int, raw: bytes) -> None:
    if os.write(file, raw) < len(raw):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file)


def path_of(spool: Path) -> Path:
    """Where the audit lies: beside the spool."""
    return spool.with_name("audit.jsonl")


def _torn_entry(torn: int, time: datetime) -> Entry:
    asked = msgspec.Raw(msgspec.json.encode({"audit": "torn", "bytes": torn}))
    return Entry(time=time.astimezone(UTC), id="", by="", asked=asked, result="ok")


def _end_of_whole(file: int) -> int:
    """Where the last whole line ends."""
    end = os.lseek(file, 0, os.SEEK_END)
    back = 0
    while back < end:
        back = min(end, max(_BACK, 2 * back))
        found = os.pread(file, back, end - back).rfind(b"\n")
        if found >= 0:
            return end - back + found + 1
    return 0


def _last_line(file: int) -> bytes:
    """The last whole line without its end; nothing where there is none."""
    end = _end_of_whole(file)
    back, tail = 0, b""
    while back < end and tail.count(b"\n") < 2:
        back = min(end, max(_BACK, 2 * back))
        tail = os.pread(file, back, end - back)
    return tail[:-1].rpartition(b"\n")[2]
