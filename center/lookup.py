"""Questions in, values out of the store; each function reads within a connection of others."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    CompoundSelect,
    Connection,
    Row,
    Select,
    and_,
    func,
    or_,
    select,
    union_all,
)

from center.alert import Alert
from center.filters import Filters, narrowed
from center.happening import Happening
from center.lifecycle import OPEN
from center.parts import Part
from center.tables import (
    alert_events,
    alerts,
    audit_heads,
    events,
    meta,
    parts,
    pictures,
    shown_events,
)
from pipelines.flow import Measured

Seen = frozenset[str] | None
"""Places that whoever asks may see; None for all."""


class StoredEvent(Measured, frozen=True, kw_only=True, omit_defaults=False):
    """An event as the API shows it: its facts and three times, no picture.

    happened_at  when the camera saw it
    sent_at      when the box last tried to send it
    received_at  when the centre stored it
    picture      whether it came with a redacted still
    """

    id: str
    site: str
    camera: str
    place: str
    rule: str
    label: str | None = msgspec.field(default=None, name="class")
    zone: str | None = None
    line: str | None = None
    count: int = 1
    confidence: float | None = None
    box: tuple[float, float, float, float] | None = None
    happened_at: datetime
    sent_at: datetime | None = None
    received_at: datetime
    picture: bool = False


class StoredHead(msgspec.Struct, frozen=True, kw_only=True):
    """Where a box's audit stood, and when it first said so."""

    lines: int
    sha256: str
    received_at: datetime


def heads_of(connection: Connection, box: str, *, limit: int) -> list[StoredHead]:
    """What a box said of its audit, newest first."""
    columns = audit_heads.c
    query = select(columns.lines, columns.sha256, columns.received_s).where(columns.box == box)
    query = query.order_by(columns.received_s.desc(), columns.lines.desc()).limit(limit)
    return [
        StoredHead(lines=row.lines, sha256=row.sha256, received_at=_utc(row.received_s))
        for row in connection.execute(query)
    ]


def alert_by_id(connection: Connection, alert_id: str) -> Alert | None:
    """One alert, also one that was joined into another."""
    body = connection.execute(select(alerts.c.body).where(alerts.c.id == alert_id)).scalar()
    return _alert(body) if body else None


def place_of(connection: Connection, alert_id: str) -> str | None:
    """Where an alert is."""
    return connection.execute(select(alerts.c.place).where(alerts.c.id == alert_id)).scalar()


def alerts_page(
    connection: Connection, by: Filters, *, limit: int, before: str | None
) -> list[Alert]:
    """Alerts, newest first. UUIDv7 sorts by time, so the id is the cursor."""
    query = select(alerts.c.body).order_by(alerts.c.id.desc()).limit(limit)
    query = narrowed(query, by)
    return _alerts(connection, query.where(alerts.c.id < before) if before else query)


class Changed(NamedTuple):
    """An alert as JSON, with the number of its change and where it is."""

    revision: int
    place: str
    body: bytes


def bodies_after(connection: Connection, revision: int, *, limit: int) -> list[Changed]:
    """Alerts that changed after a revision, in that order."""
    of = alerts.c
    query = select(of.revision, of.place, of.body).where(of.revision > revision)
    rows = connection.execute(query.order_by(of.revision).limit(limit))
    return [Changed(row.revision, row.place, bytes(row.body)) for row in rows]


def alerts_found(connection: Connection, part: Part) -> list[Alert]:
    """Alerts, whatever became of them, with a part of this key that overlaps it; oldest first."""
    query = select(alerts.c.body).join(parts, parts.c.alert_id == alerts.c.id)
    query = query.where(
        alerts.c.state != "joined", parts.c.key == part.key,
        parts.c.last_s >= part.first_s - part.merge_s,
        parts.c.first_s <= part.last_s + part.merge_s,
    )  # fmt: skip
    return sorted(_alerts(connection, query), key=lambda alert: alert.id)


def happenings(
    connection: Connection, *, rules: Collection[str], places: Collection[str], since_s: float,
    until_s: float,
) -> list[Happening]:  # fmt: skip
    """Events of some rules and places between two times, both inside, by time."""
    query = with_picture().where(
        events.c.rule.in_(list(rules)), events.c.place.in_(list(places)),
        events.c.happened_s >= since_s, events.c.happened_s <= until_s,
    )  # fmt: skip
    return sorted(happening_of(row) for row in connection.execute(query))


class StoredRow(NamedTuple):
    """An event as its table has it, and as the cross-check sees it."""

    values: tuple[Any, ...]
    happening: Happening


def rows_between(
    connection: Connection, since_s: float, until_s: float, *, limit: int
) -> list[StoredRow]:
    """The last events of a time, by time."""
    query = with_picture().where(
        events.c.received_s >= since_s, events.c.happened_s >= since_s,
        events.c.happened_s <= until_s,
    )  # fmt: skip
    newest = query.order_by(events.c.happened_s.desc(), events.c.id.desc()).limit(limit)
    rows = connection.execute(newest).all()
    width = len(events.columns)
    return [StoredRow(tuple(row)[:width], happening_of(row)) for row in reversed(rows)]


def begun_since(connection: Connection, since_s: float) -> int:
    """How many alerts are about what happened since, those that were disproved left out."""
    query = select(func.count()).where(
        alerts.c.first_s >= since_s, alerts.c.state.not_in(("joined", "withdrawn"))
    )
    return int(connection.execute(query).scalar_one())


def events_page(
    connection: Connection, *, limit: int, before: str | None = None, seen: Seen = None
) -> list[StoredEvent]:
    """Events by arrival, newest first; those that came before one, by its id."""
    query = _at(with_picture(), seen).order_by(events.c.received_s.desc(), events.c.id.desc())
    if before is not None:
        came_s = select(events.c.received_s).where(events.c.id == before).scalar_subquery()
        alike = and_(events.c.received_s == came_s, events.c.id < before)
        query = query.where(or_(events.c.received_s < came_s, alike))
    return [_event(row) for row in connection.execute(query.limit(limit))]


def events_of(
    connection: Connection, alert_id: str, *, limit: int, seen: Seen = None
) -> list[StoredEvent]:
    """Events of an alert at some places, or at all, newest first."""
    query = _at(with_picture(), seen).where(events.c.id.in_(_shown_by(alert_id)))
    query = query.order_by(events.c.happened_s.desc())
    return [_event(row) for row in connection.execute(query.limit(limit))]


def picture_of(connection: Connection, alert_id: str, *, seen: Seen = None) -> bytes | None:
    """The redacted still of the alert's latest event that has one."""
    query = _at(
        select(pictures.c.data)
        .join(events, events.c.id == pictures.c.event_id)
        .where(pictures.c.event_id.in_(_shown_by(alert_id)))
        .order_by(events.c.happened_s.desc()),
        seen,
    )
    return connection.execute(query.limit(1)).scalar()


def _at(query: Select[Any], seen: Seen) -> Select[Any]:
    """The same of events at some places only."""
    return query if seen is None else query.where(events.c.place.in_(seen))


def _shown_by(alert_id: str) -> CompoundSelect[Any]:
    """Ids of the events that an alert is made of or shows."""
    return union_all(
        *(
            select(table.c.event_id).where(table.c.alert_id == alert_id)
            for table in (alert_events, shown_events)
        )
    )


def counters(connection: Connection) -> dict[str, int]:
    """All counters that were ever raised."""
    return {row.name: row.value for row in connection.execute(select(meta))}


def opened_since(connection: Connection, since_s: float) -> list[float]:
    """Unix times at which alerts opened, those that were joined into others left out."""
    query = select(alerts.c.opened_s).where(
        alerts.c.opened_s >= since_s, alerts.c.state != "joined"
    )
    return [float(opened_s) for opened_s in connection.execute(query).scalars()]


def alerts_due(connection: Connection, now_s: float, *, limit: int) -> list[Alert]:
    """Alerts to which something happens by now, what was due first first."""
    query = select(alerts.c.body).where(alerts.c.due_s <= now_s)
    return _alerts(connection, query.order_by(alerts.c.due_s).limit(limit))


def open_by_place(connection: Connection) -> Counter[tuple[str, int]]:
    """How many open alerts there are, by their places and grades."""
    of = alerts.c
    query = select(of.place, of.grade, func.count().label("number"))
    query = query.where(of.state.in_(OPEN)).group_by(of.place, of.grade)
    rows = connection.execute(query)
    return Counter({(row.place, row.grade): row.number for row in rows})


def alerts_by_state(connection: Connection) -> dict[str, int]:
    """How many alerts are in each state that any is in."""
    query = select(alerts.c.state, func.count().label("number")).group_by(alerts.c.state)
    return {row.state: row.number for row in connection.execute(query)}


def last_event_s(connection: Connection) -> float | None:
    """When the last event was stored, in Unix seconds."""
    return connection.execute(select(func.max(events.c.received_s))).scalar()


def last_picture(
    connection: Connection, *, site: str | None, camera: str
) -> tuple[bytes, float] | None:
    """The redacted still of a camera's last event that has one, and when it happened."""
    query = (
        select(pictures.c.data, events.c.happened_s)
        .join(events, events.c.id == pictures.c.event_id)
        .where(events.c.camera == camera)
    )
    if site is not None:
        query = query.where(events.c.site == site)
    row = connection.execute(query.order_by(events.c.id.desc()).limit(1)).first()
    return None if row is None else (row.data, row.happened_s)


def with_picture() -> Select[Any]:
    """Events, each with whether it has a picture; `happening_of` reads the rows."""
    has = pictures.c.event_id.is_not(None).label("picture")
    return select(events, events.c.count.label("number"), has).outerjoin(
        pictures, pictures.c.event_id == events.c.id
    )


def _alerts(connection: Connection, query: Select[Any]) -> list[Alert]:
    return [_alert(body) for body in connection.execute(query).scalars()]


def _alert(body: bytes) -> Alert:
    return msgspec.json.decode(body, type=Alert)


def _event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(
        id=row.id,
        site=row.site,
        camera=row.camera,
        place=row.place,
        rule=row.rule,
        label=row.label,
        zone=row.zone,
        line=row.line,
        count=row.number,
        confidence=row.confidence,
        box=msgspec.json.decode(row.box) if row.box else None,
        happened_at=_utc(row.happened_s),
        sent_at=_utc(row.sent_s) if row.sent_s else None,
        received_at=_utc(row.received_s),
        picture=bool(row.picture),
        **msgspec.json.decode(row.measured or "{}"),
    )


def happening_of(row: Row[Any]) -> Happening:
    """An event as the cross-check sees it."""
    said = msgspec.json.decode(row.measured or "{}", type=Measured)
    return Happening(
        at_s=row.happened_s,
        id=row.id,
        site=row.site,
        camera=row.camera,
        place=row.place,
        rule=row.rule,
        label=row.label,
        line=row.line,
        direction=said.direction,
        phase=said.phase,
        episode=row.episode,
        again=said.again,
        number=row.number,
        crossed=said.b_to_a if said.direction == "b-to-a" else said.a_to_b,
        picture=bool(row.picture),
    )


def _utc(unix_s: float) -> datetime:
    return datetime.fromtimestamp(unix_s, UTC)
