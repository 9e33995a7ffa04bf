"""The watch list's YAML in, the entry that an event falls under out: places and rules, nobody."""

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from center.config import text_of
from center.geojson import located
from center.places import KINDS, Grade, Place, Text
from center.tree import Tree
from pipelines.errors import ConfigError
from pipelines.flow import Event, Rule
from pipelines.schedule import DAYS, Schedule
from pipelines.settings import Id, line_of, parse


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is watched at a place and all that lies within it, when, and what to do about it.

    label     class of thing, `class` in the file; any when left out
    schedule  when it counts; the time is the event's, not its arrival
    grade     that of the event's place when left out
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
        """Say whether an event of the place and the rule is what this entry watches for."""
        return self.label in (None, event.data.label) and self.schedule.holds(event.time)


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The entry that an event fell under, with its place."""

    place: Place
    entry: Entry

    @property
    def grade(self) -> int:
        """The entry's grade, or else the place's."""
        return self.entry.grade or self.place.grade


class WatchList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Places and what is watched there; the first entry that covers an event is its entry.

    map  a GeoJSON file with positions and outlines of places, beside this file
    """

    map: str | None = None
    places: tuple[Place, ...]
    entries: tuple[Entry, ...] = ()

    @cached_property
    def tree(self) -> Tree:
        """The places by their ids."""
        return Tree(self.places)

    @cached_property
    def _by_what(self) -> Mapping[tuple[str, str], tuple[Entry, ...]]:
        """Entries in their order, by the places that they reach and the rule."""
        found: dict[tuple[str, str], tuple[Entry, ...]] = {}
        for entry in self.entries:
            for place in self.tree.below(entry.place):
                key = place.id, entry.rule
                found[key] = (*found.get(key, ()), entry)
        return found

    def match(self, event: Event) -> Match | None:
        """Find what the event falls under."""
        facts = event.data
        for entry in self._by_what.get((facts.place, facts.rule), ()):
            if entry.covers(event):
                return Match(place=self.tree.places[facts.place], entry=entry)
        return None


def load(path: Path) -> WatchList:
    """Read the watch list and check it whole. Raises ConfigError."""
    return loaded(text_of(path), path)


def loaded(text: str, path: Path) -> WatchList:
    """The same of a text that stands in the file, or shall. Raises ConfigError."""

    def secret(name: str) -> str:
        raise OSError(0, "the watch list holds no secrets", name)

    listed = parse(WatchList, text, name=str(path), env=os.environ, read=secret)
    for fault in _faults(listed):
        raise ConfigError(
            f"{path}:{line_of(text, fault.at)}: {fault.said} - at {fault.at}; {fault.fix}"
        )
    if listed.map is None:
        return listed
    file = path.parent / listed.map
    try:
        payload = file.read_bytes()
    except OSError as error:
        at = f"{path}:{line_of(text, '$.map')}"
        raise ConfigError(f"{at}: {file}: {error.strerror} - at $.map; name a file") from error
    places = located(listed.places, payload, name=str(file))
    return msgspec.structs.replace(listed, places=places)


def armed(schedule: Schedule) -> str:
    """A schedule in a few signs: `always`, `22:00-06:00`, `sat sun 08:00-12:00`."""
    hours = "" if schedule.hours == "00:00-24:00" else schedule.hours
    days = "" if set(schedule.days) == set(DAYS) else " ".join(schedule.days)
    return " ".join(part for part in (days, hours) if part) or "always"


class Fault(NamedTuple):
    """Something that types cannot say: what is wrong, where in the file, and what to do."""

    said: str
    at: str
    fix: str


def _faults(listed: WatchList) -> Iterator[Fault]:
    yield from _faults_of_places(listed.places)
    known = [place.id for place in listed.places]
    for index, entry in enumerate(listed.entries):
        if entry.place not in known:
            yield _unknown(entry.place, f"$.entries[{index}].place", known)


def _unknown(place: str, at: str, known: Sequence[str]) -> Fault:
    near = difflib.get_close_matches(place, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return Fault(f"no place is named {place!r}", at, f"{hint}known places: {_list(known)}")


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _faults_of_places(places: Sequence[Place]) -> Iterator[Fault]:
    """Places and devices have names of their own, and parents lie above them, in no circle."""
    known = {place.id: place for place in places}
    seen: set[str] = set()
    for index, place in enumerate(places):
        at = f"$.places[{index}]"
        if place.id in seen:
            yield Fault(f"two places are named {place.id!r}", f"{at}.id", "rename one")
        seen.add(place.id)
        if place.parent is not None:
            yield from _faults_of_parent(place, known, f"{at}.parent")
        yield from _faults_of_devices(place, at)


def _faults_of_parent(place: Place, known: Mapping[str, Place], at: str) -> Iterator[Fault]:
    if place.parent not in known:
        yield _unknown(str(place.parent), at, list(known))
        return
    parent = known[str(place.parent)]
    ranks = KINDS.index(parent.kind), KINDS.index(place.kind)
    if ranks[0] > ranks[1] or ranks[0] == ranks[1] < KINDS.index("place"):
        yield Fault(
            f"a {place.kind} cannot lie within a {parent.kind}",
            at,
            f"the kinds from top to bottom: {_list(KINDS)}",
        )
    passed, here = {place.id}, parent
    while here.parent in known:
        if here.id in passed:
            yield Fault(f"{place.id!r} lies within itself", at, "name a place above it")
            return
        passed.add(here.id)
        here = known[str(here.parent)]


def _faults_of_devices(place: Place, at: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for key in ("cameras", "doors", "help_points", "contacts"):
        names: set[str] = set() if key == "contacts" else seen
        for number, each in enumerate(getattr(place, key)):
            if each.id in names:
                yield Fault(
                    f"{place.id!r} has two named {each.id!r}", f"{at}.{key}[{number}].id",
                    "rename one",
                )  # fmt: skip
            names.add(each.id)
