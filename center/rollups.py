"""A span of hours and places in, what was counted in them out: for reports and heat maps."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, func, select

from center.hours import HOUR_S, hour_of
from center.tables import hourly_alerts, hourly_cameras, hourly_crossings, hourly_events


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Hours that begin at `since` or later and before `until`, at some places or at all."""

    since: datetime
    until: datetime
    places: frozenset[str] | None = None


class HourOfEvents(msgspec.Struct, frozen=True, kw_only=True):
    """What happened at a place in the hour that begins at `hour`.

    events  all that was told
    begun   lives that began, and what stood alone
    """

    hour: datetime
    place: str
    rule: str
    label: str = msgspec.field(name="class")
    events: int
    begun: int


class HourOfCrossings(msgspec.Struct, frozen=True, kw_only=True):
    """How many went over a line one way in an hour."""

    hour: datetime
    place: str
    site: str
    camera: str
    line: str
    label: str = msgspec.field(name="class")
    direction: str
    crossings: int


class HourOfAlerts(msgspec.Struct, frozen=True, kw_only=True):
    """How many alerts of a grade and a rule first happened in an hour."""

    hour: datetime
    place: str
    grade: int
    rule: str
    alerts: int


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """For how long the centre listened for a camera, and for how much of it the camera was live."""

    box: str
    camera: str
    place: str
    watched_s: float
    live_s: float


class Heat(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of a heat map: what began at a place in an hour."""

    hour: datetime
    place: str
    begun: int


def events_by_hour(connection: Connection, span: Span) -> list[HourOfEvents]:
    """What happened, by hour, place, rule and class."""
    rows = _rows(connection, hourly_events, span)
    return [HourOfEvents(**row) for row in rows]


def crossings_by_hour(connection: Connection, span: Span) -> list[HourOfCrossings]:
    """Who crossed lines, by hour, place, camera, line, class and direction."""
    rows = _rows(connection, hourly_crossings, span)
    return [HourOfCrossings(**row) for row in rows]


def alerts_by_hour(connection: Connection, span: Span) -> list[HourOfAlerts]:
    """Alerts by hour, place, grade and rule, of those that stand."""
    rows = _rows(connection, hourly_alerts, span)
    return [HourOfAlerts(**row) for row in rows if row["alerts"]]


def heat_map(connection: Connection, span: Span, *, rules: Sequence[str] = ()) -> list[Heat]:
    """What began, by hour and place; of some rules, or of all."""
    of = hourly_events.c
    begun = func.sum(of.begun).label("begun")
    query = select(of.hour, of.place, begun).where(*_within(hourly_events, span))
    if rules:
        query = query.where(of.rule.in_(rules))
    rows = connection.execute(query.group_by(of.hour, of.place).order_by(of.hour, of.place))
    return [Heat(hour=_begins(row.hour), place=row.place, begun=row.begun) for row in rows]


def availability(connection: Connection, span: Span) -> list[Availability]:
    """Each camera's hours as one."""
    of = hourly_cameras.c
    which = (of.box, of.camera, of.place)
    sums = (func.sum(of[name]).label(name) for name in ("watched_s", "live_s"))
    query = select(*which, *sums).where(*_within(hourly_cameras, span))
    rows = connection.execute(query.group_by(*which).order_by(*which))
    return [Availability(**row) for row in rows.mappings()]


def cameras_since(connection: Connection, hour: int) -> list[tuple[str, str, str]]:
    """Box, camera and place of all cameras that were listened for since an hour."""
    of = hourly_cameras.c
    query = select(of.box, of.camera, of.place).where(of.hour >= hour).distinct()
    return [(row.box, row.camera, row.place) for row in connection.execute(query)]


def _rows(connection: Connection, table: Table, span: Span) -> list[dict[str, Any]]:
    query = select(table).where(*_within(table, span)).order_by(*table.primary_key.columns)
    rows = connection.execute(query).mappings()
    return [{**row, "hour": _begins(row["hour"])} for row in rows]


def _within(table: Table, span: Span) -> list[ColumnElement[bool]]:
    """An hour that has begun before `since` is not in it."""
    first, last = (-hour_of(-at.timestamp()) for at in (span.since, span.until))
    within = [table.c.hour >= first, table.c.hour < last]
    return within if span.places is None else [*within, table.c.place.in_(span.places)]


def _begins(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR_S, UTC)
