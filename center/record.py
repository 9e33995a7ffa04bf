"""Values in, rows in the store; each function is one step of a transaction that others open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, case, delete, func, insert, select, update

from center.alert import Alert
from center.letter import Letter
from center.lifecycle import due
from center.tables import (
    alert_events,
    alerts,
    audit_heads,
    episodes,
    events,
    meta,
    pictures,
    rejected,
)
from center.upserts import upsert
from pipelines.flow import AuditHead, Event, Facts, Measured, Picture

REJECTED_KEPT = 1000


def unknown(connection: Connection, arrived: Sequence[Event]) -> list[Event]:
    """Those that the store does not hold yet, each once, in their order."""
    once = {event.id: event for event in arrived}
    rows = connection.execute(select(events.c.id).where(events.c.id.in_(list(once))))
    for row in rows:
        del once[row.id]
    return list(once.values())


def put_events(connection: Connection, fresh: Sequence[Event], *, received_s: float) -> None:
    """Store events and their pictures."""
    if fresh:
        rows = [_event_row(event, received_s) for event in fresh]
        connection.execute(insert(events), rows)
    stills = [_picture_row(event.id, event.data.picture) for event in fresh if event.data.picture]
    if stills:
        connection.execute(insert(pictures), stills)


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
    """Store a new or changed alert under the next revision; returns it with that."""
    alert = msgspec.structs.replace(alert, revision=count(connection, "revision", 1))
    row = _alert_row(alert)
    change = {name: value for name, value in row.items() if name != "id"}
    connection.execute(
        upsert(connection, alerts)
        .values(row)
        .on_conflict_do_update(index_elements=["id"], set_=change)
    )
    return alert


def link(
    connection: Connection, event_ids: Sequence[str], alert_id: str, *, life: str | None
) -> None:
    """Note that events, and the life that they tell of, are part of an alert."""
    rows = [{"event_id": event_id, "alert_id": alert_id} for event_id in event_ids]
    connection.execute(insert(alert_events), rows)
    if life is not None:
        connection.execute(
            update(episodes).where(episodes.c.life == life).values(alert_id=alert_id)
        )


def relink(connection: Connection, *, old: str, new: str) -> None:
    """Move the events and lives of an alert that was joined into another."""
    for table in (alert_events, episodes):
        moved = update(table).where(table.c.alert_id == old).values(alert_id=new)
        connection.execute(moved)


def put_life(connection: Connection, life: str, *, ended_s: float | None) -> None:
    """Note a life of a rule, and when it ended once that is known: the latest end holds."""
    known = upsert(connection, episodes).values(life=life, ended_s=ended_s)
    new, old = known.excluded.ended_s, episodes.c.ended_s
    kept = {"ended_s": case((new > old, new), else_=func.coalesce(old, new))}
    connection.execute(known.on_conflict_do_update(index_elements=["life"], set_=kept))


def put_head(connection: Connection, box: str, head: AuditHead, *, received_s: float) -> None:
    """Keep what a box said of its audit; again, it is nothing new."""
    row = {"box": box, "lines": head.lines, "sha256": head.sha256, "received_s": received_s}
    connection.execute(upsert(connection, audit_heads).values(row).on_conflict_do_nothing())


def count(connection: Connection, name: str, more: int) -> int:
    """Raise a counter and return it."""
    raised = (
        upsert(connection, meta)
        .values(name=name, value=more)
        .on_conflict_do_update(index_elements=["name"], set_={"value": meta.c.value + more})
        .returning(meta.c.value)
    )
    return int(connection.execute(raised).scalar_one())


def _event_row(event: Event, received_s: float) -> dict[str, Any]:
    facts = event.data
    return {
        "id": event.id,
        "site": facts.site,
        "camera": facts.camera,
        "place": facts.place,
        "rule": facts.rule,
        "label": facts.label,
        "zone": facts.zone,
        "line": facts.line,
        "episode": facts.episode,
        "measured": msgspec.json.encode(_measured(facts)).decode(),
        "count": facts.count,
        "confidence": facts.confidence,
        "box": msgspec.json.encode(facts.box).decode() if facts.box else None,
        "happened_s": event.time.timestamp(),
        "sent_s": event.senttime.timestamp() if event.senttime else None,
        "received_s": received_s,
    }


def _measured(facts: Facts) -> Measured:
    """The part of the facts that its life and its rule's measurements are."""
    return Measured(**{name: getattr(facts, name) for name in Measured.__struct_fields__})


def _picture_row(event_id: str, picture: Picture) -> dict[str, Any]:
    size = {"width": picture.width, "height": picture.height}
    return {"event_id": event_id, "data": picture.data, **size}


def _alert_row(alert: Alert) -> dict[str, Any]:
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
