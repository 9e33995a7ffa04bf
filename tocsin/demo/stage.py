"""Textured walls in, a picture with depth out: a small painter of places in perspective.

The world is in metres: x to the east, y to the north, z up. A wall is a flat four-cornered cloth;
each pixel keeps the nearest one, and the depth that remains hides an actor who steps behind it.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes

Point = tuple[float, float, float]
Floats = npt.NDArray[np.float64]

_NEAR_M = 0.3
_FINER = 2  # pixels drawn per pixel shown, on each side


@dataclass(frozen=True)
class View:
    """A camera at `eye` that looks at `target`; `focal_px` belongs to a picture 1280 wide."""

    eye: Point
    target: Point
    focal_px: float
    width: int = 1280
    height: int = 720

    @cached_property
    def axes(self) -> Floats:
        """Right, down and forward as rows (3, 3)."""
        forward = np.subtract(self.target, self.eye)
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        right = right / np.linalg.norm(right)
        return np.array((right, np.cross(forward, right), forward))

    def lens(self, finer: int = 1) -> Floats:
        """Metres before the lens to pixels (3, 3)."""
        focal = self.focal_px * self.width / 1280 * finer
        return np.array(
            [[focal, 0, self.width * finer / 2], [0, focal, self.height * finer / 2], [0, 0, 1]]
        )

    def seen(self, points: Floats) -> Floats:
        """World points (N, 3) as the camera has them: right, down, away, in metres."""
        return np.asarray((points - np.array(self.eye)) @ self.axes.T, np.float64)

    def pixel(self, point: Point) -> tuple[float, float]:
        """Where a point before the lens lands in the picture."""
        x, y, away = self.lens() @ self.seen(np.array([point]))[0]
        return float(x / away), float(y / away)

    def away_m(self, point: Point) -> float:
        """Metres from the lens, along its axis."""
        return float(self.seen(np.array([point]))[0][2])

    def height_px(self, foot: Point, height_m: float) -> float:
        """How tall something that stands at `foot` is in the picture."""
        return self.pixel(foot)[1] - self.pixel((foot[0], foot[1], foot[2] + height_m))[1]


@dataclass(frozen=True, eq=False)
class Wall:
    """A cloth spread over a parallelogram.

    cloth   (H, W, 3) uint8; its first row runs from `corner` along `across`
    across  from `corner` to the end of the first row
    down    from `corner` to the end of the first column
    alpha   (H, W) uint8 where the cloth has holes
    light   that falls on it, 1 is full
    """

    cloth: Bytes
    corner: Point
    across: Point
    down: Point
    alpha: Bytes | None = None
    light: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Set:
    """A painted place.

    bgr     (H, W, 3) uint8
    away_m  (H, W) float32, how far the thing in each pixel is
    """

    view: View
    bgr: Bytes
    away_m: npt.NDArray[np.float32]


def paint(view: View, walls: list[Wall], sky: Bytes) -> Set:
    """Paint all walls, nearest wins; walls with holes come last in the list."""
    size = (view.width * _FINER, view.height * _FINER)
    bgr = np.asarray(cv2.resize(sky, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    nearness = np.zeros(bgr.shape[:2], np.float32)
    for wall in walls:
        _hang(view, wall, bgr, nearness)
    shown = (view.width, view.height)
    small = cv2.resize(bgr, shown, interpolation=cv2.INTER_AREA)
    near = cv2.resize(nearness, shown, interpolation=cv2.INTER_NEAREST)
    return Set(view, np.asarray(small, np.uint8), (1 / np.maximum(near, 1e-4)).astype(np.float32))


def _hang(view: View, wall: Wall, bgr: Bytes, nearness: npt.NDArray[np.float32]) -> None:
    """Paint one wall where nothing nearer stands; `nearness` is 1 over metres."""
    corners = np.array(
        [
            np.array(wall.corner) + a * np.array(wall.across) + b * np.array(wall.down)
            for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))
        ]
    )
    outline = _before_lens(view.seen(corners))
    if len(outline) < 3:
        return
    pixels = outline @ view.lens(_FINER).T
    flat = (pixels[:, :2] / pixels[:, 2:]).clip(-20000, 20000)
    left, top = np.maximum(np.floor(flat.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(flat.max(axis=0)).astype(int) + 1, bgr.shape[1::-1])
    if right <= left or bottom <= top:
        return
    window = (int(left), int(top), int(right), int(bottom))
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(mask, [(flat - (left, top)).round().astype(np.int32)], 255)
    _lay(view, wall, window, mask, bgr, nearness)


def _before_lens(seen: Floats) -> Floats:
    """The part of a polygon (N, 3) that is not behind the lens (Sutherland–Hodgman)."""
    kept: list[Floats] = []
    for before, here in zip(np.roll(seen, 1, axis=0), seen, strict=True):
        if (before[2] > _NEAR_M) != (here[2] > _NEAR_M):
            share = (_NEAR_M - before[2]) / (here[2] - before[2])
            kept.append(before + share * (here - before))
        if here[2] > _NEAR_M:
            kept.append(here)
    return np.array(kept)


def _lay(
    view: View,
    wall: Wall,
    window: tuple[int, int, int, int],
    mask: Bytes,
    bgr: Bytes,
    nearness: npt.NDArray[np.float32],
) -> None:
    """Warp the cloth into the window and mix it in."""
    left, top, right, bottom = window
    onto = _cloth_to_pixels(view, wall)
    onto = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ onto
    size = (right - left, bottom - top)
    cloth = cv2.warpPerspective(wall.cloth, onto, size, borderMode=cv2.BORDER_REPLICATE)
    near = _nearness(view, wall, window)
    inside = np.s_[top:bottom, left:right]
    share = np.where(near > nearness[inside], mask, 0).astype(np.float32) / 255
    if wall.alpha is not None:
        share *= cv2.warpPerspective(wall.alpha, onto, size).astype(np.float32) / 255
    lit = np.minimum(cloth.astype(np.float32) * wall.light, 255)
    bgr[inside] = bgr[inside] + (lit - bgr[inside]) * share[..., None]
    nearness[inside] = np.where(share > 0.5, near, nearness[inside])


def _cloth_to_pixels(view: View, wall: Wall) -> Floats:
    """Homography (3, 3) from the cloth's pixels to the picture's, finer ones."""
    rows, columns = wall.cloth.shape[:2]
    corner, across, down = _seen_frame(view, wall)
    plane = np.stack((across / columns, down / rows, corner), axis=1)
    return np.asarray(view.lens(_FINER) @ plane)


def _seen_frame(view: View, wall: Wall) -> tuple[Floats, Floats, Floats]:
    corner = view.seen(np.array([wall.corner]))[0]
    return corner, view.axes @ np.array(wall.across), view.axes @ np.array(wall.down)


def _nearness(view: View, wall: Wall, window: tuple[int, int, int, int]) -> npt.NDArray[np.float32]:
    """1 over the depth of the wall's plane in each pixel of the window."""
    left, top, right, bottom = window
    corner, across, down = _seen_frame(view, wall)
    normal = np.cross(across, down)
    weights = (normal / (normal @ corner)) @ np.linalg.inv(view.lens(_FINER))
    xs = np.arange(left, right) + 0.5
    ys = (np.arange(top, bottom) + 0.5)[:, None]
    return np.asarray(weights[0] * xs + weights[1] * ys + weights[2], np.float32)
