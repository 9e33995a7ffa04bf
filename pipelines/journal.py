"""An entry and a file that only grows in, the entry behind its last whole line out. Pure.

The file is given by what can be done with it, so that a box and its centre write audits in one way.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from pipelines.chain import START, Entry, head_of, linked
from pipelines.flow import AuditHead

_BACK = 1 << 16  # bytes from the end in which the last line is looked for first


class Grown(Protocol):
    """A file that nobody else writes for as long as it is held."""

    def size(self) -> int:
        """Bytes in it."""
        ...

    def read(self, at: int, length: int) -> bytes:
        """Some of them."""
        ...

    def append(self, raw: bytes) -> None:
        """All of it, on disk before this returns, or none of it."""
        ...

    def cut(self, size: int) -> None:
        """Leave only the first bytes."""
        ...


def append(file: Grown, entry: Entry) -> AuditHead:
    """Write one line behind the last; returns the head that it makes. Raises EvidenceError."""
    torn = _cut_torn(file)
    before = head(file)
    if torn:
        before = _write(file, _torn_entry(torn, entry.time), before)
    return _write(file, entry, before)


def head(file: Grown) -> AuditHead:
    """Number and hash of the last whole line; zeros where there is none. Raises EvidenceError."""
    last = next(lines_back(file), None)
    return START if last is None else head_of(last)


def lines_back(file: Grown) -> Iterator[bytes]:
    """Whole lines without their ends, the last first."""
    end, step, tail = end_of_whole(file), _BACK, b""
    while end > 0:
        start = max(0, end - step)
        first, *whole = (file.read(start, end - start) + tail).split(b"\n")
        if start == 0:
            whole = [first, *whole]
        if not whole:
            tail, end, step = first, start, step * 2
            continue
        yield from (line for line in reversed(whole) if line)
        tail, end = (first + b"\n" if start else b""), start


def _write(file: Grown, entry: Entry, before: AuditHead) -> AuditHead:
    line = linked(entry, before)
    file.append(line + b"\n")
    return head_of(line)


def _cut_torn(file: Grown) -> int:
    """Cut off a line that was never finished, so that nobody was told of it; its bytes."""
    end, whole = file.size(), end_of_whole(file)
    if whole < end:
        file.cut(whole)
    return end - whole


def _torn_entry(torn: int, time: datetime) -> Entry:
    asked = msgspec.Raw(msgspec.json.encode({"audit": "torn", "bytes": torn}))
    return Entry(time=time.astimezone(UTC), id="", by="", asked=asked, result="ok")


def end_of_whole(file: Grown) -> int:
    """Where the last whole line ends, in bytes."""
    end, back = file.size(), 0
    while back < end:
        back = min(end, max(_BACK, 2 * back))
        found = file.read(end - back, back).rfind(b"\n")
        if found >= 0:
            return end - back + found + 1
    return 0
