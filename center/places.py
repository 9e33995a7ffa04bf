"""What stands where: districts, streets, communities and places, with their cameras and doors.

A place holds cameras, doors, help points and patrol points, and desks to call; nobody's name.
"""

from typing import Annotated, Literal

import msgspec

from pipelines.fitting import fits
from pipelines.settings import Id

Grade = Annotated[int, msgspec.Meta(ge=1, le=4)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180, extra=fits("degrees east come first"))]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90, extra=fits("degrees east come first"))]
Position = tuple[Longitude, Latitude]
"""WGS 84 in GeoJSON's order: degrees east, degrees north."""

Outline = Annotated[tuple[Position, ...], msgspec.Meta(min_length=3, max_length=1000)]
Kind = Literal["district", "street", "community", "place"]
KINDS: tuple[Kind, ...] = ("district", "street", "community", "place")
"""From the top of the tree to its leaves; a place may lie within another, the others may not."""

Degrees = Annotated[float, msgspec.Meta(ge=0, lt=360)]


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A desk, post or duty that can be told; never a person's name.

    id       by which an entry's `tell` names it
    name     as the console shows it, such as Gatehouse
    phone    to call
    channel  of notification, by its name in the centre's configuration
    """

    id: Id
    name: Text
    phone: Text | None = None
    channel: Id | None = None


class Device(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A door, help point or patrol point; its id stands as `camera` in its events.

    at  where it is; else its place's middle
    """

    id: Id
    name: Text | None = None
    at: Position | None = None


class Camera(Device, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A camera, and the cone that a map draws of what it sees.

    bearing_deg  where it looks, clockwise from north
    field_deg    how wide it looks
    reach_m      how far it sees what matters
    """

    bearing_deg: Degrees | None = None
    field_deg: Annotated[float, msgspec.Meta(gt=0, le=360)] | None = None
    reach_m: Annotated[float, msgspec.Meta(gt=0, le=5000)] | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A node of the tree of places.

    parent   the place that holds it; none at the top
    grade    how urgent what happens there is: 1 emergency, 2 high, 3 medium, 4 low
    at       where it is; the middle of its outline when left out
    outline  corners of its edge, in order; may come from the map's file
    """

    id: Id
    name: Text
    kind: Kind = "place"
    parent: Id | None = None
    grade: Grade
    at: Position | None = None
    outline: Outline | None = None
    contacts: tuple[Contact, ...] = ()
    cameras: tuple[Camera, ...] = ()
    doors: tuple[Device, ...] = ()
    help_points: tuple[Device, ...] = ()
    patrol_points: tuple[Device, ...] = ()

    @property
    def devices(self) -> tuple[Device, ...]:
        """All that speaks for it."""
        return (*self.cameras, *self.doors, *self.help_points, *self.patrol_points)

    @property
    def middle(self) -> Position | None:
        """Where a map marks it."""
        if self.at is not None or self.outline is None:
            return self.at
        count = len(self.outline)
        return (
            sum(corner[0] for corner in self.outline) / count,
            sum(corner[1] for corner in self.outline) / count,
        )
