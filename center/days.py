"""A moment in, where its day begins among the ids; in PostgreSQL, a table for each day.

An id is a UUIDv7: it begins with the milliseconds at which it was made, so ids sort by time, and
those of one day are a range. What is of no day that has a table is in the one of the rest.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    and_,
    delete,
    insert,
    select,
    text,
)

from center.tables import events, pictures

DAY_S = 86400.0
DIVIDED = (events, pictures)
_AHEAD = 3  # days that have their tables before they come
_BACK = 400  # days at most that get one after they were


class Day(NamedTuple):
    """The table of one day, and the ids that are in it, from the first to before the last."""

    table: str
    first: str
    last: str
    ends_s: float


def first_id(at_s: float) -> str:
    """No UUIDv7 of that moment or later sorts before it. `at_s` is Unix time."""
    digits = f"{max(0, int(at_s * 1000)):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def midnight(at_s: float) -> float:
    """When the UTC day of a moment began."""
    return at_s // DAY_S * DAY_S


def moment_of(name: str) -> float | None:
    """Unix time at which a UUIDv7 was made; nothing where an id is none."""
    digits = name.replace("-", "")[:13]
    if not re.fullmatch(r"[0-9a-f]{12}7", digits):
        return None
    return int(digits[:12], 16) / 1000


def prepare(connection: Connection, now_s: float, *, since_s: float | None = None) -> None:
    """Give yesterday, today and the next days their tables, with what is of them already.

    since_s  of an earlier day from which on there shall be tables
    """
    if connection.dialect.name == "sqlite":
        return
    back = 1 if since_s is None else int(max(1, min(_BACK, (now_s - since_s) // DAY_S + 1)))
    for table in DIVIDED:
        there = {day.table for day in days_of(connection, table)}
        for ahead in range(-back, _AHEAD + 1):
            day = _day(table.name, midnight(now_s) + ahead * DAY_S)
            if day.table not in there:
                _divide(connection, table, day)


def days_of(connection: Connection, table: Table) -> Iterator[Day]:
    """All days that have a table, the oldest first; none in SQLite."""
    if connection.dialect.name == "sqlite":
        return
    names = connection.execute(
        text(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = CAST(:parent AS regclass) ORDER BY 1"
        ),
        {"parent": table.name},
    ).scalars()
    for name in names:
        _, _, date = name.rpartition("_")
        if date.isdigit():
            begins = datetime.strptime(date, "%Y%m%d").replace(tzinfo=UTC)
            yield _day(table.name, begins.timestamp())


def _day(table: str, begins_s: float) -> Day:
    begins = datetime.fromtimestamp(begins_s, UTC)
    ends_s = (begins + timedelta(days=1)).timestamp()
    return Day(f"{table}_{begins:%Y%m%d}", first_id(begins_s), first_id(ends_s), ends_s)


def _divide(connection: Connection, table: Table, day: Day) -> None:
    """Make a day's table, and move there what the rest has of it."""
    (key,) = table.primary_key.columns
    rest, own = named(table, f"{table.name}_rest"), named(table, day.table)
    mine = and_(rest.c[key.name] >= day.first, rest.c[key.name] < day.last)
    connection.exec_driver_sql(f"CREATE TABLE {day.table} (LIKE {table.name} INCLUDING ALL)")
    names = [column.name for column in own.columns]
    connection.execute(insert(own).from_select(names, select(rest).where(mine)))
    connection.execute(delete(rest).where(mine))
    connection.exec_driver_sql(
        f"ALTER TABLE {table.name} ATTACH PARTITION {day.table}"
        f" FOR VALUES FROM ('{day.first}') TO ('{day.last}')"
    )


def named(table: Table, name: str) -> Table:
    """A table of the same columns under another name."""
    return Table(name, MetaData(), *(Column(each.name, each.type) for each in table.columns))
