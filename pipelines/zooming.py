"""How sure was found at which zoom in, the zoom for the next look out: places keep what works.

Each zoom has a worth at each place: how sure what matters is found there with it, a mean that
fades. One that was never tried is worth a hope. The best is shown; after a look in vain the best of
the others, for what was missed is soon missed again in the same way. So a zoom that has served
comes back at once, and one that serves badly gives way (R. Sutton and A. Barto, Reinforcement
Learning, 2018, 2.5 and 2.6: means that fade, hopeful beginnings).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.flow import Box, Detection
from pipelines.regions import TILED, Sight, Target, is_shrunk

ZOOMS = (1.0, 2.2, 0.5, TILED)  # in turn: what is another thing, or a part of one, or holds some
SURE = 0.4  # score from which a finding is one; weaker ones are for tracks that expect them
HOPE = 0.5  # score that is hoped for from a zoom that was not tried yet
FRESH = 0.3  # share of a zoom's worth that the last look makes up
REMEMBERED_S = 30.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What each of `ZOOMS` is worth at a place, and when this was learnt.

    turn  how often it was looked at in tiles and nothing was found
    vain  the zoom of the last look, if that was in vain
    """

    box: Box
    at_s: float
    worths: tuple[float, ...] = (HOPE,) * len(ZOOMS)
    turn: int = 0
    vain: float | None = None


class Zooms:
    """One camera's places and what was found there at which zoom."""

    def __init__(self) -> None:
        self.tried: list[Tried] = []

    def target(self, box: Box, size: tuple[int, int], sight: Sight) -> Target:
        """How to look at a box; tiles are for what no zoom shows with all its pixels."""
        last = self._last(box, 0.0)
        tiles = is_shrunk(box, max(ZOOMS), sight, *size)
        worths = dict(zip(ZOOMS, last.worths, strict=True))
        others = (zoom for zoom in ZOOMS if zoom != last.vain and (tiles or zoom != TILED))
        return Target(box, max(others, key=worths.__getitem__), last.turn)

    def learn(self, now_s: float, shown: Sequence[tuple[Target, Sequence[Detection]]]) -> None:
        """Note what a look has found of each target that matters, were it weak; forget old things.

        Targets may lie on each other: each builds on what was known before the look.
        """
        known = [(target, found) for target, found in shown if target.zoom in ZOOMS]
        before = [self._last(target.box, now_s) for target, _ in known]
        for (target, found), last in zip(known, before, strict=True):
            self.tried = [each for each in self.tried if not at(target.box, each.box)]
            self.tried.append(_learnt(now_s, last, target, found))
        self.tried = [each for each in self.tried if 0 <= now_s - each.at_s <= REMEMBERED_S]

    def _last(self, box: Box, now_s: float) -> Tried:
        return next((each for each in self.tried if at(box, each.box)), Tried(box, now_s))


def _learnt(now_s: float, last: Tried, target: Target, found: Sequence[Detection]) -> Tried:
    """What is known of a place after another look."""
    best = max(found, key=lambda each: each.score * each.box.overlap(target.box), default=None)
    score = best.score if best else 0.0
    hit = best is not None and score >= SURE
    worths, place = list(last.worths), ZOOMS.index(target.zoom)
    worths[place] += FRESH * (score - worths[place])
    box = best.box if best is not None and hit else target.box
    turn = target.turn + (target.zoom == TILED and not hit)
    return Tried(box, now_s, tuple(worths), turn, None if hit else target.zoom)


def at(box: Box, other: Box) -> bool:
    """Say whether two boxes are about the same thing."""
    return 2 * box.overlap(other) >= min(box.area, other.area)
