"""What a backup says of itself: the last part of its file, by which all others are checked."""

from datetime import datetime
from typing import Literal

import msgspec

FORMAT: Literal[1] = 1
NAME = "manifest.json"


class TablePart(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a table, in `rows/NAME`.

    columns  names and standard SQL types, in the order of each row's values
    sha256   of the whole part, hexadecimal
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    sha256: str


class FilePart(msgspec.Struct, frozen=True, kw_only=True):
    """A file, in `files/NAME`; `state/…` lies in the state folder, `watch/…` is the watch list."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One backup.

    revision  of the tables: the last of `center/migrations` that was taken
    tables    in an order in which each refers only to those before it
    since_s   Unix time at which the oldest event was made, as its id says
    at_rest   whether no centre ran, so that its own broker's files are among the files
    """

    format: Literal[1] = FORMAT
    made_at: datetime
    tocsin: str
    centre: str
    store: str
    revision: str
    since_s: float | None
    at_rest: bool
    tables: tuple[TablePart, ...]
    files: tuple[FilePart, ...]

    @property
    def rows(self) -> int:
        """In all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def has_broker(self) -> bool:
        """Whether what the centre's own broker held is in it."""
        return any(part.name.startswith("state/broker/") for part in self.files)

    @property
    def parts(self) -> tuple[TablePart | FilePart, ...]:
        """All of it but this."""
        return (*self.tables, *self.files)
