"""No input, the demo's three places out: the depot's yard, the lane behind it, its gate."""

import functools

import cv2
import numpy as np

from pipelines.flow import Bytes
from tocsin.demo.cloths import (
    PX_PER_M,
    Colour,
    mesh,
    plain,
    ribbed,
    sky,
    slatted,
    stained,
    tinted,
    window,
)
from tocsin.demo.ground import Ground, Spot, facing_east, facing_south, facing_west, roof
from tocsin.demo.stage import Wall

_BRICK: Colour = (78, 92, 132)
_CONCRETE: Colour = (136, 142, 142)
_ASPHALT: Colour = (92, 92, 90)
_WHITE: Colour = (206, 210, 208)
_DOOR: Colour = (112, 118, 104)


@functools.cache
def yard() -> tuple[Wall, ...]:
    """A brick depot with a passage, a closed yard before it, containers and fences around."""
    return (_yard_floor(), *_depot(), *_containers(), *_behind_the_fence(), *_fences())


@functools.cache
def lane() -> tuple[Wall, ...]:
    """A narrow lane between a brick wall and a plastered house, garages at its end."""
    floor = Ground(
        tinted("gravel.png", (10, 34), (112, 118, 120), metres=2.2, contrast=0.4), (-5, -8)
    )
    floor.cloth = stained(floor.cloth, seed=4, depth=0.1)
    floor.fill([(-0.1, -8), (0.1, -8), (0.1, 26), (-0.1, 26)], dot((98, 102, 104)))
    floor.fill([(2.0, -8), (3, -8), (3, 26), (2.0, 26)], dot((138, 142, 142)))
    floor.shade([(1.2, -8), (3, -8), (3, 26), (1.2, 26)], dark=0.8, soft_m=0.3)
    floor.shade([(-3, -8), (-2.1, -8), (-2.1, 26), (-3, 26)], dark=0.7, soft_m=0.3)
    house = plain((30, 5.4), (150, 178, 188), seed=9)
    for left in (3.5, 11.0, 15.0, 22.0):
        window(house, (left, 1.9, 1.3, 1.5))
    set_in(house, (7.6, 3.2, 1.1, 2.2), slatted((1.1, 2.2), (64, 84, 58), slat_m=0.3))
    set_in(house, (18.6, 3.2, 1.1, 2.2), slatted((1.1, 2.2), (52, 56, 96), slat_m=0.3))
    garages = tinted("brick.png", (9, 4), _BRICK, metres=1.6)
    for left in (0.9, 4.6):
        set_in(garages, (left, 1.4, 3.0, 2.6), slatted((3.0, 2.6), _DOOR))
    brick = tinted("brick.png", (30, 3.4), (84, 100, 138), metres=1.6)
    cope = plain((30, 0.14), (150, 154, 154))
    return (
        floor.wall(),
        facing_east(stained(brick, seed=6), -2.8, -6, 3.4),
        facing_east(cope, -2.76, -6, 3.5),
        facing_west(house, 2.9, 24, 5.4),
        facing_south(garages, -4.5, 17, 4.0),
        *crate((-2.6, 7.2), (0.7, 0.7, 1.1), (62, 84, 52)),
        *crate((-2.6, 8.1), (0.7, 0.7, 1.1), (84, 60, 48)),
    )


@functools.cache
def gate() -> tuple[Wall, ...]:
    """A quiet street before the depot's sliding gate; brick houses behind the wall."""
    floor = Ground(tinted("gravel.png", (44, 30), _ASPHALT, metres=1.4, contrast=0.4), (-22, -16))
    floor.cloth = stained(floor.cloth, seed=8, depth=0.08)
    pavement = tinted("brick.png", (44, 30), (142, 146, 148), metres=1.6, contrast=0.5)
    floor.fill([(-22, 0.6), (22, 0.6), (22, 4), (-22, 4)], pavement)
    floor.line([(-22, 0.55), (22, 0.55)], (176, 180, 180), wide_m=0.22)
    for start in range(-20, 20, 4):
        floor.line([(start, -3.4), (start + 2, -3.4)], _WHITE, wide_m=0.14)
    floor.fill([(-1.8, 0.6), (3.8, 0.6), (3.8, 4), (-1.8, 4)], dot((112, 114, 114)))
    floor.shade([(-22, 2.6), (22, 2.6), (22, 4), (-22, 4)], dark=0.72, soft_m=0.2)
    for x in (-2.3, 4.3):
        floor.shadow_of([(x, 1.0), (x + 0.18, 1.0), (x + 0.18, 1.2), (x, 1.2)], 0.9)
    banner = plain((2.6, 1.0), (150, 96, 58), seed=4)
    cv2.putText(banner, "DEPOT 4", (10, 32), cv2.FONT_HERSHEY_DUPLEX, 0.8, _WHITE, 2, cv2.LINE_AA)
    left, right = (plain((wide, 2.4), (158, 170, 176), seed=wide) for wide in (20, 18))
    house = stained(tinted("brick.png", (40, 9), (92, 104, 134), metres=1.8), seed=12, depth=0.05)
    for across in (4.5, 9.0, 13.5, 18.0, 22.5, 27.0, 31.5):
        window(house, (across, 2.0, 1.4, 1.9))
        window(house, (across, 5.4, 1.4, 1.9))
    return (
        floor.wall(),
        facing_south(house, -18, 12, 9),
        facing_south(left, -21.8, 4, 2.4),
        facing_south(right, 3.8, 4, 2.4),
        facing_south(banner, 5.0, 3.95, 2.1),
        facing_south(slatted((5.6, 2.2), (96, 104, 92), slat_m=0.22), -1.8, 4.1, 2.25),
        *crate((-2.15, 3.8), (0.35, 0.4, 2.8), (150, 154, 156)),
        *crate((3.8, 3.8), (0.35, 0.4, 2.8), (150, 154, 156)),
        *crate((-2.3, 1.0), (0.18, 0.2, 0.9), (60, 70, 190)),
        *crate((4.3, 1.0), (0.18, 0.2, 0.9), (60, 70, 190)),
        *crate((-6.2, 1.1), (0.14, 0.14, 7), (120, 124, 122)),
    )


def _yard_floor() -> Wall:
    floor = Ground(tinted("gravel.png", (40, 30), _CONCRETE, metres=1.8, contrast=0.22), (-20, -12))
    floor.cloth = stained(floor.cloth, seed=2, depth=0.07)
    for x in range(-18, 20, 4):
        floor.line([(x, -12), (x, 6)], (104, 108, 108), wide_m=0.05)
    for y in (-8, -4, 0, 4):
        floor.line([(-20, y), (20, y)], (104, 108, 108), wide_m=0.05)
    for bay in (-6.4, -4.0, 3.6, 6.0):
        floor.line([(bay, 5.4), (bay, 1.6)], (70, 178, 206))
    floor.fill([(-20, 6), (20, 6), (20, 18), (-20, 18)], dot((58, 60, 60)))
    floor.shade([(-20, 5.2), (20, 5.2), (20, 6.1), (-20, 6.1)], dark=0.75, soft_m=0.25)
    floor.shade([(-2.6, 0.4), (-1.4, 0.1), (-1.0, 0.9), (-2.2, 1.3)], dark=0.82, soft_m=0.2)
    for south_west, size, _ in _BLOCKS:
        floor.shadow_of(_footprint(south_west, size), size[2])
    return floor.wall()


_BLOCKS: tuple[tuple[Spot, tuple[float, float, float], Colour], ...] = (
    ((-10.6, 2.0), (2.4, 3.4, 2.5), (128, 86, 46)),
    ((8.4, 1.2), (2.4, 4.4, 2.5), (52, 58, 128)),
    ((-8.0, 5.0), (1.2, 0.8, 1.0), (78, 116, 150)),
    ((5.2, 5.0), (1.3, 0.8, 1.2), (76, 112, 146)),
)


def _containers() -> tuple[Wall, ...]:
    return tuple(wall for spot, size, colour in _BLOCKS for wall in crate(spot, size, colour))


def _depot() -> tuple[Wall, ...]:
    """Brick left and right of the passage and above it, and the dark passage itself."""
    left = stained(tinted("brick.png", (15, 4.8), _BRICK, metres=1.7), seed=3)
    right = stained(tinted("brick.png", (15, 4.8), _BRICK, metres=1.7), seed=5)
    above = tinted("brick.png", (1.9, 2.2), _BRICK, metres=1.7)
    for across in (4.6, 8.6):
        window(left, (across, 1.3, 1.6, 1.3))
        window(right, (13.4 - across, 1.3, 1.6, 1.3))
    set_in(left, (11.3, 1.8, 2.6, 3.0), slatted((2.6, 3.0), _DOOR))
    set_in(right, (1.2, 1.8, 2.6, 3.0), slatted((2.6, 3.0), _DOOR))
    side = plain((5, 2.6), (66, 70, 72))
    return (
        facing_south(plain((2.4, 2.6), (44, 46, 48)), -1.2, 11, 2.6),
        facing_east(side, -0.95, 6, 2.6),
        facing_west(side, 0.95, 11, 2.6),
        facing_south(left, -15.95, 6, 4.8),
        facing_south(right, 0.95, 6, 4.8),
        facing_south(above, -0.95, 6, 4.8),
        facing_south(plain((32, 0.3), (120, 124, 126)), -16, 5.95, 5.05),
    )


def _behind_the_fence() -> tuple[Wall, ...]:
    """Sheds and hedges outside, so that the view does not end at the wire."""
    hedge = stained(tinted("grass.png", (40, 2.2), (58, 84, 70), metres=2.0), seed=21, depth=0.2)
    shed = ribbed((18, 5), (146, 140, 132), rib_m=0.3)
    return (
        facing_east(hedge, -14, -14, 2.2),
        facing_west(hedge, 14, 20, 2.2),
        facing_east(shed, -21, -4, 5),
        facing_west(shed, 21, 12, 5.6),
    )


def _fences() -> tuple[Wall, ...]:
    wire, where = mesh((18, 2.3))
    east, west = facing_west(wire, 11.5, 6, 2.3), facing_east(wire, -11.5, -12, 2.3)
    return tuple(Wall(wire, w.corner, w.across, w.down, where, 0.95) for w in (east, west))


def crate(south_west: Spot, size: tuple[float, float, float], colour: Colour) -> tuple[Wall, ...]:
    """A box of ribbed metal: the sides that the demo's cameras can see, and its lid."""
    (x, y), (wide, deep, high) = south_west, size
    front, side = ribbed((wide, high), colour), ribbed((deep, high), colour)
    return (
        facing_south(front, x, y, high),
        facing_east(side, x + wide, y, high),
        facing_west(side, x, y + deep, high),
        roof(plain((wide, deep), colour), x, y, high),
    )


def _footprint(south_west: Spot, size: tuple[float, float, float]) -> list[Spot]:
    x, y = south_west
    return [(x, y), (x + size[0], y), (x + size[0], y + size[1]), (x, y + size[1])]


def set_in(cloth: Bytes, box_m: tuple[float, float, float, float], part: Bytes) -> None:
    """Set a part (a door) into a wall's cloth, with a dark frame."""
    left, top = (round(side * PX_PER_M) for side in box_m[:2])
    rows, columns = part.shape[:2]
    cloth[max(0, top - 4) : top + rows, left - 4 : left + columns + 4] = (58, 60, 62)
    cloth[top : top + rows, left : left + columns] = part[: cloth.shape[0] - top]


def dot(colour: Colour) -> Bytes:
    """A cloth of one pixel."""
    return np.array([[colour]], np.uint8)


def heaven() -> Bytes:
    """The overcast sky that all places share."""
    return sky((214, 210, 205), (190, 176, 160))
