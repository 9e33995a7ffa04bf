"""Values in, rows in the store; each function is one step of a transaction that others open."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, insert, update
from sqlalchemy.sql.dml import ReturningInsert

from center.alert import Alert
from center.happening import Happening
from center.hours import move_alert, stored
from center.letter import Letter
from center.lifecycle import due
from center.parts import Part
from center.tables import (
    alert_events,
    alerts,
    audit_heads,
    episodes,
    meta,
    parts,
    rejected,
    shown_events,
)
from center.telling import outbox
from center.upserts import Insert, insert_of, newest, upsert
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
    count(connection, "rejected", 1)


def put_alert(connection: Connection, alert: Alert) -> Alert:
    """Store a new or changed alert under the next revision, and that it must be told of.

    Returns it with its revision.
    """
    alert = msgspec.structs.replace(alert, revision=count(connection, "revision", 1))
    was = stored(connection, alert.id)
    move_alert(connection, was, alert)
    connection.execute(newest(connection, alerts), alert_row(alert))
    outbox.note(connection, was, alert)
    return alert


def link(
    connection: Connection, event_ids: Sequence[str], alert_id: str, *, lives: Collection[str]
) -> None:
    """Note that events, and the lives that they tell of, are part of an alert."""
    if event_ids:
        rows = [{"event_id": event_id, "alert_id": alert_id} for event_id in event_ids]
        connection.execute(insert(alert_events), rows)
    if lives:
        connection.execute(_LINKED, {"lives": list(lives), "mine": alert_id})


_LINKED = (
    update(episodes)
    .where(episodes.c.life.in_(bindparam("lives", expanding=True)))
    .values(alert_id=bindparam("mine"))
)


def put_parts(connection: Connection, alert_id: str, made_of: Iterable[Part]) -> None:
    """Store what an alert is made of now."""
    rows = [{"alert_id": alert_id, **part._asdict()} for part in made_of]
    if rows:
        connection.execute(newest(connection, parts), rows)


def show(connection: Connection, event_ids: Iterable[str], alert_id: str) -> None:
    """Let an alert show these events, and no others but those that it is made of."""
    connection.execute(delete(shown_events).where(shown_events.c.alert_id == alert_id))
    rows = [{"event_id": event_id, "alert_id": alert_id} for event_id in event_ids]
    if rows:
        connection.execute(insert(shown_events), rows)


def relink(connection: Connection, *, old: str, new: str) -> None:
    """Move the events and lives of an alert that was joined into another."""
    for table in (alert_events, episodes):
        moved = update(table).where(table.c.alert_id == old).values(alert_id=new)
        connection.execute(moved)
    connection.execute(delete(parts).where(parts.c.alert_id == old))


def put_lives(connection: Connection, told: Iterable[Happening]) -> None:
    """Note the lives that events tell of, when they did, and when a life ended: the latest holds.

    A life that is known keeps its alert.
    """
    rows = [
        {"life": one.life, "told_s": one.at_s, "ended_s": one.at_s if one.phase == "end" else None}
        for one in told
        if one.life is not None
    ]
    if rows:
        connection.execute(_telling(connection.dialect.name), rows)


@cache
def _telling(dialect: str) -> Insert:
    new = insert_of(dialect, episodes)
    kept = {name: _later(new.excluded[name], episodes.c[name]) for name in ("told_s", "ended_s")}
    return new.on_conflict_do_update(index_elements=["life"], set_=kept)


def put_head(connection: Connection, box: str, head: AuditHead, *, received_s: float) -> None:
    """Keep what a box said of its audit; again, it is nothing new."""
    row = {"box": box, "lines": head.lines, "sha256": head.sha256, "received_s": received_s}
    connection.execute(upsert(connection, audit_heads).values(row).on_conflict_do_nothing())


def count(connection: Connection, name: str, more: int) -> int:
    """Raise a counter and return it."""
    raised = connection.execute(_raising(connection.dialect.name), {"name": name, "value": more})
    return int(raised.scalar_one())


@cache
def _raising(dialect: str) -> ReturningInsert[int]:
    new = insert_of(dialect, meta)
    raised = {"value": meta.c.value + new.excluded.value}
    return new.on_conflict_do_update(index_elements=["name"], set_=raised).returning(meta.c.value)


def _later(new: ColumnElement[float], old: ColumnElement[float]) -> ColumnElement[float]:
    """The greater of two, either of which may be missing."""
    return case((new > old, new), else_=func.coalesce(old, new))


def alert_row(alert: Alert) -> dict[str, Any]:
    """An alert as the store holds it."""
    return {
        "id": alert.id,
        "revision": alert.revision,
        "place": alert.place,
        "rule": alert.rule,
        "state": alert.state,
        "first_s": alert.first_at.timestamp(),
        "last_s": alert.last_at.timestamp(),
        "merge_s": alert.merge_s,
        "opened_s": alert.opened_at.timestamp(),
        "grade": alert.grade,
        "due_s": _unix_s(due(alert)),
        "closed_s": _unix_s(alert.closed_at),
        "outcome": alert.outcome,
        "cause": alert.cause,
        "body": msgspec.json.encode(alert),
    }


def _unix_s(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
