"""Places in, what lies above, below and near them out. Pure."""

import math
from collections.abc import Iterable, Iterator
from functools import cached_property

from center.places import Camera, Device, Kind, Place, Position

EARTH_M = 6_371_000.0
NEAREST = 4


class Tree:
    """The places of a checked watch list, by their ids."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {place.id: place for place in places}

    @cached_property
    def held(self) -> dict[str | None, tuple[Place, ...]]:
        """What each place holds; under None what nothing holds."""
        found: dict[str | None, tuple[Place, ...]] = {}
        for place in self.places.values():
            found[place.parent] = (*found.get(place.parent, ()), place)
        return found

    def above(self, place: str) -> tuple[Place, ...]:
        """The places that hold this one, the nearest first; none for one that nobody knows."""
        found: list[Place] = []
        here = self.places.get(place)
        while here is not None and here.parent is not None:
            here = self.places[here.parent]
            found.append(here)
        return tuple(found)

    def below(self, place: str) -> Iterator[Place]:
        """The place and all that lies within it, from the top down."""
        yield self.places[place]
        for child in self.held.get(place, ()):
            yield from self.below(child.id)

    def rise(self, place: str, kinds: Iterable[Kind]) -> tuple[str, ...]:
        """Of what holds a place, the ids of some kinds, the nearest first."""
        wanted = set(kinds)
        return tuple(each.id for each in self.above(place) if each.kind in wanted)

    def device(self, place: str, name: str) -> Device | None:
        """A camera, door or help point of a place."""
        here = self.places.get(place)
        return next((each for each in here.devices if each.id == name), None) if here else None

    def where(self, place: str, device: str | None = None) -> Position | None:
        """Where a device is; else where its place, or the nearest that holds it, is."""
        known = self.device(place, device) if device else None
        if known is not None and known.at is not None:
            return known.at
        around = (self.places[place], *self.above(place)) if place in self.places else ()
        return next((each.middle for each in around if each.middle), None)

    def nearest(self, place: str, device: str | None = None, *, most: int = NEAREST) -> list[str]:
        """Cameras by their distance from a device, else from its place; the nearest first.

        Those whose position nobody knows come after, of the same place first.
        """
        here = self.where(place, device)
        found = [(owner, each) for owner in self.places.values() for each in owner.cameras]
        if here is None:
            found = [(owner, each) for owner, each in found if owner.id == place]

        def far(one: tuple[Place, Camera]) -> tuple[bool, bool, float, str]:
            owner, camera = one
            there = camera.at or owner.middle
            away_m = distance_m(here, there) if here and there else math.inf
            return there is None, owner.id != place and away_m == math.inf, away_m, camera.id

        return [camera.id for _, camera in sorted(found, key=far)[:most]]


def distance_m(one: Position, other: Position) -> float:
    """Metres over ground between two positions, by the haversine formula."""
    east, north, other_east, other_north = map(math.radians, (*one, *other))
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))
