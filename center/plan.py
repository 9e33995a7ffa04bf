"""A place of the tree in, the plan of it that a patrol's phone draws out. Pure."""

from typing import Literal

import msgspec

from center.places import Camera, Device, Outline, Place, Position
from center.tree import Tree, distance_m


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A camera, door, help point or patrol point; where it is unknown, its place's middle.

    bearing_deg  and the rest of a camera's cone, where the watch list says so
    """

    id: str
    kind: Literal["camera", "door", "help-point", "patrol-point"]
    name: str | None = None
    at: Position | None = None
    bearing_deg: float | None = None
    field_deg: float | None = None
    reach_m: float | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Where a place is and what stands there, with the outlines around it, which have no names.

    at          its middle
    patrol      where the patrol stands when it has nothing to do
    distance_m  from there, over ground
    """

    at: Position | None = None
    outline: Outline | None = None
    around: tuple[Outline, ...] = ()
    marks: tuple[Mark, ...] = ()
    patrol: Position | None = None
    distance_m: int | None = None


def plan_of(tree: Tree, place_id: str, patrol: Position | None = None) -> Plan:
    """The plan of a place; an empty one where the watch list no longer knows it."""
    place = tree.places.get(place_id)
    if place is None:
        return Plan(patrol=patrol)
    at = tree.where(place_id)
    away = round(distance_m(at, patrol)) if at and patrol else None
    return Plan(
        at=at, outline=place.outline, around=_around(tree, place), marks=_marks(place),
        patrol=patrol, distance_m=away,
    )  # fmt: skip


def _around(tree: Tree, place: Place) -> tuple[Outline, ...]:
    """Outlines of what holds it and of what is beside it."""
    beside = tree.held.get(place.parent, ()) if place.parent else ()
    near = [*tree.above(place.id)[:1], *(each for each in beside if each.id != place.id)]
    return tuple(each.outline for each in near if each.outline is not None)


def _marks(place: Place) -> tuple[Mark, ...]:
    kinds: tuple[tuple[Literal["door", "help-point", "patrol-point"], tuple[Device, ...]], ...] = (
        ("door", place.doors), ("help-point", place.help_points),
        ("patrol-point", place.patrol_points),
    )  # fmt: skip
    others = [
        Mark(id=each.id, kind=kind, name=each.name, at=each.at or place.middle)
        for kind, devices in kinds
        for each in devices
    ]
    return (*(_camera(place, each) for each in place.cameras), *others)


def _camera(place: Place, camera: Camera) -> Mark:
    return Mark(
        id=camera.id, kind="camera", name=camera.name, at=camera.at or place.middle,
        bearing_deg=camera.bearing_deg, field_deg=camera.field_deg, reach_m=camera.reach_m,
    )  # fmt: skip
