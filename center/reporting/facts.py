"""A time and places in, what is stored of their alerts out, as reports need it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from center.lifecycle import Cause, Outcome, State
from center.reporting.periods import Period
from center.tables import alert_events, alerts, events

_STANDS = alerts.c.state.not_in(("joined", "withdrawn"))


class AlertFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What of an alert's JSON is reported."""

    id: str
    place: str
    place_name: str
    rule: str
    title: str | None = None
    grade: int
    state: State
    opened_at: datetime
    first_at: datetime
    within_s: float
    cameras: tuple[str, ...]
    level: int = 0
    seat: str | None = None
    acknowledged_at: datetime | None = None
    dispatched_at: datetime | None = None
    arrived_at: datetime | None = None
    shelved_until: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    cause: Cause | None = None

    @property
    def acknowledged_s(self) -> float | None:
        """How long it waited to be taken on."""
        return _after(self.opened_at, self.acknowledged_at)

    @property
    def arrived_s(self) -> float | None:
        """How long it took until somebody was there."""
        return _after(self.opened_at, self.arrived_at)


_decoder = msgspec.json.Decoder(AlertFacts)


def begun_in(
    connection: Connection, period: Period, places: frozenset[str] | None
) -> list[AlertFacts]:
    """Alerts that stand whose first event the cameras saw in a period: those that are counted."""
    return _facts(connection, places, within(period, alerts.c.first_s))


def opened_in(
    connection: Connection, period: Period, places: frozenset[str] | None
) -> list[AlertFacts]:
    """Alerts that stand which the centre opened in a period: what operators had before them."""
    return _facts(connection, places, within(period, alerts.c.opened_s))


def open_at(
    connection: Connection, at: datetime, places: frozenset[str] | None
) -> list[AlertFacts]:
    """Alerts that were opened before a moment and not closed then, the most urgent first."""
    of = alerts.c
    not_over = or_(of.closed_s.is_(None), of.closed_s >= at.timestamp())
    found = _facts(connection, places, of.opened_s < at.timestamp(), not_over)
    return sorted(found, key=lambda one: (one.grade, one.opened_at, one.id))


def closed_in(
    connection: Connection, period: Period, places: frozenset[str] | None
) -> list[AlertFacts]:
    """Alerts that were closed in a period."""
    return _facts(connection, places, within(period, alerts.c.closed_s))


def beginnings(
    connection: Connection, period: Period, places: frozenset[str] | None
) -> Iterator[tuple[tuple[str, str, str], float]]:
    """Place, rule and camera, and Unix time, of each beginning that is part of an alert."""
    of = events.c
    query = select(of.place, of.rule, of.camera, of.happened_s)
    query = query.join(alert_events, alert_events.c.event_id == of.id).where(
        within(period, of.happened_s),
        or_(of.episode.is_(None), of.measured.like('%"phase":"begin"%')),
        or_(of.measured.is_(None), of.measured.not_like('%"again":true%')),
    )  # fmt: skip
    for row in connection.execute(_at(query, of.place, places).order_by(of.happened_s)):
        yield (row.place, row.rule, row.camera), row.happened_s


def within(period: Period, moment: ColumnElement[float]) -> ColumnElement[bool]:
    """Whether a column's Unix time lies in a period."""
    return and_(moment >= period.since.timestamp(), moment < period.until.timestamp())


def _facts(
    connection: Connection, places: frozenset[str] | None, *where: ColumnElement[bool]
) -> list[AlertFacts]:
    query = select(alerts.c.body).where(_STANDS, *where)
    rows = connection.execute(_at(query, alerts.c.place, places).order_by(alerts.c.id))
    return [_decoder.decode(body) for body in rows.scalars()]


def _at(query: Select[Any], column: Any, places: frozenset[str] | None) -> Select[Any]:
    return query if places is None else query.where(column.in_(places))


def _after(begin: datetime, end: datetime | None) -> float | None:
    return None if end is None else max(0.0, (end - begin).total_seconds())
