"""A map's GeoJSON in, places with their positions out; and places in, GeoJSON for a console out.

RFC 7946. A feature belongs to the place that its `id`, or its property `place`, names; what names
none is the ground that a map is drawn on, and is left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from center.places import Camera, Outline, Place, Position
from pipelines.depth import read
from pipelines.errors import ConfigError


class _Point(msgspec.Struct, frozen=True, tag_field="type", tag="Point"):
    coordinates: tuple[float, ...]


class _Polygon(msgspec.Struct, frozen=True, tag_field="type", tag="Polygon"):
    coordinates: tuple[tuple[tuple[float, ...], ...], ...]


class _Feature(msgspec.Struct, frozen=True):
    type: Literal["Feature"]
    geometry: msgspec.Raw
    id: str | int | None = None
    properties: dict[str, Any] | None = None


class _Collection(msgspec.Struct, frozen=True):
    type: Literal["FeatureCollection"]
    features: tuple[_Feature, ...]


def located(places: Iterable[Place], payload: bytes, *, name: str) -> tuple[Place, ...]:
    """The places with the positions and outlines that the map `name` gives them.

    What the watch list says itself holds. Raises ConfigError.
    """
    try:
        features = read(msgspec.json.Decoder(_Collection), payload).features
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: no GeoJSON FeatureCollection: {error}") from error
    known = {place.id: place for place in places}
    for index, feature in enumerate(features):
        owner = (feature.properties or {}).get("place")
        if owner is not None and str(owner) not in known:
            raise ConfigError(
                f"{name}: no place is named {owner!r} - at $.features[{index}].properties.place; "
                f"known places: {', '.join(known) or 'none'}"
            )
        here = known.get(str(owner or feature.id))
        if here is not None:
            known[here.id] = _at(here, feature.geometry, f"{name}: $.features[{index}].geometry")
    return tuple(known.values())


def _at(place: Place, geometry: msgspec.Raw, at: str) -> Place:
    try:
        shape = msgspec.json.decode(geometry, type=_Point | _Polygon)
        if isinstance(shape, _Point):
            point = msgspec.convert(shape.coordinates[:2], Position)
            return msgspec.structs.replace(place, at=place.at or point)
        ring = [corner[:2] for corner in shape.coordinates[0][:-1]]
        outline = msgspec.convert(ring, Outline)
    except (msgspec.ValidationError, UnicodeDecodeError, IndexError) as error:
        raise ConfigError(f"{at}: {error}; a place is a Point or one Polygon in degrees") from error
    return msgspec.structs.replace(place, outline=place.outline or outline)


def collection(places: Iterable[Place]) -> dict[str, Any]:
    """The tree of places and its devices as a FeatureCollection; phones are left out."""
    features = [feature for place in places for feature in _features(place)]
    return {"type": "FeatureCollection", "features": features}


def _features(place: Place) -> list[dict[str, Any]]:
    told = {"kind": place.kind, "name": place.name, "grade": place.grade, "parent": place.parent}
    found = [_feature(place.id, _shape(place), told)]
    for kind, devices in (
        ("camera", place.cameras), ("door", place.doors), ("help-point", place.help_points),
        ("patrol-point", place.patrol_points),
    ):  # fmt: skip
        for device in devices:
            said = {"kind": kind, "name": device.name, "place": place.id, "device": device.id}
            if isinstance(device, Camera):
                said |= {name: getattr(device, name) for name in _CONE}
            at = device.at or place.middle
            found.append(_feature(f"{place.id}/{device.id}", _point(at), said))
    return found


_CONE = ("bearing_deg", "field_deg", "reach_m")


def _feature(name: str, geometry: Mapping[str, Any] | None, told: dict[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in told.items() if value is not None}
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": said}


def _shape(place: Place) -> Mapping[str, Any] | None:
    """The outline, closed as the standard wants it; else the point; else nothing."""
    if place.outline is None:
        return _point(place.at)
    ring: Sequence[Position] = (*place.outline, place.outline[0])
    return {"type": "Polygon", "coordinates": [ring]}


def _point(at: Position | None) -> Mapping[str, Any] | None:
    return None if at is None else {"type": "Point", "coordinates": at}
