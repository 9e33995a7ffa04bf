"""A tree of places and the one that was asked for in, the rows of a report out. Pure.

A row is a place directly under that one, with all that lies below it; and the place itself.
"""

from collections.abc import Iterable

import msgspec

from center.tree import Tree


class PlaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a place and all below it."""

    place: str
    name: str


class Rows:
    """Which row each place belongs to.

    places  all that are asked for; None for all that there are
    """

    def __init__(self, tree: Tree, place: str | None, seen: frozenset[str] | None = None) -> None:
        self.tree, self.top = tree, place or _only(tree)
        self._row_of: dict[str, str] = {}
        for child in tree.held.get(self.top, ()):
            self._row_of |= dict.fromkeys((each.id for each in tree.below(child.id)), child.id)
        self.places = seen if place is None else frozenset(self._within(place))

    def of(self, place: str) -> str:
        """The row of a place; one that is listed no more has its own."""
        return self._row_of.get(place, place)

    def all(self, seen: Iterable[str]) -> tuple[PlaceRow, ...]:
        """All rows in the tree's order, then those of places that only the counts know."""
        listed = [each.id for each in self.tree.held.get(self.top, ())]
        more = sorted({self.of(place) for place in seen} - set(listed))
        names = [*([self.top] if self.top in more else []), *listed]
        names += [place for place in more if place != self.top]
        return tuple(PlaceRow(place=place, name=self.name(place)) for place in names if place)

    def name(self, place: str) -> str:
        """What a place is called."""
        known = self.tree.places.get(place)
        return known.name if known else place

    def _within(self, place: str) -> Iterable[str]:
        if place not in self.tree.places:
            return (place,)
        return (each.id for each in self.tree.below(place))


def _only(tree: Tree) -> str | None:
    """The one place that holds all others, if there is such a one."""
    tops = tree.held.get(None, ())
    return tops[0].id if len(tops) == 1 and tree.held.get(tops[0].id) else None
