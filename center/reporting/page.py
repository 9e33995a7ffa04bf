"""A report, the quality of alarms or a shift in, one HTML file out: to read, print and send.

No script, nothing from elsewhere.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from center.reporting import bars
from center.reporting.handover import Handover
from center.reporting.pagewords import CLASSES_ZH, WORDS
from center.reporting.quality import ASKED, AlarmQuality
from center.reporting.report import HOURS, Report
from center.reporting.times import GRADES, Waits
from center.words import Lang, grade, rule

TEMPLATES = Path(__file__).parent / "templates"
LEVELS = 9
_UNITS: dict[Lang, tuple[str, str, str]] = {"en": ("h", "min", "s"), "zh": ("小时", "分", "秒")}
SHOWN = 40
"""Cameras of the table; the others are in the CSV."""


def page(report: Report, *, lang: Lang) -> str:
    """The whole file."""
    return filled(
        "report.html", lang, ZoneInfo(report.zone), report=report, hours=range(HOURS),
        columns=tuple(bars.columns(report.days)), chart=bars, said=_said(lang), level=level,
        last=report.until - timedelta(seconds=1), in_time=_in_time(report), live=_live(report),
        total=sum(row.total for row in report.alerts), split=tuple(_split(report)),
        cameras=tuple(one for one in report.cameras if one.share != 1)[:SHOWN],
        fine=sum(one.share == 1 for one in report.cameras),
    )  # fmt: skip


class About(NamedTuple):
    """What a page says of itself: whose it is, in which zone, and when it was made."""

    place_name: str
    zone: ZoneInfo
    made_at: datetime


def page_of_alarms(found: AlarmQuality, about: About, *, lang: Lang) -> str:
    """How well alarms serve, as one file."""
    return filled("alarms.html", lang, about.zone, found=found, about=about)


def page_of_shift(found: Handover, about: About, *, lang: Lang) -> str:
    """What a shift hands over, as one file."""
    return filled("shift.html", lang, about.zone, found=found, about=about)


def filled(template: str, lang: Lang, zone: ZoneInfo, **facts: Any) -> str:
    """A template with its facts, and with what every page needs."""
    return _engine().get_template(template).render(
        w=WORDS[lang], lang=lang, style=_style(), policy=policy(framed=True), grades=GRADES,
        rule=partial(rule, lang=lang), grade=partial(grade, lang=lang), percent=percent,
        local=partial(_local, zone), lasted=partial(lasted, lang=lang), **facts,
    )  # fmt: skip


def policy(*, framed: bool) -> str:
    """What the page may load: its own style, by its hash. A `meta` cannot forbid frames."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    rules = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return rules if framed else f"{rules}; frame-ancestors 'none'"


def level(number: int, most: int) -> int:
    """How dark a cell is: 0 for nothing, else 1 to 9."""
    return -(-LEVELS * number // most) if number > 0 and most else 0


def percent(share: float | None) -> str:
    """`97.5 %`, or a dash."""
    return "–" if share is None else f"{100 * share:.1f} %"


def lasted(seconds: float, *, lang: Lang) -> str:
    """`44 s`, `12 min 6 s`, `22 h 30 min`: two units at most."""
    hours, minutes, left = int(seconds) // 3600, int(seconds) // 60 % 60, int(seconds) % 60
    parts = ((hours, _UNITS[lang][0]), (minutes, _UNITS[lang][1]), (left, _UNITS[lang][2]))
    shown = [f"{number} {unit}" for number, unit in (parts[:2] if hours else parts) if number]
    return " ".join(shown) or f"0 {_UNITS[lang][2]}"


@cache
def _style() -> str:
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")


def _engine() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _local(zone: ZoneInfo, at: datetime, form: str = "%Y-%m-%d %H:%M") -> str:
    return at.astimezone(zone).strftime(form)


def _said(lang: Lang) -> object:
    """What a class is called."""
    return lambda name: CLASSES_ZH.get(name, name) if lang == "zh" else name


def _in_time(report: Report) -> tuple[float | None, float | None]:
    """Shares over all grades: of taking on, and of arriving."""
    taken = [one.acknowledge for one in report.response]
    reached = [one.arrive for one in report.response]
    return _share(taken), _share(reached)


def _share(waits: list[Waits]) -> float | None:
    due = sum(one.alerts for one in waits)
    return sum(one.in_time for one in waits) / due if due else None


def _live(report: Report) -> float | None:
    watched_s = sum(one.watched_s for one in report.cameras)
    return sum(one.live_s for one in report.cameras) / watched_s if watched_s else None


def _split(report: Report) -> list[tuple[str, float | None, float]]:
    """Low, high and emergency, as shares of all alerts, beside what is usual."""
    sums = [sum(row.grades[number - 1] for row in report.alerts) for number in GRADES]
    total = sum(sums)
    return [
        (name, sum(sums[number - 1] for number in grades) / total if total else None, usual)
        for name, grades, usual in ASKED
    ]
