"""Times in a query in, checked times out: with a zone, and of years that cameras may see."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime

YEARS = range(2000, 2200)


def sane(moment: datetime) -> datetime:
    """The moment, if its year can be meant. Raises ValueError."""
    if moment.year not in YEARS:
        raise ValueError(f"a year from {YEARS.start} to {YEARS.stop - 1} is meant")
    return moment


def zoned(name: str) -> str:
    """The name of a time zone, if there is such a one. Raises ValueError."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is named {name!r}; try Asia/Shanghai") from error
    return name


Moment = Annotated[AwareDatetime, AfterValidator(sane)]
Zone = Annotated[str, AfterValidator(zoned)]
