"""Who asked the centre for what, and what came of it, in; a chained file that only grows out."""

import errno
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec

from pipelines import journal
from pipelines.chain import START, Entry, Line
from pipelines.errors import EvidenceError, StoreError
from pipelines.flow import AuditHead

FILE = "audit.jsonl"
_PIECE = 1 << 20
_line_in = msgspec.json.Decoder(Line)


class What(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked for.

    did         the route, `POST /api/alerts/{alert_id}/close`, or the words of a command
    permission  that it needed
    place       where; nothing where it is about no place
    about       the alert, camera, box or user
    why         the reason that was given
    address     from where
    via         a session, a token, a patrol's link, or open
    """

    did: str
    permission: str = ""
    place: str = ""
    about: str = ""
    why: str = ""
    address: str = ""
    via: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the audit as the API shows it; `result` is `ok` or the status that was answered."""

    number: int
    time: datetime
    by: str
    asked: What
    result: str


class Audit:
    """JSON lines, each on disk before `append` returns; threads and processes take turns.

    Raises StoreError when the disk refuses, EvidenceError when the last line is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._turn = path, threading.Lock()

    def append(
        self, what: What, *, by: str, at: datetime, result: str = "ok", number: str = ""
    ) -> AuditHead:
        """Write one line behind the last; returns the head that it makes."""
        asked = msgspec.Raw(msgspec.json.encode(what))
        entry = Entry(time=at, id=number, by=by, asked=asked, result=result)
        with self._turn, self._opened(os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as file:
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

    def newest(
        self, *, limit: int, before: int | None, wanted: Callable[[Record], bool]
    ) -> list[Record]:
        """Lines that are wanted, the newest first; those before a number."""
        if not self.path.exists():
            return []
        with self._opened(os.O_RDONLY, fcntl.LOCK_SH) as file:
            records = (_record(raw) for raw in journal.lines_back(file))
            older = (each for each in records if before is None or each.number < before)
            return list(islice(filter(wanted, older), limit))

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
            raise StoreError(f"{self.path}: cannot be written: {error}") from error
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


def _record(raw: bytes) -> Record:
    line = _line_in.decode(raw)
    try:
        asked = msgspec.json.decode(line.asked, type=What)
    except msgspec.ValidationError:
        asked = What(did="torn")
    return Record(number=line.number, time=line.time, by=line.by, asked=asked, result=line.result)
