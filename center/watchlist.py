"""The watch list's YAML in, the entry that an event falls under out: places and rules, nobody."""

import os
import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import msgspec

from center.entries import Entry, What, names_of
from center.faults import faults
from center.geojson import located
from center.happening import Happening
from center.places import Place
from center.tree import Tree
from disk.texts import text_in
from pipelines.doors import DEVICE_RULES
from pipelines.errors import ConfigError
from pipelines.schedule import DAYS, Schedule
from pipelines.settings import line_of, parse

HELP = Entry(
    place="anywhere", rule="help-point", grade=1,
    steps=("Look at the nearest cameras", "Speak to whoever pressed it", "Send the nearest patrol"),
)  # fmt: skip
"""A pressed help point is an alert also where no entry asks for it."""
OVERREACH = Entry(
    place="anywhere", rule="box-overreach", grade=1,
    steps=(
        "Find out whether the box was stolen or tampered with; its id stands as the camera",
        "If so, revoke its certificate: tocsin pki revoke BOX",
        "If a site or an id is miswritten in its file, mend that: what it had to say waits there",
        "Look at what it said lately before you trust it",
    ),
)  # fmt: skip
"""So is a box that tries what it has no right to."""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The entry that an event fell under, with its place.

    name     the entry's
    nearest  cameras near the device that spoke, the nearest first; none when a camera spoke
    """

    place: Place
    entry: Entry
    name: str = ""
    nearest: tuple[str, ...] = ()
    rises_to: tuple[str, ...] = ()

    @property
    def grade(self) -> int:
        """The entry's grade, or else the place's; a pressed help point is always an emergency."""
        return 1 if self.entry.rule == "help-point" else self.entry.grade or self.place.grade


class Pattern(NamedTuple):
    """An entry that more than one event makes, ready to be asked.

    within  for each of the entry's parts, the places where it may lie
    """

    name: str
    entry: Entry
    within: tuple[frozenset[str], ...]

    def part(self, number: int, happening: Happening) -> bool:
        """Say whether a happening may be this part of it."""
        what = self.entry.parts[number]
        return (
            happening.rule in what.rules
            and happening.place in self.within[number]
            and what.means(happening)
            and self.entry.counts(happening)
        )

    def takes(self, happening: Happening) -> bool:
        """Say whether a happening may be any part of it."""
        return any(self.part(number, happening) for number in range(len(self.within)))


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
    def patterns(self) -> tuple[Pattern, ...]:
        """All entries but those that one event fulfils."""
        return tuple(
            Pattern(name, entry, tuple(self._reach(entry, part) for part in entry.parts))
            for name, entry in zip(names_of(self.entries), self.entries, strict=True)
            if entry.form != "single"
        )

    @cached_property
    def expecting(self) -> tuple[Pattern, ...]:
        """Patterns that time makes, and a late event may disprove."""
        return tuple(each for each in self.patterns if each.entry.form in ("nothing", "unbadged"))

    def _reach(self, entry: Entry, part: What) -> frozenset[str]:
        return frozenset(place.id for place in self.tree.below(part.place or entry.place))

    @cached_property
    def _alone(self) -> Mapping[tuple[str, str], tuple[tuple[str, Entry], ...]]:
        """Entries that one event fulfils, in their order, by place and rule."""
        found: dict[tuple[str, str], list[tuple[str, Entry]]] = {}
        for name, entry in zip(names_of(self.entries), self.entries, strict=True):
            for place, rule in product(self._reach(entry, entry), entry.rules):
                if entry.form == "single":
                    found.setdefault((place, rule), []).append((name, entry))
        return {key: tuple(some) for key, some in found.items()}

    @cached_property
    def _of_many(self) -> Mapping[tuple[str, str], tuple[Pattern, ...]]:
        """Patterns by the places and rules that they are made of."""
        found: dict[tuple[str, str], list[Pattern]] = {}
        for pattern in self.patterns:
            reached = {
                key
                for part, places in zip(pattern.entry.parts, pattern.within, strict=True)
                for key in product(places, part.rules)
            }
            for key in reached:
                found.setdefault(key, []).append(pattern)
        return {key: tuple(some) for key, some in found.items()}

    def match(self, happening: Happening) -> Match | None:
        """Find what an event falls under by itself."""
        for name, entry in self._alone.get((happening.place, happening.rule), ()):
            if entry.means(happening) and entry.counts(happening):
                return self._match(name, entry, happening.place, self._near_to(happening))
        if happening.rule == "help-point":
            return self._match("help-point", HELP, happening.place, self._near_to(happening))
        if happening.rule == "box-overreach":
            return self._match("box-overreach", OVERREACH, happening.place, ())
        return None

    def matched(self, pattern: Pattern, place: str) -> Match:
        """What a pattern is that was found at a place."""
        spoke = any(rule in DEVICE_RULES for part in pattern.entry.parts for rule in part.rules)
        return self._match(pattern.name, pattern.entry, place, self._near(place) if spoke else ())

    def touched(self, happening: Happening) -> tuple[Pattern, ...]:
        """Patterns that a happening may be part of; one that none names costs one look-up."""
        near = self._of_many.get((happening.place, happening.rule), ())
        return tuple(pattern for pattern in near if pattern.takes(happening))

    def _near_to(self, happening: Happening) -> tuple[str, ...]:
        spoke = happening.rule in DEVICE_RULES
        return self._near(happening.place, happening.camera) if spoke else ()

    def _near(self, place: str, device: str | None = None) -> tuple[str, ...]:
        return tuple(self.tree.nearest(place, device))

    def _match(self, name: str, entry: Entry, place: str, nearest: tuple[str, ...]) -> Match:
        return Match(
            place=self.tree.places.get(place) or Place(id=place, name=place, grade=1),
            entry=entry,
            name=name,
            nearest=nearest,
            rises_to=self.tree.rise(place, entry.rises_to),
        )


def load(path: Path) -> WatchList:
    """Read the watch list and check it whole. Raises ConfigError."""
    return loaded(text_in(path), path)


def loaded(text: str, path: Path, *, drawn: bytes | None = None) -> WatchList:
    """The same of a text that stands in the file, or shall. Raises ConfigError.

    drawn  what stands in its map's file, or shall; read from there when left out
    """

    def secret(name: str) -> str:
        raise OSError(0, "the watch list holds no secrets", name)

    listed = parse(WatchList, text, name=str(path), env=os.environ, read=secret)
    for fault in faults(listed.places, listed.entries):
        raise ConfigError(
            f"{path}:{line_of(text, fault.at)}: {fault.said} - at {fault.at}; {fault.fix}"
        )
    if listed.map is None:
        return listed
    file = path.parent / listed.map
    try:
        payload = file.read_bytes() if drawn is None else drawn
    except OSError as error:
        at = f"{path}:{line_of(text, '$.map')}"
        raise ConfigError(f"{at}: {file}: {error.strerror} - at $.map; name a file") from error
    places = located(listed.places, payload, name=str(file))
    return msgspec.structs.replace(listed, places=places, map=str(file))


def files_of(text: str, path: Path) -> list[Path]:
    """The file itself, and the map that its text names, right or wrong."""
    named = re.search(r"^map:\s*['\"]?([^'\"#\n]+)", text, re.MULTILINE)
    return [path, *([path.parent / named[1].strip()] if named else [])]


@lru_cache(maxsize=4096)
def armed(schedule: Schedule) -> str:
    """A schedule in a few signs: `always`, `22:00-06:00`, `sat sun 08:00-12:00`."""
    hours = "" if schedule.hours == "00:00-24:00" else schedule.hours
    days = "" if set(schedule.days) == set(DAYS) else " ".join(schedule.days)
    return " ".join(part for part in (days, hours) if part) or "always"
