"""Entries of an audit in, lines that hold each other out; and lines in, what was done to them out.

Each line carries its number and the SHA-256 of the line before it. Whoever knows the head, the
number and the SHA-256 of some line, can tell later whether that line and all before it still stand.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from pipelines.errors import EvidenceError
from pipelines.flow import AuditHead

START = AuditHead(lines=0, sha256="0" * 64)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked for what, when, and what came of it.

    id      of the command, or of the clip
    by      who asked, as far as it is known; the box's own name where nobody did
    asked   the command as it was read, or what could be read of it; or what was done to a clip
    result  `ok`, or the type of the fault and its detail
    """

    time: datetime
    id: str
    by: str
    asked: msgspec.Raw
    result: str


class Line(Entry, frozen=True, kw_only=True):
    """An entry in its place.

    number  1 for the first
    prev    SHA-256 of the line before, without its end of line; zeros for the first
    """

    number: int
    prev: str


_line_in = msgspec.json.Decoder(Line)


def head_of(raw: bytes) -> AuditHead:
    """The head that a line makes, without its end of line. Raises EvidenceError."""
    return AuditHead(lines=_read(raw, "the last line").number, sha256=_sha256(raw))


def linked(entry: Entry, head: AuditHead) -> bytes:
    """The line of an entry that comes after a head, without its end of line."""
    line = Line(
        time=entry.time, id=entry.id, by=entry.by, asked=entry.asked, result=entry.result,
        number=head.lines + 1, prev=head.sha256,
    )  # fmt: skip
    return msgspec.json.encode(line)


def checked(
    lines: Iterable[bytes], heads: Sequence[AuditHead] = (), *, after: AuditHead = START
) -> tuple[Line, ...]:
    """The lines, once it is sure that none was changed, put in or taken out.

    lines  with their ends
    heads  that were told elsewhere: they also show that the end was not cut off
    after  the head before the first of the lines

    Raises EvidenceError, which says where.
    """
    head, read = after, list[Line]()
    known = {each.lines: each.sha256 for each in heads}
    for raw in lines:
        number = head.lines + 1
        if not raw.endswith(b"\n"):
            raise EvidenceError(f"line {number} is torn: it was being written when the power went")
        line = _read(raw[:-1], f"line {number}")
        if (line.number, line.prev) != (number, head.sha256):
            raise EvidenceError(
                f"line {number} does not follow on the one before it: "
                "there one was changed, taken out or put in"
            )
        head = AuditHead(lines=number, sha256=_sha256(raw[:-1]))
        if known.get(number, head.sha256) != head.sha256:
            raise EvidenceError(f"line {number} is not the one that was told elsewhere")
        read.append(line)
    longest = max(known, default=0)
    if longest > head.lines:
        raise EvidenceError(f"{longest} lines were told elsewhere, {head.lines} are left")
    return tuple(read)


def _read(raw: bytes, name: str) -> Line:
    try:
        return _line_in.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{name} is no line of an audit: {error}") from error


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
