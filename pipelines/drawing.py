"""A camera's zones, lines and rules in, what a box tells of them to who may ask out.

Nothing of it is about what the camera sees. What is more than fits is left out whole and counted.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from pipelines.flow import Rule
from pipelines.rules import AnyRule, LineCrossing, OfThings, ids_of, name_of
from pipelines.shares import Corner
from pipelines.zones import Line, Zone

MOST = 128
"""Zones, lines, privacy masks and rules that are told of, of each kind."""

CORNERS = 2048
"""Corners of them all."""

_DIGITS = 4  # of a share: a third of a pixel in 4K


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A zone, a privacy mask or a line over the picture.

    points  corners, or a line's ends and bends, as shares 0..1; (0, 0) is top left. Seen from a
            line's first point towards its last, A is to the left and B to the right
    """

    id: str
    points: tuple[Corner, ...]


class RuleNow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule of the camera as it holds now.

    zone, line  where, as one of both says
    classes     COCO-80 names; none where it is about whatever moves or stands
    direction   over the line, that is told of
    """

    id: str
    rule: Rule
    armed: bool
    zone: str | None = None
    line: str | None = None
    classes: tuple[str, ...] = ()
    direction: Literal["both", "a-to-b", "b-to-a"] | None = None


class Drawing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is drawn over a camera's picture, and the rules that are about it.

    left_out  zones, lines, masks and rules that are more than may be told
    """

    zones: tuple[Shape, ...] = ()
    lines: tuple[Shape, ...] = ()
    privacy_masks: tuple[Shape, ...] = ()
    rules: tuple[RuleNow, ...] = ()
    left_out: int = 0


def drawing_of(
    *,
    zones: Sequence[Zone],
    lines: Sequence[Line],
    privacy_masks: Sequence[Zone],
    rules: Sequence[AnyRule],
) -> Drawing:
    """What of a camera's settings is told."""
    room = CORNERS
    areas, room = _fitting(((zone.id, zone.polygon) for zone in zones), room)
    strokes, room = _fitting(((line.id, line.points) for line in lines), room)
    masks, room = _fitting(((mask.id, mask.polygon) for mask in privacy_masks), room)
    now = tuple(_now(name, rule) for name, rule in zip(ids_of(rules), rules, strict=True))[:MOST]
    there = len(zones) + len(lines) + len(privacy_masks) + len(rules)
    told = len(areas) + len(strokes) + len(masks) + len(now)
    return Drawing(
        zones=areas, lines=strokes, privacy_masks=masks, rules=now, left_out=there - told
    )


def _fitting(
    drawn: Iterable[tuple[str, tuple[Corner, ...]]], room: int
) -> tuple[tuple[Shape, ...], int]:
    """Whole shapes, as many as there is room for, and the corners that are left."""
    found = list[Shape]()
    for name, points in drawn:
        if len(found) < MOST and len(points) <= room:
            found.append(Shape(id=name, points=tuple(_rounded(point) for point in points)))
            room -= len(points)
    return tuple(found), room


def _rounded(point: Corner) -> Corner:
    return round(point[0], _DIGITS), round(point[1], _DIGITS)


def _now(name: str, rule: AnyRule) -> RuleNow:
    crossing = rule if isinstance(rule, LineCrossing) else None
    return RuleNow(
        id=name, rule=name_of(rule), armed=rule.armed,
        zone=None if isinstance(rule, LineCrossing) else rule.zone,
        line=crossing.line if crossing else None,
        direction=crossing.direction if crossing else None,
        classes=tuple(dict.fromkeys(rule.classes)) if isinstance(rule, OfThings) else (),
    )  # fmt: skip
