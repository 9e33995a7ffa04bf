"""A point in, inside or not, near or not out: zones and lines over the camera's picture.

Points are in shares of the picture's width and height, 0..1; (0, 0) is top left. Distances are in
shares of its height, so they are the same in every direction; they need its aspect, width by
height.
"""

import itertools
import math
from collections.abc import Iterable
from typing import Annotated

import msgspec

from pipelines.ground import Calibration
from pipelines.settings import Id
from pipelines.shares import Corner, Point

Side = tuple[Point, Point]

_FLAT = 1e-9


class Zone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the picture.

    polygon      corners as shares of width and height, 0..1; (0, 0) is top left
    sensitivity  to motion, times the camera's: 2 takes half the step for movement
    calibration  where its ground is in metres, for *speed*
    """

    id: Id
    polygon: Annotated[tuple[Corner, ...], msgspec.Meta(min_length=3)]
    sensitivity: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    calibration: Calibration | None = None

    def fault(self) -> tuple[str, str] | None:
        """Why nobody can tell what lies inside, and the fix; None where all can."""
        first = self.polygon[0]
        far = max(self.polygon, key=lambda corner: math.dist(corner, first))
        if all(abs(_side(corner, first, far)) < _FLAT for corner in self.polygon):
            return "that encloses nothing", "give it three corners that are not on one line"
        sides = enumerate(itertools.pairwise([*self.polygon, first]))
        for (number, one), (later, other) in itertools.combinations(sides, 2):
            if _cross(one, other):
                told = (f"{each} to {(each + 1) % len(self.polygon)}" for each in (number, later))
                why = f"whose sides from corner {' and '.join(told)} cross each other"
                return why, "give its corners in the order in which one walks around it"
        return None

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point, in the same shares, lies inside (even-odd rule).

        The crossing-number test: M. Shimrat, Algorithm 112, CACM 5 (1962).
        """
        inside = False
        before_x, before_y = self.polygon[-1]
        for here_x, here_y in self.polygon:
            if (here_y > y) != (before_y > y):
                crossing = (before_x - here_x) * (y - here_y) / (before_y - here_y) + here_x
                inside ^= x < crossing
            before_x, before_y = here_x, here_y
        return inside

    def away(self, point: Point, aspect: float) -> float:
        """How far outside a point lies; 0 for one that lies inside."""
        if self.holds(*point):
            return 0.0
        return _gap(point, itertools.pairwise([*self.polygon, self.polygon[0]]), aspect)


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line over the picture, of one or more straight parts.

    points  as shares of width and height; seen from the first towards the last, A is to the left
            and B to the right
    """

    id: Id
    points: Annotated[tuple[Corner, ...], msgspec.Meta(min_length=2)]

    @property
    def is_point(self) -> bool:
        """Whether all its points are the same, so that nothing can go over it."""
        return len(set(self.points)) == 1

    def away(self, point: Point, aspect: float) -> float:
        """How far a point lies from the line."""
        return _gap(point, itertools.pairwise(self.points), aspect)

    def crossed(self, begin: Point, end: Point) -> int:
        """How often a straight step goes over the line: 1 from A to B, -1 back, their sum."""
        return sum(_crossed(begin, end, a, b) for a, b in itertools.pairwise(self.points))


def _crossed(begin: Point, end: Point, a: Point, b: Point) -> int:
    """1 or -1 when a step and a straight line cross, else 0.

    A point on a line counts to its left, so that a step through a corner crosses once, and two
    steps that meet on the line cross once together.
    """
    was, now = _right_of(begin, a, b), _right_of(end, a, b)
    low, high = sorted((begin, end))  # so that the way back undoes the way there
    if was == now or _right_of(a, low, high) == _right_of(b, low, high):
        return 0
    return 1 if now else -1


def _cross(one: Side, other: Side) -> bool:
    """Say whether two straight lines cross, each within the other; that they touch is not enough.

    J. O'Rourke, Computational Geometry in C (1998), 1.5.
    """
    (a, b), (c, d) = one, other
    return _side(c, a, b) * _side(d, a, b) < 0 and _side(a, c, d) * _side(b, c, d) < 0


def _right_of(point: Point, a: Point, b: Point) -> bool:
    """To the right of the line from `a` to `b`, as one sees it in a picture whose y points down."""
    return _side(point, a, b) > 0


def _side(point: Point, a: Point, b: Point) -> float:
    """Twice the area of the triangle that three points make; positive to the right."""
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])


def _gap(point: Point, sides: Iterable[Side], aspect: float) -> float:
    """From a point to the nearest of some straight lines."""
    x, y = point[0] * aspect, point[1]
    return min(_gap_to(x, y, a, b, aspect) for a, b in sides)


def _gap_to(x: float, y: float, a: Point, b: Point, aspect: float) -> float:
    ax, ay, bx, by = a[0] * aspect, a[1], b[0] * aspect, b[1]
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = ((x - ax) * dx + (y - ay) * dy) / length if length > 0 else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.hypot(x - ax - along * dx, y - ay - along * dy)
