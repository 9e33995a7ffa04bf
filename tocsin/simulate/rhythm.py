"""An hour of the day in, how busy it is out: two peaks, a lower noon, a quiet night."""

from collections.abc import Callable
from functools import cache
from math import exp

HOURS = 24.0
_QUIET = 0.12
_PEAKS = ((8.25, 1.3, 1.2), (13.0, 3.2, 0.6), (18.5, 2.1, 1.5))
"""When, for how long (as a bell curve's width, hours) and by how much it rises over the night."""

Rate = Callable[[float], float]
"""How busy it is after so many seconds, 1 in the mean of a day."""


def busy(hour: float) -> float:
    """How busy an hour is, 1 in the mean of a day; `hour` may be any number."""
    return _raw(hour) / _mean()


@cache
def busiest() -> float:
    """What `busy` never exceeds."""
    return max(busy(minute / 60) for minute in range(24 * 60)) * 1.01


def steady(_: float) -> float:
    """The mean hour, for ever."""
    return 1.0


def day_in(seconds: float) -> Rate:
    """A day that begins at midnight and passes within so many seconds, again and again."""
    return lambda passed_s: busy(passed_s / seconds * HOURS)


@cache
def _mean() -> float:
    return sum(_raw(minute / 60) for minute in range(24 * 60)) / (24 * 60)


def _raw(hour: float) -> float:
    return _QUIET + sum(high * _bell(hour, at, wide) for at, wide, high in _PEAKS)


def _bell(hour: float, at: float, wide: float) -> float:
    away = abs((hour - at + HOURS / 2) % HOURS - HOURS / 2)
    return exp(-0.5 * (away / wide) ** 2)
