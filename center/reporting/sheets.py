"""A report in, one of its tables as CSV out, as RFC 4180 has it: CRLF, quoted where it must be.

A text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args

from center.reporting.report import HOURS, Report
from center.reporting.times import Waits

Sheet = Literal["alerts", "response", "availability", "counts", "heatmap"]
SHEETS: tuple[Sheet, ...] = get_args(Sheet)
BOM = "\ufeff"
"""By which Excel knows that a file is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Line = Iterable[Any]


def sheet(report: Report, which: Sheet, *, bom: bool = False) -> str:
    """One table with its line of names."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_plain(cell) for cell in line] for line in _SHEETS[which](report))
    return (BOM if bom else "") + text.getvalue()


def _alerts(report: Report) -> Iterable[Line]:
    yield ("place", "name", "grade_1", "grade_2", "grade_3", "grade_4", "total")
    for row in report.alerts:
        yield (row.place, row.name, *row.grades, row.total)


def _response(report: Report) -> Iterable[Line]:
    yield ("grade", "step", "alerts", "done", "in_time", "share", "median_s", "p90_s", "target_s")
    for one in report.response:
        yield (one.grade, "acknowledge", *_waits(one.acknowledge), "")
        yield (one.grade, "arrive", *_waits(one.arrive), one.arrive_within_s)


def _waits(waits: Waits) -> Line:
    return (
        waits.alerts, waits.done, waits.in_time, waits.share, waits.median_s, waits.p90_s
    )  # fmt: skip


def _availability(report: Report) -> Iterable[Line]:
    yield ("box", "camera", "place", "name", "watched_s", "live_s", "share")
    for one in report.cameras:
        yield (one.box, one.camera, one.place, one.name, one.watched_s, one.live_s, one.share)


def _counts(report: Report) -> Iterable[Line]:
    yield ("place", "name", "unit", "rule", "class", "line", "direction", "number")
    for one in report.counts:
        way = (one.line, one.direction, one.number)
        yield (one.place, one.name, one.unit, one.rule, one.label, *way)


def _heatmap(report: Report) -> Iterable[Line]:
    yield ("what", "place", "name", *(f"{hour:02}" for hour in range(HOURS)))
    for heat in report.heat:
        for row in heat.rows:
            yield (heat.what, row.place, row.name, *row.hours)


def _plain(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


_SHEETS: dict[Sheet, Callable[[Report], Iterable[Line]]] = {
    "alerts": _alerts,
    "response": _response,
    "availability": _availability,
    "counts": _counts,
    "heatmap": _heatmap,
}
