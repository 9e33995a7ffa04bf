"""Accepted texts of the watch list in, rows that are never changed out, and back."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, exists, func, insert, select

from center.tables import watch_lists

_WITH = "+"
"""In the column between who wrote a version and who published it: no seat has this sign."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A text of the watch list that was accepted.

    id      grows by one
    by      the seat that wrote it, or `file` where somebody edited that
    second  the seat that published it, where that took a second person
    sha256  of the text, hexadecimal
    """

    id: int
    at: datetime
    by: str
    sha256: str
    text: str
    second: str | None = None


class ListState(msgspec.Struct, frozen=True, kw_only=True):
    """Which watch list is in force.

    version  its number; `at` and `by` say when and by whom it was put in force
    refused  what is wrong with the file as it is now, if anything; the version stays in force
    refusals how often a file was refused since the centre was started
    """

    version: int
    at: datetime
    by: str
    refused: str | None = None
    refusals: int = 0


def put(
    connection: Connection, text: str, *, by: str, at_s: float, second: str | None = None,
    drawn: bytes | None = None,
) -> Version:  # fmt: skip
    """Append a version; the newest again, when it says just that.

    drawn  its map, where centres are to read the same one
    """
    newest = list_newest(connection, limit=1)
    sha256 = sha256_of(text)
    if newest and newest[0].sha256 == sha256 and map_of(connection, newest[0].id) == drawn:
        return newest[0]
    both = f"{by}{_WITH}{second}" if second else by
    row = {"at_s": at_s, "by": both, "text": text, "sha256": sha256, "map": drawn}
    key = connection.execute(insert(watch_lists).values(row)).inserted_primary_key
    at = datetime.fromtimestamp(at_s, UTC)
    number = key[0] if key else 0
    return Version(id=number, at=at, by=by, sha256=sha256, text=text, second=second)


def list_newest(connection: Connection, *, limit: int, before: int | None = None) -> list[Version]:
    """Versions, the newest first, or those before one."""
    query = select(watch_lists).order_by(watch_lists.c.id.desc()).limit(limit)
    query = query if before is None else query.where(watch_lists.c.id < before)
    return [_version(row) for row in connection.execute(query)]


def by_id(connection: Connection, number: int) -> Version | None:
    """One version."""
    query = select(watch_lists).where(watch_lists.c.id == number)
    found = connection.execute(query).one_or_none()
    return None if found is None else _version(found)


def newest_id(connection: Connection) -> int | None:
    """The number of the newest; cheap, for who asks often."""
    return connection.execute(select(func.max(watch_lists.c.id))).scalar()


def newest_state(connection: Connection) -> ListState | None:
    """The newest, without its text."""
    wanted = (watch_lists.c.id, watch_lists.c.at_s, watch_lists.c.by)
    row = connection.execute(select(*wanted).order_by(watch_lists.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    at = datetime.fromtimestamp(row.at_s, UTC)
    return ListState(version=row.id, at=at, by=row.by.partition(_WITH)[0])


def map_of(connection: Connection, number: int) -> bytes | None:
    """The map that was kept with a version."""
    return connection.execute(
        select(watch_lists.c.map).where(watch_lists.c.id == number)
    ).scalar_one_or_none()


def is_known(connection: Connection, text: str, *, after: int = 0) -> bool:
    """Whether a text was in force, after a version or ever."""
    same = (watch_lists.c.sha256 == sha256_of(text)) & (watch_lists.c.id > after)
    return bool(connection.execute(select(exists().where(same))).scalar_one())


def sha256_of(text: str) -> str:
    """In hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _version(row: Row[Any]) -> Version:
    at = datetime.fromtimestamp(row.at_s, UTC)
    by, _, second = row.by.partition(_WITH)
    return Version(id=row.id, at=at, by=by, sha256=row.sha256, text=row.text, second=second or None)
