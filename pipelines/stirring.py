"""Motion in, a zone in which something moves out: the rule that asks of no class."""

from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from pipelines.feet import shares
from pipelines.flow import Box, Facts, Finding, Frame, Motion, Track
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.rules import MotionOnly
from pipelines.zones import Zone

GRID = 48  # points each way over a zone, at which it is asked what moves
PAUSE_S = 1.0  # of less, the motion goes on


class MotionJudge:
    """One life while enough of the zone moves."""

    def __init__(self, rule: MotionOnly, zone: Zone, facts: Facts, new_id: NewId) -> None:
        self.rule = rule
        self.facts = msgspec.structs.replace(facts, rule="motion", zone=zone.id)
        self.points = points_of(zone)
        self.lives, self.passed = Lives(rule, new_id), Passed()
        self.since_s = self.moved_s = float("-inf")

    def __call__(
        self, frame: Frame, motion: Motion, tracks: tuple[Track, ...]
    ) -> Iterator[Finding]:
        """Compare the share of the zone that moves with the rule's."""
        now_s = self.passed(frame.captured_s)
        held = [self._held(box, frame) for box in motion.regions]
        level = float(np.any(held, axis=0).mean()) if held and len(self.points) else 0.0
        cases = {}
        if level >= self.rule.share:
            if now_s - self.moved_s >= PAUSE_S:
                self.since_s = now_s
            self.moved_s = now_s
            if now_s - self.since_s >= self.rule.dwell_s:
                most = max(range(len(held)), key=lambda number: int(held[number].sum()))
                cases = {"zone": self._case(level, motion.regions[most], frame)}
        yield from self.lives(now_s, frame, tracks, cases)

    def _held(self, box: Box, frame: Frame) -> npt.NDArray[np.bool_]:
        """Which of the zone's points lie within a box."""
        x, y = self.points[:, 0] * frame.width, self.points[:, 1] * frame.height
        return (x >= box.x0) & (x < box.x1) & (y >= box.y0) & (y < box.y1)

    def _case(self, level: float, box: Box, frame: Frame) -> Case:
        facts = msgspec.structs.replace(self.facts, level=round(level, 3), box=shares(box, frame))
        return Case(facts, frozenset({"zone"}))


def points_of(zone: Zone) -> npt.NDArray[np.float64]:
    """(n, 2) points of a grid over a zone that lie in it, in shares of the picture."""
    corners = np.array(zone.polygon)
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    steps = (np.arange(GRID) + 0.5) / GRID
    grid = [(x0 + x * (x1 - x0), y0 + y * (y1 - y0)) for y in steps for x in steps]
    return np.array([point for point in grid if zone.holds(*point)]).reshape(-1, 2)
