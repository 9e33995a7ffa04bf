"""Metres in, a painted floor and plain buildings out: what the places are put together from."""

import cv2
import numpy as np

from pipelines.flow import Bytes
from tocsin.demo.cloths import PX_PER_M, Colour
from tocsin.demo.stage import Wall

Spot = tuple[float, float]
"""Metres to the east and to the north, on the ground."""

SOUTH_LIGHT, WEST_LIGHT, EAST_LIGHT, ROOF_LIGHT = 1.0, 0.72, 0.9, 1.08
_SHADOW = (-0.55, 0.4)  # metres that a shadow falls per metre of height


class Ground:
    """A floor from `south_west` on, painted over like a map.

    cloth  (H, W, 3) uint8; its first row lies in the north
    """

    def __init__(self, cloth: Bytes, south_west: Spot) -> None:
        self.cloth = cloth.copy()
        self.west, self.south = south_west
        self.wide_m, self.deep_m = (side / PX_PER_M for side in cloth.shape[1::-1])

    def fill(self, spots: list[Spot], cloth: Bytes) -> None:
        """Lay another cloth, as large as the floor's or a single pixel, over an area."""
        mask = self._mask(spots)
        np.copyto(self.cloth, np.broadcast_to(cloth, self.cloth.shape), where=mask[..., None] > 127)

    def line(self, spots: list[Spot], colour: Colour, *, wide_m: float = 0.1) -> None:
        """A painted line, worn here and there."""
        mask = np.zeros(self.cloth.shape[:2], np.uint8)
        path = [self._pixels(spots)]
        cv2.polylines(mask, path, isClosed=False, color=255, thickness=round(wide_m * PX_PER_M))
        left, top, wide, high = cv2.boundingRect(mask)
        painted = np.s_[top : top + high, left : left + wide]
        worn = np.random.default_rng(5).random(mask.shape)[painted] * 0.5 + 0.35
        share = (mask[painted] / 255 * worn)[..., None]
        mixed = self.cloth[painted] * (1 - share) + np.array(colour) * share
        self.cloth[painted] = mixed.astype(np.uint8)

    def shade(self, spots: list[Spot], *, dark: float = 0.5, soft_m: float = 0.12) -> None:
        """Darken an area, with a soft edge."""
        mask = cv2.GaussianBlur(self._mask(spots), (0, 0), soft_m * PX_PER_M)
        light = 1 - mask.astype(np.float32) / 255 * (1 - dark)
        self.cloth = np.asarray(self.cloth * light[..., None], np.uint8)

    def shadow_of(self, footprint: list[Spot], height_m: float) -> None:
        """The shadow that something upright throws in the demo's sun."""
        dx, dy = (part * height_m for part in _SHADOW)
        moved = [(x + dx, y + dy) for x, y in footprint]
        outline = cv2.convexHull(np.array(footprint + moved, np.float32))[:, 0]
        self.shade([(float(x), float(y)) for x, y in outline])

    def wall(self) -> Wall:
        """The floor, to be painted like any wall."""
        corner = (self.west, self.south + self.deep_m, 0.0)
        return Wall(self.cloth, corner, (self.wide_m, 0, 0), (0, -self.deep_m, 0))

    def _mask(self, spots: list[Spot]) -> Bytes:
        mask = np.zeros(self.cloth.shape[:2], np.uint8)
        cv2.fillPoly(mask, [self._pixels(spots)], 255)
        return mask

    def _pixels(self, spots: list[Spot]) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
        north = self.south + self.deep_m
        pixels = [((x - self.west) * PX_PER_M, (north - y) * PX_PER_M) for x, y in spots]
        return np.array(pixels).round().astype(np.int32)


def facing_south(cloth: Bytes, west: float, south: float, top_m: float) -> Wall:
    """A wall that looks south, its lower left corner at (west, south)."""
    wide, high = (side / PX_PER_M for side in cloth.shape[1::-1])
    return Wall(cloth, (west, south, top_m), (wide, 0, 0), (0, 0, -high), light=SOUTH_LIGHT)


def facing_east(cloth: Bytes, east: float, south: float, top_m: float) -> Wall:
    """A wall that looks east, seen from there with its left end in the south."""
    wide, high = (side / PX_PER_M for side in cloth.shape[1::-1])
    return Wall(cloth, (east, south, top_m), (0, wide, 0), (0, 0, -high), light=EAST_LIGHT)


def facing_west(cloth: Bytes, west: float, north: float, top_m: float) -> Wall:
    """A wall that looks west, seen from there with its left end in the north."""
    wide, high = (side / PX_PER_M for side in cloth.shape[1::-1])
    return Wall(cloth, (west, north, top_m), (0, -wide, 0), (0, 0, -high), light=WEST_LIGHT)


def roof(cloth: Bytes, west: float, south: float, top_m: float) -> Wall:
    """A flat lid at `top_m`."""
    wide, deep = (side / PX_PER_M for side in cloth.shape[1::-1])
    return Wall(cloth, (west, south + deep, top_m), (wide, 0, 0), (0, -deep, 0), light=ROOF_LIGHT)
