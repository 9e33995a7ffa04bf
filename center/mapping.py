"""The places that someone may see and the map's file in, one GeoJSON for the console's map out."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from center.geojson import collection
from center.watchlist import WatchList

KINDS = frozenset({"water", "green", "road", "rail", "building", "area"})
"""What the ground is drawn as; anything else is an area."""


class MapFeature(msgspec.Struct, frozen=True, kw_only=True):
    """A feature of RFC 7946: of a place, a camera, a door, a help point, or of the ground.

    properties  `kind` says which: those of a place's own, `camera`, `door`, `help-point`, or
                `water`, `green`, `road`, `rail`, `building`, `area` of the ground
    """

    type: Literal["Feature"] = "Feature"
    id: str | None = None
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class MapPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A FeatureCollection in longitude and latitude, the ground first."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: tuple[MapFeature, ...]


def plan(whole: WatchList, seen: WatchList) -> MapPlan:
    """The ground of the map's file, then the places and devices that are seen.

    For who does not see all places the ground has no names. A file that is gone or broken by now
    leaves the places without their ground.
    """
    file = Path(whole.map) if whole.map else None
    owned = {place.id for place in whole.places}
    ground = [each for each in _ground_of(file) if each.id not in owned]
    beneath = ground if seen is whole else [_nameless(each) for each in ground]
    features = (msgspec.convert(each, MapFeature) for each in collection(seen.places)["features"])
    return MapPlan(features=(*beneath, *features))


def _ground_of(file: Path | None) -> tuple[MapFeature, ...]:
    return _ground(file, _changed_ns(file)) if file else ()


def _nameless(feature: MapFeature) -> MapFeature:
    kind = {"kind": feature.properties["kind"]}
    return msgspec.structs.replace(feature, id=None, properties=kind)


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _ground(path: Path, _: int) -> tuple[MapFeature, ...]:
    """Features that no place owns, of a file as it was at a time."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])["features"]
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, KeyError):
        return ()
    return tuple(_ground_feature(each) for each in found if _is_ground(each))


def _is_ground(feature: dict[str, Any]) -> bool:
    return not (feature.get("properties") or {}).get("place")


def _ground_feature(feature: dict[str, Any]) -> MapFeature:
    told = feature.get("properties") or {}
    kind = told.get("kind") if told.get("kind") in KINDS else "area"
    said = {"kind": kind} | ({"name": told["name"]} if isinstance(told.get("name"), str) else {})
    name = feature.get("id")
    return MapFeature(
        id=None if name is None else str(name), geometry=feature.get("geometry"), properties=said
    )
