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
from center.reporting.handover import Handover
from center.reporting.making import Making
from center.reporting.page import page, policy
from center.reporting.periods import Length, Period
from center.reporting.quality import AlarmQuality
from center.reporting.report import HeatMap, Report
from center.reporting.sheets import Sheet, sheet
from center.words import Lang

LONGEST = timedelta(days=92)
DAYS = 7


def _sane(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"a year from {YEARS.start} to {YEARS.stop - 1} is meant")
    return day


Day = Annotated[date, AfterValidator(_sane)]
Where = Annotated[Name | None, Query()]


def routes(api: FastAPI, making: Making) -> None:
    """Add them to an application."""
    _of_alarms(api, making)
    _of_periods(api, making)


def _of_alarms(api: FastAPI, making: Making) -> None:
    @api.get("/api/reports/alarms", responses=answers(AlarmQuality, 404))
    @needs("reports.read")
    def get_alarms(
        who: Asker,
        since: Moment | None = None,
        until: Moment | None = None,
        place: Where = None,
    ) -> Response:
        """Rates, floods, the split by grades, sources, what chatters or is stale; of 7 days."""
        return json(
            making.alarms(_period(since, until, making.now), _known(making, place, who), who.seen)
        )

    @api.get("/api/reports/shift/{day}-{number}", responses=answers(Handover, 404))
    @needs("reports.read")
    def get_shift(
        day: Day, number: Annotated[int, Path(ge=1, le=12)], who: Asker, place: Where = None
    ) -> Response:
        """What a shift, counted from 1, hands over to the next."""
        try:
            return json(making.shift(day, number, _known(making, place, who), who.seen))
        except ValueError as error:
            raise HTTPException(404, str(error)) from error

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
        text = page(making.report(length, day, _known(making, place, who), who.seen), lang=lang)
        kept = {"Cache-Control": "no-store", "Content-Security-Policy": policy(framed=False)}
        return Response(text, media_type="text/html", headers=kept)

    @api.get("/api/reports/{length}/{day}.csv", responses=answers(Csv, 404))
    @needs("reports.read")
    def get_sheet(
        length: Length,
        day: Day,
        who: Asker,
        place: Where = None,
        table: Sheet = "alerts",
        bom: bool = False,  # noqa: FBT001, FBT002 -- a query
    ) -> Response:
        """One table of the report; `bom` for Excel."""
        made = making.report(length, day, _known(making, place, who), who.seen)
        name = f"tocsin-{length}-{day}-{table}.csv"
        kept = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        text = sheet(made, table, bom=bom)
        return Response(text, media_type="text/csv", headers=kept)

    @api.get("/api/reports/{length}/{day}", responses=answers(Report, 404))
    @needs("reports.read")
    def get_report(length: Length, day: Day, who: Asker, place: Where = None) -> Response:
        """Alerts, times against targets, cameras, counts and heat maps of a place and below it."""
        return json(making.report(length, day, _known(making, place, who), who.seen))


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
