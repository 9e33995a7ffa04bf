"""A store, a watch list and what is asked for in, reports out: the only part here that reads."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from center import rollups, sight
from center.config import Reports
from center.lifecycle import State
from center.reporting import facts, report
from center.reporting.handover import Handover, Said, Shift, Shifts, handover
from center.reporting.page import About
from center.reporting.periods import Length, Period, period_of, shift_of, this_shift
from center.reporting.quality import AlarmQuality, Watched, quality
from center.reporting.report import Counted, Head, HeatMap, Report
from center.reporting.rows import Rows
from center.reporting.times import grade_times
from center.rollups import Span
from center.sight import Seen
from center.store import Store
from center.tables import alert_log, alerts
from center.watchlist import WatchList
from pipelines.clock import Clock


class Making:
    """Safe to call from any thread; each report is read within one transaction.

    `seen` are the places that someone may see; what lies elsewhere is not counted for them.
    """

    def __init__(
        self, centre: str, settings: Reports, store: Store, clock: Clock,
        watch_list: Callable[[], WatchList],
    ) -> None:  # fmt: skip
        self.centre, self.settings, self.store = centre, settings, store
        self.clock, self.watch_list = clock, watch_list
        self.zone = ZoneInfo(settings.zone)

    def now(self) -> datetime:
        """The clock's time."""
        return datetime.fromtimestamp(self.clock.now_s(), UTC)

    def report(self, length: Length, day: date, place: str | None, seen: Seen = None) -> Report:
        """A day, a week or a month of a place, or of everything."""
        period, rows = period_of(length, day, self.zone), self._rows(place, seen)
        head = Head(
            length=length, period=period, place=place, zone=self.zone, centre=self.centre,
            made_at=self.now(),
        )  # fmt: skip
        with self.store.read() as connection:
            counted = _counted(connection, period, rows)
        return report.report(head, rows, counted, self.settings.arrive_within_s)

    def heat(
        self,
        period: Period,
        place: str | None,
        what: str,
        rules: tuple[str, ...],
        seen: Seen = None,
    ) -> HeatMap:
        """Hour by place, of alerts or of events that began."""
        rows = self._rows(place, seen)
        span = Span(since=period.since, until=period.until, places=rows.places)
        with self.store.read() as connection:
            if what == "alerts":
                counted = rollups.alerts_by_hour(connection, span)
                cells = [
                    (one.hour, one.place, one.alerts)
                    for one in counted
                    if not rules or one.rule in rules
                ]
            else:
                cells = list(report.heat_of(rollups.heat_map(connection, span, rules=rules)))
        shown = rows.all(place for _, place, _ in cells)
        return report.heat(what, cells, rows, shown, self.zone)

    def alarms(self, period: Period, place: str | None, seen: Seen = None) -> AlarmQuality:
        """How well the alarms of a period serve."""
        rows, now = self._rows(place, seen), self.now()
        with self.store.read() as connection:
            opened = facts.opened_in(connection, period, rows.places)
            watched = Watched(
                opened=opened,
                still_open=facts.open_at(connection, min(period.until, now), rows.places),
                beginnings=list(facts.beginnings(connection, period, rows.places)),
            )
        return quality(
            period, watched, place=place, seats=self.settings.seats, now=now,
            times=grade_times(opened, self.settings.arrive_within_s, now),
        )  # fmt: skip

    def shift(self, day: date, number: int, place: str | None, seen: Seen = None) -> Handover:
        """What a shift hands over. Raises ValueError when a day has no such shift."""
        period = shift_of(day, number, self.settings.shifts, self.zone)
        rows, now = self._rows(place, seen), self.now()
        with self.store.read() as connection:
            opened = facts.opened_in(connection, period, rows.places)
            left = facts.open_at(connection, min(period.until, now), rows.places)
            shift = Shift(
                day=day, number=number, period=period, opened=opened, left=left,
                closed=facts.closed_in(connection, period, rows.places),
                states=_states(connection, (one.id for one in left), period.until),
                escalated=len(set(_logged(connection, period, rows.places, "escalated"))),
                notes=_notes(connection, period, rows.places),
                cameras=report.cameras_of(_cameras(connection, period, rows), rows),
            )  # fmt: skip
        return handover(
            shift, place=place, zone=self.zone.key, now=now,
            times=grade_times(opened, self.settings.arrive_within_s, now),
        )  # fmt: skip

    def shifts(self) -> Shifts:
        """When shifts begin, and which goes on."""
        begins = self.settings.shifts
        day, number = this_shift(begins, self.zone, self.now())
        return Shifts(zone=self.zone.key, begins=begins, day=day, number=number)

    def about(self, place: str | None, seen: Seen = None) -> About:
        """What the pages of alarms and shifts say of themselves."""
        name = self._rows(place, seen).name(place) if place else self.centre
        return About(name, self.zone, self.now())

    def _rows(self, place: str | None, seen: Seen) -> Rows:
        return Rows(sight.listed(self.watch_list(), seen).tree, place, seen)


def _counted(connection: Connection, period: Period, rows: Rows) -> Counted:
    span = Span(since=period.since, until=period.until, places=rows.places)
    return Counted(
        alerts=rollups.alerts_by_hour(connection, span),
        events=rollups.events_by_hour(connection, span),
        crossings=rollups.crossings_by_hour(connection, span),
        cameras=rollups.availability(connection, span),
        facts=facts.begun_in(connection, period, rows.places),
    )


def _cameras(connection: Connection, period: Period, rows: Rows) -> list[rollups.Availability]:
    span = Span(since=period.since, until=period.until, places=rows.places)
    return rollups.availability(connection, span)


def _states(connection: Connection, ids: Iterable[str], until: datetime) -> dict[str, State]:
    """The states that alerts had before a moment, as their logs say; the others were new."""
    of = alert_log.c
    query = select(of.alert_id, of.to_state).where(
        of.alert_id.in_(list(ids)), of.at_s < until.timestamp()
    )
    rows = connection.execute(query.order_by(of.id))
    return {row.alert_id: row.to_state for row in rows}


def _logged(
    connection: Connection, period: Period, places: frozenset[str] | None, what: str
) -> list[str]:
    """Ids of alerts to which something was done in a period."""
    of = alert_log.c
    query = (
        select(of.alert_id)
        .join(alerts, alerts.c.id == of.alert_id)
        .where(of.what == what, facts.within(period, of.at_s))
    )
    query = query if places is None else query.where(alerts.c.place.in_(places))
    return list(connection.execute(query).scalars())


def _notes(
    connection: Connection, period: Period, places: frozenset[str] | None
) -> tuple[Said, ...]:
    """Notes of a period, the oldest first."""
    of = alert_log.c
    query = select(of.alert_id, of.at_s, of.by, of.reason)
    query = query.join(alerts, alerts.c.id == of.alert_id).where(
        of.what == "noted", facts.within(period, of.at_s)
    )
    query = query if places is None else query.where(alerts.c.place.in_(places))
    return tuple(
        Said(
            alert=row.alert_id, at=datetime.fromtimestamp(row.at_s, UTC), by=row.by,
            text=row.reason or "",
        )
        for row in connection.execute(query.order_by(of.id))
    )  # fmt: skip
