"""Values in, rows in the store; each function is one step of a transaction that others open."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, insert
from sqlalchemy.sql.dml import ReturningInsert

from center import lookup
from center.alert import Alert
from center.copying import copy_over
from center.hours import move_alerts
from center.letter import Letter
from center.lifecycle import due
from center.parts import Part
from center.tables import (
    alerts,
    audit_heads,
    episodes,
    meta,
    parts,
    rejected,
    shown_events,
)
from center.telling import outbox
from center.upserts import insert_of, total, upsert
from pipelines.flow import AuditHead

REJECTED_KEPT = 1000


def put_rejected(connection: Connection, letter: Letter, *, reason: str, received_s: float) -> None:
    """Keep what could not be read, for a person to look at; the newest 1,000 stay."""
    row = {
        "subject": letter.subject.replace("\0", "?"),
        "payload": letter.payload,
        "reason": reason.replace("\0", "?"),
        "received_s": received_s,
    }
    number = connection.execute(insert(rejected).values(row)).inserted_primary_key
    oldest = (number[0] if number else 0) - REJECTED_KEPT
    connection.execute(delete(rejected).where(rejected.c.id <= oldest))
    count(connection, {"rejected": 1})


def put_alert(connection: Connection, alert: Alert) -> Alert:
    """Store one new or changed alert, like `put_alerts`."""
    return put_alerts(connection, [(lookup.alert_by_id(connection, alert.id), alert)])[0]


def put_alerts(
    connection: Connection, changes: Sequence[tuple[Alert | None, Alert]]
) -> list[Alert]:
    """Store alerts, each beside what is stored of it, and that they must be told of.

    Returns them under the next revisions, in their order.
    """
    if not changes:
        return []
    last = revisions(connection, len(changes))
    first = last - len(changes) + 1
    numbered = [
        (was, msgspec.structs.replace(alert, revision=number))
        for number, (was, alert) in enumerate(changes, first)
    ]
    copy_over(connection, alerts, [alert_row(alert) for _, alert in numbered])
    move_alerts(connection, numbered)
    outbox.note(connection, [each for each in numbered if each[1].home is None])
    return [alert for _, alert in numbered]


def put_parts(connection: Connection, alert_id: str, made_of: Iterable[Part]) -> None:
    """Store what an alert is made of now."""
    copy_over(connection, parts, [(alert_id, *part) for part in made_of])


def take_parts(connection: Connection, alert_id: str) -> None:
    """Note that an alert is nothing any more of what it was made of."""
    connection.execute(delete(parts).where(parts.c.alert_id == alert_id))


def show(connection: Connection, event_ids: Iterable[str], alert_id: str) -> None:
    """Let an alert show these events, and no others but those that it is made of."""
    connection.execute(delete(shown_events).where(shown_events.c.alert_id == alert_id))
    rows = [{"event_id": event_id, "alert_id": alert_id} for event_id in event_ids]
    if rows:
        connection.execute(insert(shown_events), rows)


LifeRow = tuple[str, str | None, float | None, float | None]
"""A life, its alert, when it ended, and the latest time at which it was told of."""


def put_lives(connection: Connection, lives: Iterable[LifeRow]) -> None:
    """Note lives: the latest that was told of each holds, and it keeps its alert."""
    copy_over(connection, episodes, list(lives), _telling)


def _telling(new: ColumnElement[Any], old: ColumnElement[Any]) -> ColumnElement[Any]:
    if old.key == "alert_id":
        return func.coalesce(new, old)
    return case((new > old, new), else_=func.coalesce(old, new))


def put_head(connection: Connection, box: str, head: AuditHead, *, received_s: float) -> None:
    """Keep what a box said of its audit; again, it is nothing new."""
    row = {"box": box, "lines": head.lines, "sha256": head.sha256, "received_s": received_s}
    connection.execute(upsert(connection, audit_heads).values(row).on_conflict_do_nothing())


def count(connection: Connection, more: Mapping[str, int]) -> None:
    """Raise counters."""
    raised = sorted((name, value) for name, value in more.items() if value)
    copy_over(connection, meta, raised, total)


def revisions(connection: Connection, number: int) -> int:
    """Take so many numbers for changes of alerts; the last of them."""
    raised = connection.execute(_raising(connection.dialect.name), {"value": number})
    return int(raised.scalar_one())


@cache
def _raising(dialect: str) -> ReturningInsert[int]:
    new = insert_of(dialect, meta).values(name="revision", value=bindparam("value"))
    raised = {"value": meta.c.value + new.excluded.value}
    return new.on_conflict_do_update(index_elements=["name"], set_=raised).returning(meta.c.value)


def alert_row(alert: Alert) -> tuple[Any, ...]:
    """An alert as the store holds it, in the order of the table's columns."""
    return (
        alert.id,
        alert.revision,
        alert.place,
        alert.rule,
        alert.state,
        alert.first_at.timestamp(),
        alert.last_at.timestamp(),
        alert.merge_s,
        alert.opened_at.timestamp(),
        alert.grade,
        _unix_s(due(alert)) if alert.home is None else None,
        _unix_s(alert.closed_at),
        alert.outcome,
        alert.cause,
        msgspec.json.encode(alert),
    )


def _unix_s(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
