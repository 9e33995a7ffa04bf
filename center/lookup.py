"""Questions in, values out of the store; each function reads within a connection of others."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    CompoundSelect,
    Connection,
    Float,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
)

from center.alert import Alert
from center.filters import Filters, narrowed
from center.happening import Happening
from center.lifecycle import OPEN, OVER
from center.parts import Part
from center.tables import (
    alert_events,
    alerts,
    audit_heads,
    episodes,
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


def alerts_meeting(
    connection: Connection, near: Iterable[Part], *, but: Collection[str] = ()
) -> list[Alert]:
    """Standing alerts of which a part meets one of these, but for some.

    One that is closed takes in nothing more: what nobody has seen yet must be shown.
    """
    known, found = list(but), dict[str, Alert]()
    for part in near:
        asked = {**part._asdict(), "but": known}
        for body in connection.execute(_MEETING, asked).scalars():
            alert = _alert(body)
            found[alert.id] = alert
    return [found[name] for name in sorted(found)]


def _meeting() -> Select[Any]:
    """Bodies of open alerts with a part of `key` not farther than the greater `merge_s`."""
    of = parts.c
    merge_s = bindparam("merge_s", type_=Float)
    reach = case((of.merge_s > merge_s, of.merge_s), else_=merge_s)
    query = select(alerts.c.body).join(parts, of.alert_id == alerts.c.id)
    return query.where(
        of.key == bindparam("key"),
        of.last_s >= bindparam("first_s") - reach,
        of.first_s <= bindparam("last_s") + reach,
        alerts.c.state.not_in(OVER),
        alerts.c.id.not_in(bindparam("but", expanding=True)),
    )


_MEETING = _meeting()
_PARTS = select(parts.c.key, parts.c.first_s, parts.c.last_s, parts.c.merge_s).where(
    parts.c.alert_id.in_(bindparam("ids", expanding=True))
)
"""What is asked for every event of an alert is built once: building costs more than asking."""


def parts_of(connection: Connection, alert_ids: Collection[str]) -> list[Part]:
    """What some alerts are made of."""
    return [Part(*row) for row in connection.execute(_PARTS, {"ids": list(alert_ids)})]


def alerts_found(connection: Connection, part: Part) -> list[Alert]:
    """Alerts, whatever became of them, with a part of this key that overlaps it; oldest first."""
    query = select(alerts.c.body).join(parts, parts.c.alert_id == alerts.c.id)
    query = query.where(
        alerts.c.state != "joined", parts.c.key == part.key,
        parts.c.last_s >= part.first_s - part.merge_s,
        parts.c.first_s <= part.last_s + part.merge_s,
    )  # fmt: skip
    return sorted(_alerts(connection, query), key=lambda alert: alert.id)


def owners(connection: Connection, event_ids: Collection[str]) -> dict[str, Alert]:
    """The alerts that events are part of, by the events' ids."""
    query = select(alert_events.c.event_id, alerts.c.body).join(
        alerts, alerts.c.id == alert_events.c.alert_id
    )
    rows = connection.execute(query.where(alert_events.c.event_id.in_(list(event_ids))))
    return {row.event_id: _alert(row.body) for row in rows}


def happenings(
    connection: Connection, *, rules: Collection[str], places: Collection[str], since_s: float,
    until_s: float,
) -> list[Happening]:  # fmt: skip
    """Events of some rules and places between two times, both inside, by time."""
    query = _with_picture().where(
        events.c.rule.in_(list(rules)), events.c.place.in_(list(places)),
        events.c.happened_s >= since_s, events.c.happened_s <= until_s,
    )  # fmt: skip
    return sorted(_happening(row) for row in connection.execute(query))


_OF_LIFE = (
    select(alerts.c.body)
    .join(episodes, episodes.c.alert_id == alerts.c.id)
    .where(episodes.c.life == bindparam("which"))
)
_STATE_OF_LIVES = select(
    func.count() - func.count(episodes.c.ended_s), func.max(episodes.c.ended_s)
).where(
    or_(
        episodes.c.alert_id.in_(bindparam("alerts", expanding=True)),
        episodes.c.life.in_(bindparam("lives", expanding=True)),
    )
)


def linked(connection: Connection, lives: Collection[str]) -> set[str]:
    """Those of the lives that are part of an alert."""
    query = select(episodes.c.life).where(episodes.c.alert_id.is_not(None))
    return set(connection.execute(query.where(episodes.c.life.in_(list(lives)))).scalars())


def alert_of_life(connection: Connection, life: str) -> Alert | None:
    """The alert that a life of a rule is part of, if any."""
    body = connection.execute(_OF_LIFE, {"which": life}).scalar()
    return _alert(body) if body else None


class StoredRow(NamedTuple):
    """An event as its table has it, and as the cross-check sees it."""

    values: tuple[Any, ...]
    happening: Happening


def rows_between(
    connection: Connection, since_s: float, until_s: float, *, limit: int
) -> list[StoredRow]:
    """The last events of a time, by time."""
    query = _with_picture().where(
        events.c.received_s >= since_s, events.c.happened_s >= since_s,
        events.c.happened_s <= until_s,
    )  # fmt: skip
    newest = query.order_by(events.c.happened_s.desc(), events.c.id.desc()).limit(limit)
    rows = connection.execute(newest).all()
    width = len(events.columns)
    return [StoredRow(tuple(row)[:width], _happening(row)) for row in reversed(rows)]


def begun_since(connection: Connection, since_s: float) -> int:
    """How many alerts are about what happened since, those that were disproved left out."""
    query = select(func.count()).where(
        alerts.c.first_s >= since_s, alerts.c.state.not_in(("joined", "withdrawn"))
    )
    return int(connection.execute(query).scalar_one())


def unlinked(connection: Connection, happening: Happening) -> list[Happening]:
    """Events of the same life that no alert has, but for the event itself."""
    asked = {f"_{name}": getattr(happening, name) for name in ("id", *_LIFE)}
    return [_happening(row) for row in connection.execute(_unlinked(), asked)]


_LIFE = ("episode", "site", "camera", "place", "rule")


@cache
def _unlinked() -> Select[Any]:
    query = _with_picture().outerjoin(alert_events, alert_events.c.event_id == events.c.id)
    query = query.where(*(events.c[name] == bindparam(f"_{name}") for name in _LIFE))
    return query.where(alert_events.c.alert_id.is_(None), events.c.id != bindparam("_id"))


def state_of_lives(
    connection: Connection, alert_ids: Sequence[str], lives: Collection[str]
) -> tuple[int, datetime | None]:
    """How many lives of some alerts, and some more, go on; if none does, when the last ended."""
    mine = {"alerts": list(alert_ids), "lives": list(lives)}
    ongoing, ended_s = connection.execute(_STATE_OF_LIVES, mine).one()
    return ongoing, None if ongoing or ended_s is None else _utc(ended_s)


def events_page(
    connection: Connection, *, limit: int, before: str | None = None, seen: Seen = None
) -> list[StoredEvent]:
    """Events by arrival, newest first; those that came before one, by its id."""
    query = _at(_with_picture(), seen).order_by(events.c.received_s.desc(), events.c.id.desc())
    if before is not None:
        came_s = select(events.c.received_s).where(events.c.id == before).scalar_subquery()
        alike = and_(events.c.received_s == came_s, events.c.id < before)
        query = query.where(or_(events.c.received_s < came_s, alike))
    return [_event(row) for row in connection.execute(query.limit(limit))]


def events_of(
    connection: Connection, alert_id: str, *, limit: int, seen: Seen = None
) -> list[StoredEvent]:
    """Events of an alert at some places, or at all, newest first."""
    query = _at(_with_picture(), seen).where(events.c.id.in_(_shown_by(alert_id)))
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


def _with_picture() -> Select[Any]:
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


def _happening(row: Row[Any]) -> Happening:
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
