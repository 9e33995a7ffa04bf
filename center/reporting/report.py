"""What is counted and what was done in, one report out: a day, a week or a month of places. Pure.

All tables are of the same alerts: those that stand whose first event was seen in the period.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from center.reporting.facts import AlertFacts
from center.reporting.periods import Length, Period
from center.reporting.rows import PlaceRow, Rows
from center.reporting.times import GRADES, GradeTimes, grade_times
from center.rollups import Availability, Heat, HourOfAlerts, HourOfCrossings, HourOfEvents

HOURS = 24


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of a period."""

    alerts: Sequence[HourOfAlerts]
    events: Sequence[HourOfEvents]
    crossings: Sequence[HourOfCrossings]
    cameras: Sequence[Availability]
    facts: Sequence[AlertFacts]


class PlaceAlerts(PlaceRow, frozen=True, kw_only=True):
    """Alerts at a place and below it; `grades` from 1 to 4."""

    grades: tuple[int, int, int, int]
    total: int


class DayAlerts(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts of a day of the local calendar; `grades` from 1 to 4."""

    day: date
    grades: tuple[int, int, int, int]


class CameraTime(msgspec.Struct, frozen=True, kw_only=True):
    """For how long the centre listened for a camera, and the camera was live.

    share  live of listened; nothing while the centre did not listen
    """

    box: str
    camera: str
    place: str
    name: str
    watched_s: float
    live_s: float
    share: float | None


class Count(PlaceRow, frozen=True, kw_only=True):
    """How often something began at a place and below it; of a line, how many went over it.

    unit  `begun`, or `crossed` with a line and a direction
    """

    unit: str
    rule: str
    label: str = msgspec.field(name="class")
    line: str = ""
    direction: str = ""
    number: int


class HeatRow(PlaceRow, frozen=True, kw_only=True):
    """Of a place and all below it, how many in each hour of the local clock, 0 to 23."""

    hours: tuple[int, ...]


class HeatMap(msgspec.Struct, frozen=True, kw_only=True):
    """Hour by place; `most` is the greatest number in a cell."""

    what: str
    rows: tuple[HeatRow, ...]
    most: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A day, a week or a month of a place with all below it, or of everything.

    until     not in it; what happened later than `made_at` is not counted yet
    response  of each grade, times against targets
    cameras   the least available first
    heat      of alerts, and of events that began
    """

    length: Length
    since: datetime
    until: datetime
    made_at: datetime
    zone: str
    place: str | None
    place_name: str
    alerts: tuple[PlaceAlerts, ...]
    days: tuple[DayAlerts, ...]
    response: tuple[GradeTimes, ...]
    cameras: tuple[CameraTime, ...]
    counts: tuple[Count, ...]
    heat: tuple[HeatMap, HeatMap]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is about."""

    length: Length
    period: Period
    place: str | None
    zone: ZoneInfo
    centre: str
    made_at: datetime


def report(head: Head, rows: Rows, counted: Counted, arrive_within_s: Sequence[float]) -> Report:
    """The whole of it."""
    seen = {one.place for one in counted.alerts} | {one.place for one in counted.events}
    shown = rows.all(seen)
    return Report(
        length=head.length, since=head.period.since, until=head.period.until,
        made_at=head.made_at, zone=head.zone.key, place=head.place,
        place_name=rows.name(head.place) if head.place else head.centre,
        alerts=_alerts(counted.alerts, rows, shown),
        days=_days(counted.alerts, head),
        response=grade_times(counted.facts, arrive_within_s, head.made_at),
        cameras=cameras_of(counted.cameras, rows),
        counts=_counts(counted, rows),
        heat=(
            heat("alerts", ((one.hour, one.place, one.alerts) for one in counted.alerts), rows,
                 shown, head.zone),
            heat("events", ((one.hour, one.place, one.begun) for one in counted.events), rows,
                 shown, head.zone),
        ),
    )  # fmt: skip


def heat(
    what: str, cells: Iterable[tuple[datetime, str, int]], rows: Rows, shown: Sequence[PlaceRow],
    zone: ZoneInfo,
) -> HeatMap:  # fmt: skip
    """Sum by row and by the hour of the local clock; an hour that comes twice is one."""
    sums = Counter[tuple[str, int]]()
    for hour, place, number in cells:
        sums[rows.of(place), hour.astimezone(zone).hour] += number
    made = tuple(
        HeatRow(
            place=row.place, name=row.name,
            hours=tuple(sums[row.place, hour] for hour in range(HOURS)),
        )
        for row in shown
    )  # fmt: skip
    return HeatMap(what=what, rows=made, most=max(sums.values(), default=0))


def heat_of(found: Iterable[Heat]) -> Iterable[tuple[datetime, str, int]]:
    """Cells of a heat map of the store."""
    return ((one.hour, one.place, one.begun) for one in found)


def _alerts(
    alerts: Sequence[HourOfAlerts], rows: Rows, shown: Sequence[PlaceRow]
) -> tuple[PlaceAlerts, ...]:
    sums = Counter[tuple[str, int]]()
    for one in alerts:
        sums[rows.of(one.place), one.grade] += one.alerts
    return tuple(
        PlaceAlerts(
            place=row.place, name=row.name, grades=_grades(sums, row.place),
            total=sum(_grades(sums, row.place)),
        )
        for row in shown
    )  # fmt: skip


def _days(alerts: Sequence[HourOfAlerts], head: Head) -> tuple[DayAlerts, ...]:
    sums = Counter[tuple[date, int]]()
    for one in alerts:
        sums[one.hour.astimezone(head.zone).date(), one.grade] += one.alerts
    return tuple(DayAlerts(day=day, grades=_grades(sums, day)) for day in head.period.days)


def _grades(sums: Counter[Any], key: object) -> tuple[int, int, int, int]:
    one, two, three, four = (sums[key, grade] for grade in GRADES)
    return one, two, three, four


def cameras_of(cameras: Iterable[Availability], rows: Rows) -> tuple[CameraTime, ...]:
    """The cameras of some hours, the least available first."""
    made = (
        CameraTime(
            box=one.box, camera=one.camera, place=one.place, name=rows.name(one.place),
            watched_s=round(one.watched_s, 1), live_s=round(one.live_s, 1),
            share=round(one.live_s / one.watched_s, 4) if one.watched_s else None,
        )
        for one in cameras
    )  # fmt: skip
    return tuple(sorted(made, key=lambda one: (one.share or 0.0, one.box, one.camera)))


def _counts(counted: Counted, rows: Rows) -> tuple[Count, ...]:
    sums = Counter[tuple[str, ...]]()
    for begun in counted.events:
        sums[rows.of(begun.place), "begun", begun.rule, begun.label, "", ""] += begun.begun
    for over in counted.crossings:
        way = (over.label, f"{over.camera}/{over.line}", over.direction)
        sums[rows.of(over.place), "crossed", "line-crossing", *way] += over.crossings
    return tuple(
        Count(
            place=place, name=rows.name(place), unit=unit, rule=rule, label=label, line=line,
            direction=way, number=number,
        )
        for (place, unit, rule, label, line, way), number in sorted(sums.items())
        if number
    )  # fmt: skip
