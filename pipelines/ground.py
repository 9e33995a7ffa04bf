"""A point of the picture in, its place on the ground in metres out: four known points tell how.

A plane seen through a lens without distortion is a homography, which four points fix (R. Hartley
and A. Zisserman, Multiple View Geometry in Computer Vision, 2nd edition, 2004, chapter 4).
"""

import itertools

import msgspec
import numpy as np
import numpy.typing as npt

from pipelines.shares import Corner, Point

FLAT = 1e-3  # share of the square of their extent that a triangle of the points must have


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Four points of the ground that can be seen, no three of them on one line.

    points  in shares of the picture
    metres  the same points on the ground, from any origin, in any direction
    """

    points: tuple[Corner, Corner, Corner, Corner]
    metres: tuple[Point, Point, Point, Point]

    def __post_init__(self) -> None:
        for name, four in (("points", self.points), ("metres", self.metres)):
            corners = np.asarray(four, np.float64)
            extent = float(np.ptp(corners, axis=0).max())
            for a, b, c in itertools.combinations(corners, 3):
                if abs(_doubled(a, b, c)) <= FLAT * extent * extent:
                    raise ValueError(f"three of the four `{name}` lie on one line; take others")


class Ground:
    """The plane of a calibration; call it with a point in shares of the picture."""

    def __init__(self, calibration: Calibration) -> None:
        rows, goal = [], []
        for (x, y), (east, north) in zip(calibration.points, calibration.metres, strict=True):
            rows.append([x, y, 1, 0, 0, 0, -east * x, -east * y])
            rows.append([0, 0, 0, x, y, 1, -north * x, -north * y])
            goal += [east, north]
        self.matrix = np.append(np.linalg.solve(np.array(rows), np.array(goal)), 1.0).reshape(3, 3)
        self.front = float(np.sign(self._laid(calibration.points[0])[2]))

    def __call__(self, point: Point) -> Point | None:
        """Metres, or nothing for a point on the horizon or above it."""
        east, north, depth = self._laid(point)
        return (east / depth, north / depth) if depth * self.front > 1e-9 else None

    def _laid(self, point: Point) -> tuple[float, float, float]:
        east, north, depth = self.matrix @ (*point, 1.0)
        return float(east), float(north), float(depth)


def _doubled(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], c: npt.NDArray[np.float64]
) -> float:
    """Twice the area of a triangle."""
    (x0, y0), (x1, y1) = b - a, c - a
    return float(x0 * y1 - x1 * y0)
