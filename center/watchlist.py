"""The watch list's YAML in, the entry that an event falls under out: places and rules, nobody."""

import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import msgspec

from center.config import text_of
from pipelines.errors import ConfigError
from pipelines.flow import Event, Rule
from pipelines.schedule import DAYS, Schedule
from pipelines.settings import Id, parse

Grade = Annotated[int, msgspec.Meta(ge=1, le=4)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that cameras see.

    grade  how urgent what happens there is: 1 emergency, 2 high, 3 medium, 4 low
    """

    id: Id
    name: Text
    grade: Grade


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is watched at a place, when, and what to do about it.

    label     class of thing, `class` in the file; any when left out
    schedule  when it counts; the time is the event's, not its arrival
    grade     the place's when left out
    merge_s   events within this many seconds of each other make one alert
    steps     what the operator does; an alert that asks for nothing is none
    """

    place: Id
    rule: Rule
    label: str | None = msgspec.field(default=None, name="class")
    schedule: Schedule = Schedule()
    grade: Grade | None = None
    merge_s: Annotated[float, msgspec.Meta(ge=0, le=86400)] = 120.0
    steps: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=12)]

    def covers(self, event: Event) -> bool:
        """Say whether the event is what this entry watches for."""
        facts = event.data
        return (
            facts.place == self.place
            and facts.rule == self.rule
            and self.label in (None, facts.label)
            and self.schedule.holds(event.time)
        )


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The entry that an event fell under, with its place."""

    place: Place
    entry: Entry

    @property
    def grade(self) -> int:
        """The entry's grade, or else the place's."""
        return self.entry.grade or self.place.grade


class WatchList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Places and what is watched there; the first entry that covers an event is its entry."""

    places: tuple[Place, ...]
    entries: tuple[Entry, ...] = ()

    def match(self, event: Event) -> Match | None:
        """Find what the event falls under."""
        for entry in self.entries:
            if entry.covers(event):
                return Match(place=self._place(entry.place), entry=entry)
        return None

    def _place(self, place: str) -> Place:
        return next(known for known in self.places if known.id == place)


def load(path: Path) -> WatchList:
    """Read the watch list and check it whole. Raises ConfigError."""

    def secret(name: str) -> str:
        raise OSError(0, "the watch list holds no secrets", name)

    listed = parse(WatchList, text_of(path), name=str(path), env=os.environ, read=secret)
    _check(listed, str(path))
    return listed


def armed(schedule: Schedule) -> str:
    """A schedule in a few signs: `always`, `22:00-06:00`, `sat sun 08:00-12:00`."""
    hours = "" if schedule.hours == "00:00-24:00" else schedule.hours
    days = "" if set(schedule.days) == set(DAYS) else " ".join(schedule.days)
    return " ".join(part for part in (days, hours) if part) or "always"


def _check(listed: WatchList, name: str) -> None:
    """What types cannot say: places are unique, and an entry's place exists."""
    places = [place.id for place in listed.places]
    twice = [place for place, times in Counter(places).items() if times > 1]
    if twice:
        at = f"$.places[{len(places) - 1 - places[::-1].index(twice[0])}].id"
        raise ConfigError(f"{name}: two places are named {twice[0]!r} - at {at}; rename one")
    for index, entry in enumerate(listed.entries):
        if entry.place not in places:
            fix = f"known places: {', '.join(places) or 'none'}"
            raise ConfigError(
                f"{name}: no place is named {entry.place!r} - at $.entries[{index}].place; {fix}"
            )
