"""Alerts of each day in, the bars of a chart out: where each stands and how high. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from center.reporting.report import DayAlerts

WIDTH, HEIGHT, FOOT = 720, 132, 18
_TOP = 14


class Bar(NamedTuple):
    """One grade of one day, in units of the drawing; `grade` colours it."""

    x: float
    y: float
    width: float
    height: float
    grade: int


class Column(NamedTuple):
    """One day: its bars, and where its date and its total stand."""

    day: DayAlerts
    middle: float
    top: float
    total: int
    bars: tuple[Bar, ...]


def columns(days: Sequence[DayAlerts]) -> Iterator[Column]:
    """A column for each day, the gravest grade at the bottom."""
    most = max((sum(day.grades) for day in days), default=0) or 1
    step = WIDTH / max(1, len(days))
    for number, day in enumerate(days):
        x, width, y = number * step + step * 0.15, step * 0.7, float(HEIGHT - FOOT)
        bars = []
        for grade, alerts in enumerate(day.grades, 1):
            height = (HEIGHT - FOOT - _TOP) * alerts / most
            y -= height
            if alerts:
                bars.append(Bar(round(x, 2), round(y, 2), round(width, 2), round(height, 2), grade))
        yield Column(day, round(x + width / 2, 2), round(y - 3, 2), sum(day.grades), tuple(bars))
