"""A moment in, armed or not out: the hours in which a rule or a watch-list entry holds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from pipelines.fitting import fits

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$(?!\n)",
        extra=fits('write "20:00-06:00"'),
    ),
]


class SpecialDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A date with hours of its own, whatever weekday or holiday it is."""

    date: date
    hours: Hours


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days and hours; by default always.

    days      on which an interval begins: one over midnight belongs to the day it began on
    hours     "HH:MM-HH:MM", the end is outside; "22:00-06:00" runs over midnight
    timezone  IANA name, such as Asia/Shanghai
    holidays  dates, such as 2026-10-01, on which it holds otherwise
    on_holidays  `never`: no interval begins on such a day; `always`: it holds all day
    special_days  dates with hours of their own; they go before days and holidays
    """

    days: tuple[Day, ...] = DAYS
    hours: Hours = "00:00-24:00"
    timezone: str = "UTC"
    holidays: tuple[date, ...] = ()
    on_holidays: Literal["never", "always"] = "never"
    special_days: tuple[SpecialDay, ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                f"no time zone is named {self.timezone!r}; try Asia/Shanghai"
            ) from error

    def holds(self, moment: datetime) -> bool:
        """Say whether `moment` (aware) lies within the schedule."""
        here = moment.astimezone(ZoneInfo(self.timezone))
        at, mine = here.time(), _hours_of(self, here.date())
        before = _hours_of(self, here.date() - timedelta(days=1))
        if mine is not None and at >= mine.opens and (mine.over_midnight or at < mine.until):
            return True
        return before is not None and before.over_midnight and at < before.until

    def intervals(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Beginnings and ends, in UTC, of the intervals that end after `since` and begin before."""
        zone = ZoneInfo(self.timezone)
        day, last = (moment.astimezone(zone).date() for moment in (since, until))
        day -= timedelta(days=1)
        while day <= last:
            hours, tomorrow = _hours_of(self, day), day + timedelta(days=1)
            if hours is not None:
                ends_on = tomorrow if hours.over_midnight else day
                begin = datetime.combine(day, hours.opens, zone).astimezone(UTC)
                end = datetime.combine(ends_on, hours.until, zone).astimezone(UTC)
                if since < end and begin < until:
                    yield begin, end
            day = tomorrow


class _Hours(NamedTuple):
    """When an interval opens and ends, and whether it ends on the day after."""

    opens: time
    until: time
    over_midnight: bool


@lru_cache(maxsize=4096)
def _hours_of(schedule: Schedule, day: date) -> _Hours | None:
    """The interval that begins on a day, if one does."""
    special = next((each.hours for each in schedule.special_days if each.date == day), None)
    begin, end = (special or schedule.hours).split("-")
    opens, until = time.fromisoformat(begin), time.fromisoformat(end.replace("24:00", "00:00"))
    if special is None and day in schedule.holidays:
        all_day = _Hours(time(), until if until <= opens else time(), over_midnight=True)
        return all_day if schedule.on_holidays == "always" else None
    if special is None and DAYS[day.weekday()] not in schedule.days:
        return None
    return _Hours(opens, until, over_midnight=until <= opens)
