"""Who asked the centre for what, and what came of it, in; a chained file that only grows out."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec

from disk.chained import Chained
from pipelines.chain import Entry, Line
from pipelines.errors import StoreError
from pipelines.flow import AuditHead

FILE = "audit.jsonl"
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
        self.file = Chained(path, StoreError)

    def append(
        self, what: What, *, by: str, at: datetime, result: str = "ok", number: str = ""
    ) -> AuditHead:
        """Write one line behind the last; returns the head that it makes."""
        asked = msgspec.Raw(msgspec.json.encode(what))
        return self.file.append(Entry(time=at, id=number, by=by, asked=asked, result=result))

    def head(self) -> AuditHead:
        """Number and hash of the last whole line; zeros where there is none."""
        return self.file.head()

    def whole(self) -> Iterator[bytes]:
        """The file piece by piece, up to the end of the last whole line."""
        return self.file.whole()

    def newest(
        self, *, limit: int, before: int | None, wanted: Callable[[Record], bool]
    ) -> list[Record]:
        """Lines that are wanted, the newest first; those before a number."""
        with closing(self.file.lines_back()) as lines:
            records = map(_record, lines)
            older = (each for each in records if before is None or each.number < before)
            return list(islice(filter(wanted, older), limit))


def _record(raw: bytes) -> Record:
    line = _line_in.decode(raw)
    try:
        asked = msgspec.json.decode(line.asked, type=What)
    except msgspec.ValidationError:
        asked = What(did="torn")
    return Record(number=line.number, time=line.time, by=line.by, asked=asked, result=line.result)
