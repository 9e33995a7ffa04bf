"""What happened in, counts per hour out, in the transaction that stores it.

Each event is counted when it is stored, which happens once; an alert leaves the cell in which it
was and enters the one where it is now. So the counts are those that anyone would find who counted
what is stored, whatever came late, twice or in another order, and they outlive it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from center.alert import Alert
from center.copying import copy_over
from center.tables import hourly_alerts, hourly_crossings, hourly_events
from center.upserts import total
from pipelines.flow import Event

HOUR_S = 3600
_UNCOUNTED = ("joined", "withdrawn")


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


def move_alerts(connection: Connection, changes: Iterable[tuple[Alert | None, Alert]]) -> None:
    """Count alerts as they will be stored, and no longer as they are stored."""
    moved = Counter[Any]()
    for was, alert in changes:
        if was is not None and was.state not in _UNCOUNTED:
            moved[_cell(was)] -= 1
        if alert.state not in _UNCOUNTED:
            moved[_cell(alert)] += 1
    add(connection, hourly_alerts, {cell: (more,) for cell, more in moved.items() if more})


def _cell(alert: Alert) -> tuple[int, str, int, str]:
    return hour_of(alert.first_at.timestamp()), alert.place, alert.grade, alert.rule


def add(
    connection: Connection,
    table: Table,
    more: Mapping[tuple[Any, ...], tuple[float, ...]],
) -> None:
    """Add to the cells of an hourly table; both tuples are in the order of its columns."""
    copy_over(connection, table, [(*cell, *sums) for cell, sums in sorted(more.items())], total)
