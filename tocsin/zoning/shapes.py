"""A camera's zones, lines and both kinds of masks as the page draws them."""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec
import yaml

from edge.config import Camera
from pipelines.zones import Zone

Kind = Literal["zones", "lines", "masks", "privacy_masks"]
Point = tuple[float, float]

KINDS: tuple[Kind, ...] = ("zones", "lines", "masks", "privacy_masks")
POINTS: dict[Kind, str] = {
    "zones": "polygon",
    "lines": "points",
    "masks": "polygon",
    "privacy_masks": "polygon",
}
"""The key under which a shape of this kind has its points."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shape.

    points  shares of the picture's width and height
    was     its id in the file; nothing when it is new
    """

    kind: Kind
    id: str
    points: tuple[Point, ...]
    was: str | None = None


def shapes_of(camera: Camera) -> tuple[Shape, ...]:
    """What a camera has."""
    lines = [Shape(kind="lines", id=n.id, points=n.points, was=n.id) for n in camera.lines]
    return (
        *_closed("zones", camera.zones),
        *lines,
        *_closed("masks", camera.masks),
        *_closed("privacy_masks", camera.privacy_masks),
    )


def _closed(kind: Kind, zones: Sequence[Zone]) -> list[Shape]:
    return [Shape(kind=kind, id=zone.id, points=zone.polygon, was=zone.id) for zone in zones]


def points_text(shape: Shape) -> str:
    """Its points as YAML on one line; a ten-thousandth of the picture is fine enough."""
    return f"[{', '.join(f'[{x:.4g}, {y:.4g}]' for x, y in map(rounded, shape.points))}]"


def rounded(point: Point) -> Point:
    """A point as it is written."""
    return round(point[0], 4), round(point[1], 4)


def scalar(text: str) -> str:
    """A text as YAML; quoted where it would be taken for something else."""
    plain = _PLAIN.fullmatch(text) and yaml.safe_load(text) == text
    return text if plain else msgspec.json.encode(text).decode()


def flow(shape: Shape) -> str:
    """The whole shape as YAML on one line."""
    return f"{{id: {scalar(shape.id)}, {POINTS[shape.kind]}: {points_text(shape)}}}"


def block(shapes: tuple[Shape, ...]) -> str:
    """Shapes as YAML for a camera that has none yet."""
    return "".join(
        f"{kind}:\n" + "".join(f"  - {flow(shape)}\n" for shape in shapes if shape.kind == kind)
        for kind in KINDS
        if any(shape.kind == kind for shape in shapes)
    )
