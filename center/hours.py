"""What happened in, counts per hour out, in the transaction that stores it.

Each event is counted when it is stored, which happens once; an alert leaves the cell in which it
was and enters the one where it is now. So the counts are those that anyone would find who counted
what is stored, whatever came late, twice or in another order, and they outlive it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, select

from center.alert import Alert
from center.tables import alerts, hourly_alerts, hourly_crossings, hourly_events
from center.upserts import merging
from pipelines.flow import Event

HOUR_S = 3600
_UNCOUNTED = ("joined", "withdrawn")
_STORED = select(
    alerts.c.first_s, alerts.c.place, alerts.c.grade, alerts.c.rule, alerts.c.state, alerts.c.body
).where(alerts.c.id == bindparam("which"))


def hour_of(at_s: float) -> int:
    """Which hour a Unix time is in, counted from 1970."""
    return int(at_s // HOUR_S)


def count_events(connection: Connection, fresh: Sequence[Event]) -> None:
    """Count events that are new to the store."""
    told, begun, crossings = Counter[Any](), Counter[Any](), Counter[Any]()
    for event in fresh:
        facts, hour = event.data, hour_of(event.time.timestamp())
        cell = (hour, facts.place, facts.rule, facts.label or "")
        told[cell] += 1
        begun[cell] += facts.phase in (None, "begin")
        if facts.rule == "line-crossing" and facts.phase != "end" and not facts.again:
            way = (facts.line or "", facts.label or "", facts.direction or "")
            crossings[hour, facts.place, facts.site, facts.camera, *way] += facts.count
    add(connection, hourly_events, {cell: (told[cell], begun[cell]) for cell in told})
    add(connection, hourly_crossings, {cell: (more,) for cell, more in crossings.items()})


def stored(connection: Connection, alert_id: str) -> Row[Any] | None:
    """What is stored of an alert: its cell, its state and its body."""
    rows: list[Any] = list(connection.execute(_STORED, {"which": alert_id}))
    return rows[0] if rows else None


def move_alert(connection: Connection, was: Row[Any] | None, alert: Alert) -> None:
    """Count an alert as it will be stored, and no longer as it is stored."""
    moved = Counter[Any]()
    if was is not None and was.state not in _UNCOUNTED:
        moved[hour_of(was.first_s), was.place, was.grade, was.rule] -= 1
    if alert.state not in _UNCOUNTED:
        hour = hour_of(alert.first_at.timestamp())
        moved[hour, alert.place, alert.grade, alert.rule] += 1
    add(connection, hourly_alerts, {cell: (more,) for cell, more in moved.items() if more})


def add(
    connection: Connection,
    table: Table,
    more: Mapping[tuple[Any, ...], tuple[float, ...]],
) -> None:
    """Add to the cells of an hourly table; both tuples are in the order of its columns."""
    if not more:
        return
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, (*cell, *sums), strict=True)) for cell, sums in sorted(more.items())]
    connection.execute(merging(connection, table, _sum), rows)


def _sum(new: ColumnElement[float], old: ColumnElement[float]) -> ColumnElement[float]:
    return old + new
