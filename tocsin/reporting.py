"""A centre's file and what is asked for in, reports as files out, beside a centre that runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar, get_args

from center import config, watchlist
from center.clock import SystemClock
from center.reading import reading
from center.reporting.making import Making
from center.reporting.page import page
from center.reporting.periods import Length
from center.reporting.report import Report
from center.reporting.sheets import SHEETS, sheet
from center.words import GRADES
from pipelines.errors import ConfigError

One = TypeVar("One")
LENGTHS: tuple[Length, ...] = get_args(Length)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a report is wanted, in the words of the command line."""

    period: str
    date: str
    place: str | None
    table: str
    bom: bool
    lang: str


def run(file: Path, asked: Asked, out: Sequence[Path]) -> Iterator[Path]:
    """Write each file; says so. Raises ConfigError, StoreError."""
    length = _one_of(asked.period, LENGTHS, "--period")
    settings = config.load(file)
    listed = watchlist.load(Path(settings.watch_list))
    if asked.place is not None and asked.place not in listed.tree.places:
        raise ConfigError(f"no place has the id {asked.place!r} - at --place; see the watch list")
    for each in out:
        if each.suffix not in (".html", ".csv"):
            raise ConfigError(f"{each}: --out ends in .html or .csv")
    with reading(settings) as store:
        making = Making(settings.name, settings.reports, store, SystemClock(), lambda: listed)
        made = making.report(length, _day(asked.date, making), asked.place)
    for each in out:
        _write(each, _text(made, each, asked))
        yield each


def _text(made: Report, file: Path, asked: Asked) -> str:
    if file.suffix == ".html":
        return page(made, lang=_one_of(asked.lang, tuple(GRADES), "--lang"))
    return sheet(made, _one_of(asked.table, SHEETS, "--table"), bom=asked.bom)


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
