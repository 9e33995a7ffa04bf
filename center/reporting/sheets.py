"""A report, the quality of alarms or a shift in, one of its tables as CSV out.

As RFC 4180 has it: CRLF, quoted where it must be. A text that a spreadsheet
would take for a formula gets an apostrophe before it.
"""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args

import msgspec

from center.reporting.handover import Handover, Left, Said
from center.reporting.quality import AlarmQuality, Chattering, RuleTruth, Stale, TopSource
from center.reporting.report import HOURS, CameraTime, Report
from center.reporting.times import GradeTimes, Waits

Sheet = Literal["alerts", "response", "availability", "counts", "heatmap"]
AlarmSheet = Literal["rules", "sources", "chattering", "stale", "split", "response"]
ShiftSheet = Literal["left", "notes", "cameras", "response"]
SHEETS: tuple[Sheet, ...] = get_args(Sheet)
ALARM_SHEETS: tuple[AlarmSheet, ...] = get_args(AlarmSheet)
SHIFT_SHEETS: tuple[ShiftSheet, ...] = get_args(ShiftSheet)
BOM = "\ufeff"
"""By which Excel knows that a file is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Line = Iterable[Any]


def sheet(report: Report, which: Sheet, *, bom: bool = False) -> str:
    """One table with its line of names."""
    return _written(_SHEETS[which](report), bom=bom)


def sheet_of_alarms(found: AlarmQuality, which: AlarmSheet, *, bom: bool = False) -> str:
    """The same of how well alarms serve."""
    return _written(_OF_ALARMS[which](found), bom=bom)


def sheet_of_shift(found: Handover, which: ShiftSheet, *, bom: bool = False) -> str:
    """The same of what a shift hands over."""
    return _written(_OF_SHIFT[which](found), bom=bom)


def _written(lines: Iterable[Line], *, bom: bool) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_plain(cell) for cell in line] for line in lines)
    return (BOM if bom else "") + text.getvalue()


def _alerts(report: Report) -> Iterable[Line]:
    yield ("place", "name", "grade_1", "grade_2", "grade_3", "grade_4", "total")
    for row in report.alerts:
        yield (row.place, row.name, *row.grades, row.total)


def _response(response: Iterable[GradeTimes]) -> Iterable[Line]:
    yield ("grade", "step", "alerts", "done", "in_time", "share", "median_s", "p90_s", "target_s")
    for one in response:
        yield (one.grade, "acknowledge", *_waits(one.acknowledge), "")
        yield (one.grade, "arrive", *_waits(one.arrive), one.arrive_within_s)


def _waits(waits: Waits) -> Line:
    return (
        waits.alerts, waits.done, waits.in_time, waits.share, waits.median_s, waits.p90_s
    )  # fmt: skip


def _availability(cameras: Iterable[CameraTime]) -> Iterable[Line]:
    yield ("box", "camera", "place", "name", "watched_s", "live_s", "share")
    for one in cameras:
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


def _rows(kind: type[msgspec.Struct], rows: Iterable[msgspec.Struct]) -> Iterable[Line]:
    """Structs as they are, with their fields for names; times as ISO 8601 has them."""
    yield kind.__struct_fields__
    for one in rows:
        told = msgspec.to_builtins(one)
        yield [told[name] for name in kind.__struct_fields__]


def _split(found: AlarmQuality) -> Iterable[Line]:
    yield ("name", "alerts", "share", "usual")
    for one in found.split:
        yield (one.name, one.alerts, one.share, one.usual)


def _plain(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


_SHEETS: dict[Sheet, Callable[[Report], Iterable[Line]]] = {
    "alerts": _alerts,
    "response": lambda report: _response(report.response),
    "availability": lambda report: _availability(report.cameras),
    "counts": _counts,
    "heatmap": _heatmap,
}
_OF_ALARMS: dict[AlarmSheet, Callable[[AlarmQuality], Iterable[Line]]] = {
    "rules": lambda found: _rows(RuleTruth, found.rules),
    "sources": lambda found: _rows(TopSource, found.sources),
    "chattering": lambda found: _rows(Chattering, found.chattering),
    "stale": lambda found: _rows(Stale, found.stale),
    "split": _split,
    "response": lambda found: _response(found.times),
}
_OF_SHIFT: dict[ShiftSheet, Callable[[Handover], Iterable[Line]]] = {
    "left": lambda found: _rows(Left, found.left),
    "notes": lambda found: _rows(Said, found.notes),
    "cameras": lambda found: _availability(found.cameras),
    "response": lambda found: _response(found.times),
}
