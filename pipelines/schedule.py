"""A moment in, armed or not out: the hours in which a rule or a watch-list entry holds."""

from datetime import datetime, time
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
    """

    days: tuple[Day, ...] = DAYS
    hours: Hours = "00:00-24:00"
    timezone: str = "UTC"

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
        begin, end = self.hours.split("-")
        opens, at = time.fromisoformat(begin), here.time()
        today, yesterday = DAYS[here.weekday()], DAYS[here.weekday() - 1]
        if end == "24:00":
            return today in self.days and at >= opens
        closes = time.fromisoformat(end)
        if opens < closes:
            return today in self.days and opens <= at < closes
        return (today in self.days and at >= opens) or (yesterday in self.days and at < closes)
