"""No input, the demo's small town out: its plan as GeoJSON, and its tree of places.

The plan is drawn in metres to the east and north of a spot; files have degrees.
"""

import math
from collections.abc import Iterator
from typing import Any

Metres = tuple[float, float]

ORIGIN = (114.3021, 30.5904)
"""Degrees east and north of the spot from which the plan's metres count."""

_M_PER_DEGREE = 111_320.0

_GROUND: tuple[tuple[str, str, tuple[Metres, ...]], ...] = (
    ("water", "Mill River", (
        (-230, -128), (-150, -120), (-60, -130), (40, -122), (130, -132), (230, -124),
        (230, -172), (130, -180), (40, -170), (-60, -178), (-150, -168), (-230, -176),
    )),
    ("green", "", ((-62, -112), (48, -108), (48, -34), (-62, -34))),
    ("water", "Pond", ((-34, -84), (-18, -90), (-2, -82), (-6, -68), (-26, -66))),
    ("area", "", ((-62, -12), (-16, -12), (-16, 10), (-62, 10))),
    ("building", "", ((-62, 10), (-16, 10), (-16, 40), (-62, 40))),
    ("building", "", ((80, 58), (150, 58), (150, 86), (80, 86))),
    ("building", "", ((88, 104), (142, 104), (142, 116), (88, 116))),
    ("building", "School", (
        (-205, 20), (-130, 20), (-130, 44), (-170, 44), (-170, 74), (-205, 74),
    )),
    ("building", "", ((168, 8), (206, 8), (206, 30), (168, 30))),
    ("building", "", ((168, 48), (206, 48), (206, 70), (168, 70))),
    ("building", "", ((168, 88), (206, 88), (206, 110), (168, 110))),
    ("building", "Mill", ((-200, -100), (-150, -100), (-150, -66), (-200, -66))),
    ("building", "Terrace", ((-58, 66), (44, 66), (44, 84), (-58, 84))),
    ("building", "Boathouse", ((84, -110), (120, -110), (120, -92), (84, -92))),
)  # fmt: skip
_STREETS: tuple[tuple[str, tuple[Metres, ...]], ...] = (
    ("Elm Street", ((-230, -23), (230, -23))),
    ("Mill Road", ((-96, -112), (-96, 150))),
    ("Depot Lane", ((62, -112), (62, 150))),
    ("", ((62, 96), (158, 96), (158, -23))),
    ("Quay", ((-230, -115), (230, -115))),
    ("School Road", ((-230, 104), (62, 104))),
)
_PLACES: tuple[tuple[str, Metres, tuple[Metres, ...]], ...] = (
    ("donghu", (0, 0), ((-230, -182), (230, -182), (230, 152), (-230, 152))),
    ("elm", (0, -23), ((-224, -118), (224, -118), (224, 122), (-224, 122))),
    ("court", (128, 40), ((66, -16), (214, -16), (214, 120), (66, 120))),
    ("riverside", (-30, -20), ((-90, -112), (56, -112), (56, 96), (-90, 96))),
    ("yard", (112, 36), ((80, 12), (150, 12), (150, 58), (80, 58))),
    ("lane", (115, 95), ((80, 88), (150, 88), (150, 102), (80, 102))),
    ("gate", (112, 2), ((98, -12), (126, -12), (126, 12), (98, 12))),
    ("hall", (-38, 4), ((-62, -12), (-16, -12), (-16, 40), (-62, 40))),
    ("park", (-8, -72), ((-62, -112), (48, -108), (48, -34), (-62, -34))),
)


def position(spot: Metres) -> list[float]:
    """Degrees east and north, to a tenth of a metre or so."""
    east, north = ORIGIN
    wide = _M_PER_DEGREE * math.cos(math.radians(north))
    return [round(east + spot[0] / wide, 6), round(north + spot[1] / _M_PER_DEGREE, 6)]


def plan() -> dict[str, Any]:
    """The town as a FeatureCollection: the ground first, then where its places are.

    What is ground has a property `kind`, as the console's map draws it: water, green, area,
    building or road, which is a line.
    """
    return {"type": "FeatureCollection", "features": [*_ground(), *_outlines()]}


def _ground() -> Iterator[dict[str, Any]]:
    for kind, name, corners in _GROUND:
        yield _feature(_polygon(corners), {"kind": kind, **_named(name)})
    for name, path in _STREETS:
        line = {"type": "LineString", "coordinates": [position(spot) for spot in path]}
        yield _feature(line, {"kind": "road", **_named(name)})


def _named(name: str) -> dict[str, str]:
    """Nothing where a place of the same spot has the name already."""
    return {"name": name} if name else {}


def _outlines() -> Iterator[dict[str, Any]]:
    for place, middle, corners in _PLACES:
        yield _feature({"type": "Point", "coordinates": position(middle)}, {"place": place})
        yield _feature(_polygon(corners), {"place": place})


def _polygon(corners: tuple[Metres, ...]) -> dict[str, Any]:
    ring = [position(corner) for corner in (*corners, corners[0])]
    return {"type": "Polygon", "coordinates": [ring]}


def _feature(geometry: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": told}


def _camera(name: str, at: Metres, bearing_deg: float, reach_m: float = 30.0) -> dict[str, Any]:
    cone = {"bearing_deg": bearing_deg, "field_deg": 56.0, "reach_m": reach_m}
    return {"id": name, "at": position(at), **cone}


def places() -> list[dict[str, Any]]:
    """The tree of places, as a watch list has it; where they are stands in the plan."""
    return [
        {
            "id": "donghu", "name": "Donghu district", "kind": "district", "grade": 4,
            "contacts": [{"id": "control", "name": "District control room", "phone": "555-0100"}],
        },
        {
            "id": "elm", "name": "Elm Street", "kind": "street", "parent": "donghu", "grade": 4,
            "contacts": [{"id": "street-desk", "name": "Street desk", "phone": "555-0110"}],
        },
        {
            "id": "court", "name": "Elm Court", "kind": "community", "parent": "elm", "grade": 3,
            "contacts": [{"id": "gatehouse", "name": "Gatehouse", "phone": "555-0120"}],
        },
        {
            "id": "riverside", "name": "Riverside", "kind": "community", "parent": "elm",
            "grade": 3,
            "contacts": [{"id": "warden", "name": "Warden on duty", "phone": "555-0130"}],
        },
        *_at_the_depot(),
        *_by_the_river(),
    ]  # fmt: skip


def _at_the_depot() -> list[dict[str, Any]]:
    return [
        {
            "id": "yard", "name": "Depot yard", "parent": "court", "grade": 2,
            "cameras": [
                _camera("yard-east", (140, 18), 305), _camera("yard-west", (84, 18), 55),
            ],
            "doors": [{"id": "passage", "name": "Passage door", "at": position((112, 58))}],
        },
        {
            "id": "lane", "name": "Lane behind the depot", "parent": "court", "grade": 3,
            "cameras": [_camera("lane", (82, 95), 90, 45)],
        },
        {
            "id": "gate", "name": "Depot gate", "parent": "court", "grade": 3,
            "cameras": [_camera("gate", (102, -10), 30)],
        },
    ]  # fmt: skip


def _by_the_river() -> list[dict[str, Any]]:
    return [
        {
            "id": "hall", "name": "Community hall", "parent": "riverside", "grade": 3,
            "cameras": [_camera("hall-door", (-46, -10), 20)],
            "doors": [{"id": "smart-door", "name": "Smart door", "at": position((-38, 10))}],
        },
        {
            "id": "park", "name": "Riverside Park", "parent": "riverside", "grade": 3,
            "help_points": [
                {"id": "pillar", "name": "Help point at the pond", "at": position((-2, -64))},
            ],
        },
    ]  # fmt: skip


PATROLS: tuple[tuple[str, str, Metres], ...] = (
    ("car-1", "Car 1", (200, -23)),
    ("foot-1", "On foot", (176, 78)),
    ("bike-1", "Bicycle", (62, -112)),
)
"""Units that can be sent, and where they usually are."""


def patrols() -> list[dict[str, Any]]:
    """The same as a centre's file has them."""
    return [{"id": name, "name": said, "position": position(spot)} for name, said, spot in PATROLS]
