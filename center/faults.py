"""Places and entries in, what types cannot say about them out: each fault with place and fix."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from center.entries import Entry, Unbadged, What, names_of
from center.places import KINDS, Place
from center.tree import Tree


class Fault(NamedTuple):
    """Something that types cannot say: what is wrong, where in the file, and what to do."""

    said: str
    at: str
    fix: str


def faults(places: Sequence[Place], entries: Sequence[Entry]) -> Iterator[Fault]:
    """All that is wrong; the first is the one to mend first."""
    wrong = list(_faults_of_places(places))
    yield from wrong
    if not wrong:
        tree = Tree(places)
        for index, entry in enumerate(entries):
            yield from _faults_of_entry(entry, tree, f"$.entries[{index}]")
        names = names_of(tuple(entries))
        for index, entry in enumerate(entries):
            if entry.id is not None and names[index] != entry.id:
                yield Fault(
                    f"two entries are named {entry.id!r}", f"$.entries[{index}].id", "rename one"
                )


def _faults_of_entry(entry: Entry, tree: Tree, at: str) -> Iterator[Fault]:
    if entry.place not in tree.places:
        yield _unknown(entry.place, f"{at}.place", list(tree.places))
        return
    if len(entry.forms) != 1:
        said = " and ".join(entry.forms) or "no rule"
        fix = "give it one of rule, then, together, nothing, unbadged"
        yield Fault(f"an entry has one form, this one has {said}", at, fix)
        return
    if (entry.at_least > 1) != (entry.within_s is not None):
        fix = "give both, or neither"
        yield Fault("`at_least` and `within_s` belong together", f"{at}.within_s", fix)
    if len(entry.then) == 1:
        yield Fault("a chain has two parts or more", f"{at}.then", "say what comes then")
    for number, leg in enumerate(entry.then):
        if (leg.within_s is None) != (number == 0):
            fix = "each part but the first says `within_s`: how long after the one before it"
            yield Fault("a part of a chain lacks its time", f"{at}.then[{number}].within_s", fix)
    yield from _faults_of_parts(entry, tree, at)


def _faults_of_parts(entry: Entry, tree: Tree, at: str) -> Iterator[Fault]:
    """Parts lie within the entry's place and name devices that are there, where any are listed."""
    inside = {place.id for place in tree.below(entry.place)}
    if entry.unbadged is not None:
        devices = [each.id for place in tree.below(entry.place) for each in place.devices]
        yield from _faults_of_door(entry.unbadged, devices, f"{at}.unbadged")
        return
    for where, part in _parts(entry, at):
        if part.place is not None and part.place not in inside:
            fix = f"within it lie: {_list(sorted(inside))}"
            yield Fault(
                f"{part.place!r} does not lie within {entry.place!r}", f"{where}.place", fix
            )
            return
        held = tree.below(part.place or entry.place)
        known = [device.id for place in held for device in place.devices]
        if part.device is not None and known and part.device not in known:
            yield Fault(
                f"no device is named {part.device!r} there",
                f"{where}.device", f"known: {_list(known)}",
            )  # fmt: skip


def _faults_of_door(door: Unbadged, known: Sequence[str], at: str) -> Iterator[Fault]:
    for key, name in (("door", door.door), ("camera", door.camera)):
        if name is not None and known and name not in known:
            yield Fault(
                f"no {key} is named {name!r} there", f"{at}.{key}", f"known: {_list(known)}"
            )


def _parts(entry: Entry, at: str) -> Iterator[tuple[str, What]]:
    many = f"{at}.then" if entry.then else f"{at}.together.what"
    for number, part in enumerate(entry.parts):
        one = f"{at}.nothing" if entry.nothing else at
        yield f"{many}[{number}]" if entry.then or entry.together else one, part


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
    for key in ("cameras", "doors", "help_points", "patrol_points", "contacts"):
        names: set[str] = set() if key == "contacts" else seen
        for number, each in enumerate(getattr(place, key)):
            if each.id in names:
                yield Fault(
                    f"{place.id!r} has two named {each.id!r}", f"{at}.{key}[{number}].id",
                    "rename one",
                )  # fmt: skip
            names.add(each.id)
