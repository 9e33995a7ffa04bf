"""A moment in, armed or not out: the hours in which a rule or a watch-list entry holds."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = Annotated[
    str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$(?!\n)")
]


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days and hours; by default always.

    days      on which an interval begins: one over midnight belongs to the day it began on
    hours     "HH:MM-HH:MM", the end is outside; "22:00-06:00" runs over midnight
    timezone  IANA name, such as Asia/Shanghai
    holidays  dates, such as 2026-10-01, on which it holds otherwise
    on_holidays  `never`: no interval begins on such a day; `always`: it holds all day
    """

    days: tuple[Day, ...] = DAYS
    hours: Hours = "00:00-24:00"
    timezone: str = "UTC"
    holidays: tuple[date, ...] = ()
    on_holidays: Literal["never", "always"] = "never"

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
        today, at = here.date(), here.time()
        if today in self.holidays and self.on_holidays == "always":
            return True
        begin, end = self.hours.split("-")
        opens = time.fromisoformat(begin)
        if end == "24:00":
            return at >= opens and self._begins_on(today)
        until = time.fromisoformat(end)
        if opens < until:
            return opens <= at < until and self._begins_on(today)
        yesterday = today - timedelta(days=1)
        return (at >= opens and self._begins_on(today)) or (
            at < until and self._begins_on(yesterday)
        )

    def _begins_on(self, day: date) -> bool:
        """Whether an interval begins on a day."""
        if day in self.holidays:
            return self.on_holidays == "always"
        return DAYS[day.weekday()] in self.days
