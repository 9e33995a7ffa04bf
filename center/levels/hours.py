"""Counts per hour in, the hours that the level above does not know yet out; and theirs taken in.

Cells only grow, so their sums tell whether an hour changed, and of two tellings of a cell the
greater is the later. Hours of alerts are not told: the level above counts the alerts themselves.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from center.copying import copy_over
from center.levels import ledger
from center.levels.shared import SharedHours
from center.tables import hourly_cameras, hourly_crossings, hourly_events, level_cursors

TABLES = {
    "hourly_events": hourly_events,
    "hourly_crossings": hourly_crossings,
    "hourly_cameras": hourly_cameras,
}
_PREFIX = "hours/"
_MOST = 50


def news(connection: Connection, *, since: int = 0) -> list[tuple[str, str, SharedHours]]:
    """Hours that changed, each with the cursor to note once it is told, and its value.

    since  the earliest hour to look at, from 1970; looking at all takes long
    """
    of = level_cursors.c
    query = select(of.name, of.value).where(of.name.startswith(_PREFIX))
    told = {row.name: row.value for row in connection.execute(query)}
    found: list[tuple[str, str, SharedHours]] = []
    for name, table in TABLES.items():
        for hour, mark in _marks(connection, table, since).items():
            cursor = f"{_PREFIX}{name}/{hour}"
            if told.get(cursor) != mark and len(found) < _MOST:
                cells = SharedHours(table=name, hour=hour, rows=_cells(connection, table, hour))
                found.append((cursor, mark, cells))
    return found


def merge(connection: Connection, told: SharedHours) -> None:
    """Take in an hour of a level below; a table that we do not have is left alone."""
    table = TABLES.get(told.table)
    if table is None or not told.rows:
        return
    copy_over(connection, table, told.rows, _greater)


def note_told(connection: Connection, marks: Sequence[tuple[str, str]]) -> None:
    """Hours were told."""
    for cursor, mark in marks:
        ledger.put_cursor(connection, cursor, mark)


def _marks(connection: Connection, table: Table, since: int) -> dict[int, str]:
    """What tells two states of an hour apart."""
    sums = [func.sum(column) for column in table.columns if not column.primary_key]
    query = select(table.c.hour, func.count(), *sums).where(table.c.hour >= since)
    rows = connection.execute(query.group_by(table.c.hour).order_by(table.c.hour.desc()))
    return {row[0]: "/".join(f"{value:.3f}" for value in row[1:]) for row in rows}


def _cells(connection: Connection, table: Table, hour: int) -> tuple[tuple[Any, ...], ...]:
    rows = connection.execute(select(table).where(table.c.hour == hour))
    return tuple(tuple(row) for row in rows)


def _greater(new: ColumnElement[float], old: ColumnElement[float]) -> ColumnElement[float]:
    return case((new > old, new), else_=old)
