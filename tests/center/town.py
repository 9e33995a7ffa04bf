"""A drawn town in: a watch list with a map, patrols, and a box that tells of its cameras out."""

import json
import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from pipelines.flow import CameraLife, CameraState, Heartbeat
from pipelines.wire import encode
from tests.center.centre import Centre, eventually

MIDDLE = (114.36, 30.56)
WIDE_M, HIGH_M = 2000.0, 1310.0
RIVER = (
    (-0.06, 0.86), (0.16, 0.74), (0.34, 0.72), (0.52, 0.6), (0.66, 0.4), (0.84, 0.3), (1.06, 0.1),
)  # fmt: skip
PLACES = (
    ("station-b", "Riverside Station, Exit B", 2, (0.637, 0.57)),
    ("substation", "Substation 4, side door", 2, (0.357, 0.243)),
    ("school", "Shiyan Primary, north wall", 2, (0.743, 0.217)),
    ("coach", "Coach station, Hall A", 2, (0.2, 0.561)),
    ("market", "Nanhu night market, east lane", 3, (0.82, 0.709)),
    ("civic", "Civic Centre, staff gate", 3, (0.48, 0.326)),
    ("river", "River walk, closed section", 3, (0.386, 0.761)),
    ("library", "Library forecourt", 3, (0.569, 0.404)),
    ("wholesale", "Wholesale market, loading bay", 4, (0.24, 0.878)),
    ("car-park", "East Gate car park, P2", 4, (0.906, 0.465)),
)
PATROLS = (("p1", "P1", (0.24, 0.6)), ("p2", "P2", (0.723, 0.81)), ("p3", "P3", (0.4, 0.304)))
STEPS = ["Watch the clip", "Call the post at the place", "Send the nearest patrol"]
CONTACTS = [{"id": "duty", "name": "Duty post", "phone": "+86 27 5550 0101"}]
GRADES = {"help-point": 1, "door-forced": 2, "object-left": 2, "camera-blind": 4}
RULES = (
    "intrusion", "help-point", "door-forced", "object-left", "line-crossing", "occupancy",
    "camera-blind", "loitering",
)  # fmt: skip


def lonlat(share: tuple[float, float]) -> list[float]:
    """A point of the town, as shares of its width and height, in degrees."""
    x, y = (share[0] - 0.5) * WIDE_M, (0.5 - share[1]) * HIGH_M
    wide = 111_320 * math.cos(math.radians(MIDDLE[1]))
    return [round(MIDDLE[0] + x / wide, 6), round(MIDDLE[1] + y / 111_320, 6)]


def cameras_of(place: str) -> tuple[str, str]:
    """Every place has two."""
    return f"{place}-1", f"{place}-2"


def watch_list() -> dict[str, Any]:
    """Places under one district; every rule everywhere, each graver rule with its grade."""
    return {
        "map": "town.geojson",
        "places": [
            {"id": "donghu", "name": "Donghu district", "kind": "district", "grade": 3},
            *(_place(*place) for place in PLACES),
        ],
        "entries": [
            {"place": "station-b", "rule": "intrusion", "grade": 1, "steps": STEPS, "merge_s": 60},
            *(
                {"place": "donghu", "rule": rule, "steps": STEPS, "merge_s": 60}
                | ({"grade": GRADES[rule]} if rule in GRADES else {})
                for rule in RULES
            ),
        ],
    }


def _place(name: str, said: str, grade: int, at: tuple[float, float]) -> dict[str, Any]:
    one, other = cameras_of(name)
    near = [(at[0] - 0.03, at[1] + 0.04), (at[0] + 0.035, at[1] - 0.035)]
    edge = [(-0.055, -0.05), (0.03, -0.075), (0.06, -0.01), (0.04, 0.045), (-0.045, 0.06)]
    return {
        "id": name, "name": said, "grade": grade, "parent": "donghu", "contacts": CONTACTS,
        "at": lonlat(at), "outline": [lonlat((at[0] + x, at[1] + y)) for x, y in edge],
        "cameras": [
            {"id": one, "at": lonlat(near[0]), "bearing_deg": 60, "reach_m": 150},
            {"id": other, "at": lonlat(near[1]), "bearing_deg": 240, "reach_m": 140},
        ],
    }  # fmt: skip


def ground() -> dict[str, Any]:
    """Blocks of houses between streets, a river with its name, parks: GeoJSON."""
    dice = random.Random(41)  # noqa: S311 -- a drawing
    bank = [(x, y - 0.05) for x, y in RIVER] + [(x, y + 0.05) for x, y in reversed(RIVER)]
    roads = [[lonlat((x, -0.2)), lonlat((x + 0.08, 1.2))] for x in (0.18, 0.66)]
    found = [_feature("water", "Polygon", [_ring(bank)], name="Donghu River")]
    found += [_feature("road", "LineString", road) for road in roads]
    for column in range(-2, 13):
        for row in range(-2, 10):
            found += _block(dice, column / 11, row / 8)
    return {"type": "FeatureCollection", "features": found}


def _block(dice: random.Random, left: float, top: float) -> list[dict[str, Any]]:
    left, top = left + dice.uniform(-0.01, 0.01), top + dice.uniform(-0.01, 0.01)
    if _in_water(left + 0.04, top + 0.05):
        return []
    if dice.random() < 0.06:
        return [_feature("green", "Polygon", [_ring(_square(left, top, 0.08, 0.11))])]
    wide, high = dice.uniform(0.02, 0.05), dice.uniform(0.03, 0.07)
    parts = [(left, top, wide, high), (left + wide + 0.004, top, 0.075 - wide, high)]
    parts += [(left, top + high + 0.006, 0.079, 0.1 - high)]
    standing = [part for part in parts if dice.random() < 0.9]
    return [_feature("building", "Polygon", [_ring(_square(*part))]) for part in standing]


def _in_water(x: float, y: float) -> bool:
    for (left, one), (right, other) in pairwise(RIVER):
        if left <= x <= right:
            return abs(one + (other - one) * (x - left) / (right - left) - y) < 0.13
    return False


def _square(x: float, y: float, wide: float, high: float) -> list[tuple[float, float]]:
    return [(x, y), (x + wide, y - 0.01), (x + wide, y + high - 0.01), (x, y + high)]


def _ring(points: list[tuple[float, float]]) -> list[list[float]]:
    return [lonlat(point) for point in [*points, points[0]]]


def _feature(kind: str, shape: str, coordinates: Any, name: str | None = None) -> dict[str, Any]:
    told = {"kind": kind} | ({"name": name} if name else {})
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": told}


class Town(Centre):
    """A centre that watches the town."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "watch.yaml").write_text(yaml.safe_dump(watch_list(), allow_unicode=True))
        (folder / "town.geojson").write_text(json.dumps(ground()))
        file = folder / "center.yaml"
        settings = yaml.safe_load(file.read_text())
        settings["patrols"] = [
            {"id": name, "name": said, "position": lonlat(at)} for name, said, at in PATROLS
        ]
        file.write_text(yaml.safe_dump(settings))

    @contextmanager
    def beating(self, **states: CameraLife) -> Iterator[None]:
        """Its box told how the cameras do; those not named are live."""
        both = [(place, camera) for place, *_ in PLACES for camera in cameras_of(place)]
        told = {name.replace("_", "-"): state for name, state in states.items()}
        cameras = tuple(
            CameraState(camera=camera, place=place, state=told.get(camera, "live"))
            for place, camera in both
        )
        with self.box() as box:
            beat = Heartbeat(box="box-1", site="demo", time=datetime.now(UTC), cameras=cameras)
            box.say("hb/box-1", encode(beat))
            eventually(lambda: self.stats()["boxes_online"] == 1)
            yield
