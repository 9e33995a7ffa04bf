"""Two watch lists in, which of their entries of grades 1 and 2 differ out. Pure.

An entry differs too where another that stands before it may take its events, or where a place that
it reaches was moved or has another grade.
"""

from collections.abc import Mapping
from itertools import product

import msgspec

from center.entries import Entry, names_of
from center.watchlist import WatchList

GRAVE = 2


def differing(before: WatchList, after: WatchList) -> tuple[str, ...]:
    """Names of the grave entries that are new, gone or not what they were."""
    one, other = _grave(before), _grave(after)
    names = one.keys() | other.keys()
    return tuple(sorted(name for name in names if one.get(name) != other.get(name)))


def _grave(listed: WatchList) -> Mapping[str, bytes]:
    """All that decides about each grave entry, by its name."""
    reached = [_reach(listed, entry) for entry in listed.entries]
    found = dict[str, bytes]()
    for number, (name, entry) in enumerate(
        zip(names_of(listed.entries), listed.entries, strict=True)
    ):
        if _gravest(listed, entry) <= GRAVE:
            ahead = [
                other
                for other, theirs in zip(listed.entries[:number], reached, strict=False)
                if theirs & reached[number]
            ]
            grades = {place: listed.tree.places[place].grade for place, _ in reached[number]}
            found[name] = msgspec.json.encode((entry, ahead, sorted(grades.items())))
    return found


def _reach(listed: WatchList, entry: Entry) -> set[tuple[str, str]]:
    """Places and rules that it is about."""
    return {
        (place.id, rule)
        for part in entry.parts
        for place, rule in product(listed.tree.below(part.place or entry.place), part.rules)
    }


def _gravest(listed: WatchList, entry: Entry) -> int:
    """The gravest grade that its alerts can have."""
    if "help-point" in entry.about:
        return 1
    return entry.grade or min(place.grade for place in listed.tree.below(entry.place))
