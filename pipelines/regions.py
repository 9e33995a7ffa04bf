"""Boxes in, the patches of a frame that a network shall see out, each at the scale it sees best.

A network knows things of some sizes better than others, and where it takes small pictures a small
thing costs little. So each thing is cut out by itself and scaled to the size that is known best;
what lies together and is of a size shares a patch where that costs no more. A large thing that is
none, but may hold small ones, is shown in tiles at full resolution, some at a time.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.flow import Box

MARGIN = 0.25  # of a thing's height, around it
GRAIN_PX = 32  # sides of what is shown are multiples of it, as networks like them
SMALLEST_PX = 128
LARGEST_SCALE = 2.0  # beyond it there is nothing more to see
ALIKE = 1.5  # times by which the scales of two things that share a patch may differ
LOSS = 1.5  # times by which they may be shrunk for it
BUDGET = 3.0
EDGE_PX = 2.0
TILED = 0.0  # a zoom: part by part, at full resolution
LAP = 0.25  # of a tile's side, that two neighbours have in common


class Sight(NamedTuple):
    """What a network sees, and what it sees best.

    side_px  longest side of a picture that it is shown
    free     a smaller picture costs less; otherwise each costs as much as a whole one
    tall_px  height at which it knows things best; 0: as large as they are
    """

    side_px: int = 416
    free: bool = False
    tall_px: int = 0


PLAIN = Sight()
"""A network of one size, of which nobody knows what it knows best."""


class Patch(NamedTuple):
    """A part of a frame, in its pixels, and how many pixels are shown for each of them."""

    region: Box
    scale: float

    def cost(self, sight: Sight) -> float:
        """In looks at a whole picture of `sight.side_px` squared."""
        if not sight.free:
            return 1.0
        return self.region.area * self.scale**2 / sight.side_px**2


class Target(NamedTuple):
    """A thing to look at.

    zoom  changes the scale, where the box may not be all of it, or more than it; or `TILED`
    turn  with which of its tiles to begin, in budgets
    """

    box: Box
    zoom: float = 1.0
    turn: int = 0


def to_look_at(
    targets: Iterable[Target], sight: Sight, *, width: int, height: int, budget: float = BUDGET
) -> tuple[Patch, ...]:
    """Patches that hold the targets, the most important first.

    targets        in pixels of the frame, the most important first
    width, height  pixels of the frame
    budget         whole looks that all may cost; one patch always may
    """
    patches: list[Patch] = []
    for target in targets:
        new = (
            tiles(target, sight, width, height)
            if target.zoom == TILED
            else [patch(target, sight, width, height)]
        )
        for each in new:
            patches = _joined([*patches, each], sight, width, height)
    kept: list[Patch] = []
    spent = 0.0
    for each in patches:
        spent += each.cost(sight)
        if kept and spent > budget:
            break
        kept.append(each)
    return tuple(kept)


def patch(target: Target, sight: Sight, width: int, height: int) -> Patch:
    """The patch of one target, moved inside the frame where it sticks out.

    Where there is no room for its scale, what sticks out is left out first.
    """
    tall = max(target.box.height, target.box.width / 2, 1.0)  # cars and groups are wide
    wanted = min(target.zoom * sight.tall_px / tall if sight.tall_px else 1.0, LARGEST_SCALE)
    margin = MARGIN * tall
    x0, y0, x1, y1 = target.box
    around = Box(x0 - margin, y0 - margin, x1 + margin, y1 + margin)
    if wanted * max(around.width, around.height) > sight.side_px:
        around = around.clipped(width, height)
    return _over(around, wanted, sight, width, height)


def tiles(
    target: Target, sight: Sight, width: int, height: int, *, at_once: int = int(BUDGET)
) -> list[Patch]:
    """A thing's box and what is around it in parts that overlap, others first at each turn."""
    side, around = sight.side_px, MARGIN * max(target.box.height, target.box.width / 2)
    x0, y0, x1, y1 = target.box
    box = Box(x0 - around, y0 - around, x1 + around, y1 + around).clipped(width, height)
    parts = [
        _over(Box(x, y, min(x + side, box.x1), min(y + side, box.y1)), 1.0, sight, width, height)
        for y in _begins(box.y0, box.y1, side)
        for x in _begins(box.x0, box.x1, side)
    ]
    first = target.turn * at_once % len(parts)
    return [*parts[first:], *parts[:first]]


def is_shrunk(box: Box, zoom: float, sight: Sight, width: int, height: int) -> bool:
    """Say whether less than all pixels of a box are shown at a zoom."""
    return patch(Target(box, zoom), sight, width, height).scale < 1.0


def _begins(begin: float, end: float, side: float) -> list[float]:
    """Where tiles begin that cover a length, evenly spread."""
    more = max(0, math.ceil((end - begin - side) / (side * (1 - LAP))))
    step = (end - begin - side) / more if more else 0.0
    return [begin + step * each for each in range(more + 1)]


def is_cut(box: Box, within: Box, width: int, height: int, *, scale: float = 1.0) -> bool:
    """Say whether a box ends where a part of the frame does and the frame does not.

    scale  pixels that were shown for each of the part's
    """
    near = EDGE_PX / scale
    ends = ((within.x0 > 0, box.x0 - within.x0), (within.y0 > 0, box.y0 - within.y0),
            (within.x1 < width, within.x1 - box.x1),
            (within.y1 < height, within.y1 - box.y1))  # fmt: skip
    return any(inner and away <= near for inner, away in ends)


def _over(box: Box, scale: float, sight: Sight, width: int, height: int) -> Patch:
    """A patch that holds a box, shrunk where more than `side_px` would be shown."""
    scale = min(scale, sight.side_px / max(box.width, box.height, 1.0))
    across, down = (_shown_px(side * scale, sight) for side in (box.width, box.height))
    x, wide = _placed((box.x0 + box.x1) / 2, across / scale, width)
    y, high = _placed((box.y0 + box.y1) / 2, down / scale, height)
    return Patch(Box(x, y, x + wide, y + high), scale)


def _shown_px(side: float, sight: Sight) -> float:
    if not sight.free:
        return sight.side_px
    return min(sight.side_px, max(SMALLEST_PX, -(-side // GRAIN_PX) * GRAIN_PX))


def _placed(middle: float, length: float, limit: float) -> tuple[float, float]:
    """Where a length around a middle begins, on an even pixel; and the length, up to a limit."""
    length = min(length, limit)
    begin = min(max(middle - length / 2, 0.0), limit - length)
    return 2.0 * (begin // 2), length


def _joined(patches: list[Patch], sight: Sight, width: int, height: int) -> list[Patch]:
    """Join pairs that cost no more together; what comes first stays there."""
    for index, first in enumerate(patches):
        for other in range(index + 1, len(patches)):
            both = _together(first, patches[other], sight, width, height)
            if both is not None:
                rest = [*patches[index + 1 : other], *patches[other + 1 :]]
                return _joined([*patches[:index], both, *rest], sight, width, height)
    return patches


def _together(first: Patch, second: Patch, sight: Sight, width: int, height: int) -> Patch | None:
    """One patch for two, if their things are of a size and it costs no more."""
    small, large = sorted((first.scale, second.scale))
    if large > ALIKE * small:
        return None
    around, costs = first.region.around(second.region), first.cost(sight) + second.cost(sight)
    for scale in (small, small / LOSS):
        both = _over(around, scale, sight, width, height)
        if both.scale * LOSS >= small and both.cost(sight) <= costs:
            return both
    return None
