"""No input, the community hall out: its front with a smart door, seen from the square before it."""

import functools

import cv2

from tocsin.demo.cloths import plain, ribbed, slatted, stained, tinted, window
from tocsin.demo.ground import Ground, facing_east, facing_south, facing_west
from tocsin.demo.places import crate, dot, set_in
from tocsin.demo.stage import Wall

_WHITE = (206, 210, 208)


@functools.cache
def hall() -> tuple[Wall, ...]:
    """A plastered front with a wide dark door, a reader beside it, planters on the square."""
    return (_square(), *_front(), *_furniture())


def _square() -> Wall:
    floor = Ground(
        tinted("brick.png", (44, 34), (150, 156, 160), metres=1.9, contrast=0.4), (-22, -16)
    )
    floor.cloth = stained(floor.cloth, seed=31, depth=0.07)
    path = tinted("gravel.png", (44, 34), (134, 142, 146), metres=1.5, contrast=0.2)
    floor.fill([(-1.7, -16), (1.7, -16), (1.7, 6), (-1.7, 6)], path)
    for x in (-1.75, 1.75):
        floor.line([(x, -16), (x, 6)], (112, 118, 120), wide_m=0.12)
    floor.fill([(-22, 6), (22, 6), (22, 18), (-22, 18)], dot((56, 58, 60)))
    floor.shade([(-22, 5.1), (22, 5.1), (22, 6.1), (-22, 6.1)], dark=0.75, soft_m=0.25)
    for west in (-4.6, 3.2):
        floor.shadow_of([(west, 4.6), (west + 1.5, 4.6), (west + 1.5, 5.2), (west, 5.2)], 0.7)
    return floor.wall()


def _front() -> tuple[Wall, ...]:
    """Plaster left and right of the door and above it, and the dark corridor behind."""
    left = stained(plain((15, 5.2), (158, 184, 196), seed=33), seed=34, depth=0.05)
    right = stained(plain((15, 5.2), (158, 184, 196), seed=35), seed=36, depth=0.05)
    for across in (2.6, 6.2, 9.8):
        window(left, (across, 1.6, 1.9, 1.6))
        window(right, (15 - across - 1.9, 1.6, 1.9, 1.6))
    set_in(right, (0.35, 3.5, 0.35, 0.5), plain((0.35, 0.5), (60, 66, 70)))
    above = plain((1.9, 2.6), (96, 120, 96), seed=37)
    cv2.putText(above, "HALL", (12, 40), cv2.FONT_HERSHEY_DUPLEX, 0.8, _WHITE, 2, cv2.LINE_AA)
    side = plain((6, 2.6), (70, 74, 76))
    return (
        facing_south(plain((2.4, 2.6), (46, 48, 50)), -1.2, 12, 2.6),
        facing_east(side, -0.95, 6, 2.6),
        facing_west(side, 0.95, 12, 2.6),
        facing_south(left, -15.95, 6, 5.2),
        facing_south(right, 0.95, 6, 5.2),
        facing_south(above, -0.95, 6, 5.2),
        facing_south(ribbed((32, 0.35), (104, 108, 112), rib_m=0.5), -16, 5.95, 5.5),
    )


def _furniture() -> tuple[Wall, ...]:
    """Planters beside the door and a board on the square."""
    board = slatted((1.6, 1.1), (92, 112, 132), slat_m=0.28)
    return (
        *crate((-4.6, 4.6), (1.5, 0.6, 0.7), (70, 96, 74)),
        *crate((3.2, 4.6), (1.5, 0.6, 0.7), (70, 96, 74)),
        facing_south(board, -8.6, 5.0, 2.2),
    )
