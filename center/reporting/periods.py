"""A day of the district's calendar in, the instants between which it lies out. Pure.

Days begin at local midnights, so one is 23 or 25 hours long where clocks change.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

Length = Literal["day", "week", "month"]
HOUR_S = 3600


class Period(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """From `since` until before `until`; `days` are those of the calendar in it.

    Both are full hours, UTC: what happened is counted by those.
    """

    since: datetime
    until: datetime
    days: tuple[date, ...]


def period_of(length: Length, day: date, zone: ZoneInfo) -> Period:
    """The day, the week from Monday, or the month in which a day lies."""
    first, after = _borders(length, day)
    days = tuple(first + timedelta(days=number) for number in range((after - first).days))
    return Period(since=midnight(first, zone), until=midnight(after, zone), days=days)


def shift_of(day: date, number: int, begins: Sequence[str], zone: ZoneInfo) -> Period:
    """The shift of a day, from 1; the last goes on until the first of the next day.

    Raises ValueError when there is no such shift.
    """
    if not 1 <= number <= len(begins):
        raise ValueError(f"a day has shifts 1 to {len(begins)}")
    times = [*begins, begins[0]]
    since = _at(day, times[number - 1], zone)
    until = _at(day + timedelta(days=number == len(begins)), times[number], zone)
    return Period(since=since, until=until, days=(day,))


def last_shift(begins: Sequence[str], zone: ZoneInfo, now: datetime) -> tuple[date, int]:
    """The day and the number of the shift that ended last."""
    _, day, number = max(each for each in _shifts(begins, zone, now) if each[0].until <= now)
    return day, number


def this_shift(begins: Sequence[str], zone: ZoneInfo, now: datetime) -> tuple[date, int]:
    """The same of the one that goes on."""
    _, day, number = max(each for each in _shifts(begins, zone, now) if each[0].since <= now)
    return day, number


def _shifts(
    begins: Sequence[str], zone: ZoneInfo, now: datetime
) -> Iterator[tuple[Period, date, int]]:
    """Those of today and of the two days before."""
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=ago) for ago in range(3)):
        for number in range(1, len(begins) + 1):
            yield shift_of(day, number, begins, zone), day, number


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first full hour of a day, UTC."""
    return _full_hour(datetime.combine(day, time(), zone))


def _borders(length: Length, day: date) -> tuple[date, date]:
    if length == "day":
        return day, day + timedelta(days=1)
    if length == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _at(day: date, said: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(said), zone).astimezone(UTC)


def _full_hour(at: datetime) -> datetime:
    """Counts are by hours of Unix time: where the zone is off by half an hour, the next one."""
    return datetime.fromtimestamp(-(-int(at.timestamp()) // HOUR_S) * HOUR_S, UTC)
