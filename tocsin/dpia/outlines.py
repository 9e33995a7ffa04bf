"""A camera's zones, lines and masks in, outlines for a drawing without a picture out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from edge.config import Camera
from pipelines.shares import Point

WIDTH, HEIGHT = 160, 90
"""Of the drawing; the picture's own shape is not in the configuration."""

Kind = Literal["zone", "line", "mask", "private"]


@dataclass(frozen=True, slots=True)
class Outline:
    """One shape.

    points  as SVG takes them, `x,y x,y …`
    at      where its name stands
    """

    kind: Kind
    name: str
    points: str
    at: Point


def outlines(camera: Camera) -> tuple[Outline, ...]:
    """All that is drawn over a camera's picture, what hides most last."""
    return tuple(_outlines(camera))


def _outlines(camera: Camera) -> Iterator[Outline]:
    for mask in camera.masks:
        yield _outline("mask", mask.id, mask.polygon)
    for zone in camera.zones:
        yield _outline("zone", zone.id, zone.polygon)
    for line in camera.lines:
        yield _outline("line", line.id, line.points)
    for mask in camera.privacy_masks:
        yield _outline("private", mask.id, mask.polygon)


def _outline(kind: Kind, name: str, points: Sequence[Point]) -> Outline:
    drawn = [(x * WIDTH, y * HEIGHT) for x, y in points]
    middle = tuple(sum(axis) / len(drawn) for axis in zip(*drawn, strict=True))
    text = " ".join(f"{x:.4g},{y:.4g}" for x, y in drawn)
    return Outline(kind, name, text, (round(middle[0], 1), round(middle[1], 1)))
