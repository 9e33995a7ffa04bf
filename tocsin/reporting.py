"""A centre's file and what is asked for in, reports as files out, beside a centre that runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar, get_args

from center import config, watchlist
from center.clock import SystemClock
from center.reading import reading
from center.reporting.making import Making
from center.reporting.page import page, page_of_alarms, page_of_shift
from center.reporting.periods import Length, Period, last_shift, midnight
from center.reporting.sheets import (
    ALARM_SHEETS,
    SHEETS,
    SHIFT_SHEETS,
    sheet,
    sheet_of_alarms,
    sheet_of_shift,
)
from center.words import GRADES, Lang
from pipelines.errors import ConfigError

One = TypeVar("One")
LENGTHS: tuple[Length, ...] = get_args(Length)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a report is wanted, in the words of the command line."""

    period: str
    date: str
    shift: int
    place: str | None
    table: str
    bom: bool
    lang: str


def run(file: Path, asked: Asked, out: Sequence[Path]) -> Iterator[Path]:
    """Write each file; says so. Raises ConfigError, StoreError."""
    make = _MAKES[_one_of(asked.period, tuple(_MAKES), "--period")]
    settings = config.load(file)
    listed = watchlist.load(Path(settings.watch_list))
    if asked.place is not None and asked.place not in listed.tree.places:
        raise ConfigError(f"no place has the id {asked.place!r} - at --place; see the watch list")
    for each in out:
        if each.suffix not in (".html", ".csv"):
            raise ConfigError(f"{each}: --out ends in .html or .csv")
    with reading(settings) as store:
        making = Making(settings.name, settings.reports, store, SystemClock(), lambda: listed)
        files = make(making, asked)
    for each in out:
        _write(each, files[each.suffix]())
        yield each


Files = Mapping[str, Callable[[], str]]
"""What makes the text of a file, by how its name ends."""


def _of_period(making: Making, asked: Asked) -> Files:
    length = _one_of(asked.period, LENGTHS, "--period")
    made = making.report(length, _day(asked.date, making), asked.place)
    return {
        ".html": lambda: page(made, lang=_lang(asked)),
        ".csv": lambda: sheet(made, _table(asked, SHEETS), bom=asked.bom),
    }


def _of_alarms(making: Making, asked: Asked) -> Files:
    """Of the seven days that end with the day that is asked for."""
    last = midnight(_day(asked.date, making) + timedelta(days=1), making.zone)
    week = Period(since=last - timedelta(days=7), until=last, days=())
    found, about = making.alarms(week, asked.place), making.about(asked.place)
    return {
        ".html": lambda: page_of_alarms(found, about, lang=_lang(asked)),
        ".csv": lambda: sheet_of_alarms(found, _table(asked, ALARM_SHEETS), bom=asked.bom),
    }


def _of_shift(making: Making, asked: Asked) -> Files:
    """Of the shift that ended last, if none is asked for."""
    day, number = last_shift(making.settings.shifts, making.zone, making.now())
    if asked.date or asked.shift:
        day, number = (_day(asked.date, making) if asked.date else day), asked.shift or 1
    try:
        found, about = making.shift(day, number, asked.place), making.about(asked.place)
    except ValueError as error:
        raise ConfigError(f"--shift {number}: {error}") from error
    return {
        ".html": lambda: page_of_shift(found, about, lang=_lang(asked)),
        ".csv": lambda: sheet_of_shift(found, _table(asked, SHIFT_SHEETS), bom=asked.bom),
    }


_MAKES: dict[str, Callable[[Making, Asked], Files]] = {
    **dict.fromkeys(LENGTHS, _of_period), "shift": _of_shift, "alarms": _of_alarms,
}  # fmt: skip


def _lang(asked: Asked) -> Lang:
    return _one_of(asked.lang, tuple(GRADES), "--lang")


def _table(asked: Asked, known: Sequence[One]) -> One:
    """The one that is named, or else the first."""
    return _one_of(asked.table, known, "--table") if asked.table else known[0]


def _write(file: Path, text: str) -> None:
    """The whole file, or the one of before."""
    beside = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text.encode())
        beside.replace(file)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror} - at --out; name another file") from error


def _day(said: str, making: Making) -> date:
    if not said:
        return making.now().astimezone(making.zone).date() - timedelta(days=1)
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise ConfigError(f"--date {said!r} is no day; write 2026-03-01") from error


def _one_of(said: Any, known: Sequence[One], option: str) -> One:
    for each in known:
        if each == said:
            return each
    raise ConfigError(f"{option} {said!r}: there are {', '.join(map(str, known))}")
