"""Routes of reports: days, weeks and months, the quality of alarms, shifts and heat maps."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Path, Query, Response
from pydantic import AfterValidator

from center import sight
from center.actor import Asker, Caller
from center.alertquery import Name
from center.bodies import json
from center.feedback import period as asked_for
from center.moments import YEARS, Moment
from center.needs import needs
from center.openapi import Csv, Html, answers
from center.reporting.handover import Handover, Shifts
from center.reporting.making import Making
from center.reporting.page import page, page_of_alarms, page_of_shift, policy
from center.reporting.periods import Length, Period
from center.reporting.quality import AlarmQuality
from center.reporting.report import HeatMap, Report
from center.reporting.sheets import (
    AlarmSheet,
    Sheet,
    ShiftSheet,
    sheet,
    sheet_of_alarms,
    sheet_of_shift,
)
from center.words import Lang

LONGEST = timedelta(days=92)
DAYS = 7


def _sane(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"a year from {YEARS.start} to {YEARS.stop - 1} is meant")
    return day


Day = Annotated[date, AfterValidator(_sane)]
Where = Annotated[Name | None, Query()]
Number = Annotated[int, Path(ge=1, le=12)]
Bom = Annotated[bool, Query(description="Begin as Excel wants it.")]


def routes(api: FastAPI, making: Making) -> None:
    """Add them to an application."""
    _of_alarms(api, making)
    _of_shifts(api, making)
    _of_hours(api, making)
    _of_periods(api, making)


def _of_alarms(api: FastAPI, making: Making) -> None:
    def found_alarms(
        who: Caller, since: datetime | None, until: datetime | None, place: str | None
    ) -> AlarmQuality:
        period = _period(since, until, making.now)
        return making.alarms(period, _known(making, place, who), who.seen)

    @api.get("/api/reports/alarms", responses=answers(AlarmQuality, 404))
    @needs("reports.read")
    def get_alarms(
        who: Asker,
        since: Moment | None = None,
        until: Moment | None = None,
        place: Where = None,
    ) -> Response:
        """Rates, floods, the split by grades, sources, what chatters or is stale; of 7 days."""
        return json(found_alarms(who, since, until, place))

    @api.get("/api/reports/alarms.html", responses=answers(Html, 404))
    @needs("reports.read")
    def get_alarms_page(
        who: Asker, since: Moment | None = None, until: Moment | None = None, place: Where = None,
        lang: Lang = "en",
    ) -> Response:  # fmt: skip
        """The same as one file that needs nothing else."""
        found, about = found_alarms(who, since, until, place), making.about(place, who.seen)
        return _page(page_of_alarms(found, about, lang=lang))

    @api.get("/api/reports/alarms.csv", responses=answers(Csv, 404))
    @needs("reports.read")
    def get_alarms_sheet(
        who: Asker, since: Moment | None = None, until: Moment | None = None, place: Where = None,
        table: AlarmSheet = "rules", *, bom: Bom = False,
    ) -> Response:  # fmt: skip
        """One table of it."""
        text = sheet_of_alarms(found_alarms(who, since, until, place), table, bom=bom)
        return _table(text, f"tocsin-alarms-{table}.csv")


def _of_shifts(api: FastAPI, making: Making) -> None:
    def found_shift(day: date, number: int, who: Caller, place: str | None) -> Handover:
        try:
            return making.shift(day, number, _known(making, place, who), who.seen)
        except ValueError as error:
            raise HTTPException(404, str(error)) from error

    @api.get("/api/reports/shifts", responses=answers(Shifts))
    @needs("reports.read")
    def get_shifts() -> Response:
        """When the shifts of a day begin, and which goes on."""
        return json(making.shifts())

    @api.get("/api/reports/shift/{day}-{number}.html", responses=answers(Html, 404))
    @needs("reports.read")
    def get_shift_page(
        day: Day, number: Number, who: Asker, place: Where = None, lang: Lang = "en"
    ) -> Response:
        """What a shift hands over, as one file that needs nothing else."""
        found, about = found_shift(day, number, who, place), making.about(place, who.seen)
        return _page(page_of_shift(found, about, lang=lang))

    @api.get("/api/reports/shift/{day}-{number}.csv", responses=answers(Csv, 404))
    @needs("reports.read")
    def get_shift_sheet(
        day: Day, number: Number, who: Asker, place: Where = None, table: ShiftSheet = "left", *,
        bom: Bom = False,
    ) -> Response:  # fmt: skip
        """One table of it."""
        text = sheet_of_shift(found_shift(day, number, who, place), table, bom=bom)
        return _table(text, f"tocsin-shift-{day}-{number}-{table}.csv")

    @api.get("/api/reports/shift/{day}-{number}", responses=answers(Handover, 404))
    @needs("reports.read")
    def get_shift(day: Day, number: Number, who: Asker, place: Where = None) -> Response:
        """What a shift, counted from 1, hands over to the next."""
        return json(found_shift(day, number, who, place))


def _of_hours(api: FastAPI, making: Making) -> None:
    @api.get("/api/heatmap", responses=answers(HeatMap, 404))
    @needs("reports.read")
    def get_heat_map(
        who: Asker,
        since: Moment | None = None,
        until: Moment | None = None,
        place: Where = None,
        what: Literal["alerts", "events"] = "events",
        rule: Annotated[tuple[Name, ...], Query(max_length=40)] = (),
    ) -> Response:
        """Hour of the local day by place, of 7 days; of some rules, or of all."""
        period = _period(since, until, making.now)
        return json(making.heat(period, _known(making, place, who), what, rule, who.seen))


def _of_periods(api: FastAPI, making: Making) -> None:
    @api.get("/api/reports/{length}/{day}.html", responses=answers(Html, 404))
    @needs("reports.read")
    def get_page(
        length: Length, day: Day, who: Asker, place: Where = None, lang: Lang = "en"
    ) -> Response:
        """The report as one file that needs nothing else: to read, to print, to send."""
        return _page(
            page(making.report(length, day, _known(making, place, who), who.seen), lang=lang)
        )

    @api.get("/api/reports/{length}/{day}.csv", responses=answers(Csv, 404))
    @needs("reports.read")
    def get_sheet(
        length: Length,
        day: Day,
        who: Asker,
        place: Where = None,
        table: Sheet = "alerts",
        *,
        bom: Bom = False,
    ) -> Response:
        """One table of the report; `bom` for Excel."""
        made = making.report(length, day, _known(making, place, who), who.seen)
        return _table(sheet(made, table, bom=bom), f"tocsin-{length}-{day}-{table}.csv")

    @api.get("/api/reports/{length}/{day}", responses=answers(Report, 404))
    @needs("reports.read")
    def get_report(length: Length, day: Day, who: Asker, place: Where = None) -> Response:
        """Alerts, times against targets, cameras, counts and heat maps of a place and below it."""
        return json(making.report(length, day, _known(making, place, who), who.seen))


def _page(text: str) -> Response:
    kept = {"Cache-Control": "no-store", "Content-Security-Policy": policy(framed=False)}
    return Response(text, media_type="text/html", headers=kept)


def _table(text: str, name: str) -> Response:
    kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv", headers=kept)


def _period(since: datetime | None, until: datetime | None, now: Callable[[], datetime]) -> Period:
    start, end = asked_for(since or (until or now()) - timedelta(days=DAYS), until, now)
    if not timedelta() <= end - start <= LONGEST:
        raise HTTPException(422, f"ask for at most {LONGEST.days} days, the beginning first")
    return Period(since=start.astimezone(UTC), until=end.astimezone(UTC), days=())


def _known(making: Making, place: str | None, who: Caller) -> str | None:
    """The place that was asked for. Answers 404 where there is none."""
    known = sight.listed(making.watch_list(), who.seen).tree.places
    if place is not None and place not in known:
        raise HTTPException(404, "no place has this id")
    return place
