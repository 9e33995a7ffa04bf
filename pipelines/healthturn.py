"""Glances at frames in, whether a camera has been turned by a little and stays so out.

A turn that leaves most of the scene in the picture moves all of it by as much. How far is told as
for a camera that sways (`swaying`), from what is usual to what is seen; a vehicle that drives
through does not move the scene behind it, and a gust does not last.
"""

import numpy as np
import numpy.typing as npt

from pipelines.flow import Frame
from pipelines.healthrules import Moved
from pipelines.swaying import displaced, profiles

Reals = npt.NDArray[np.float64]

REACH = 0.15  # share of the picture that a small turn moves it by, at most
LEAST = 0.02  # and at least
SAME = 0.01  # that it may differ by from glance to glance, and still stand
CELLS = 150
"""Pixels of the picture's shorter side that are looked at, at most: a fiftieth is three of them."""

FIRM = 5  # glances from which it is known what is usual
FOLLOW = 0.03


class Turn:
    """What a camera's profiles of brightness usually are."""

    def __init__(self, rule: Moved) -> None:
        self.rule = rule
        self.forget()

    def forget(self) -> None:
        """What comes next is what is usual."""
        self.known: tuple[Reals, Reals] | None = None
        self.firm = 0
        self.way = (0.0, 0.0)
        self.since_s: float | None = None

    def __call__(self, frame: Frame, *, told: bool) -> bool:
        """Whether the picture stands elsewhere; `told`: that has been told."""
        at_s, now = frame.captured_s, _profiles(frame)
        if self.known is None or any(
            one.shape != other.shape for one, other in zip(self.known, now, strict=True)
        ):
            self.forget()
            self.known = now
        way = displaced(self.known[0], now[0], REACH), displaced(self.known[1], now[1], REACH)
        if max(map(abs, way)) < LEAST:
            self.since_s = None
            self._follow(now, told=told)
            return False
        if self.firm < FIRM or (told and self._settled(at_s)):
            self.forget()
            self.known = now
            return False
        return self._stands(at_s, way)

    def _settled(self, at_s: float) -> bool:
        return self.since_s is not None and at_s - self.since_s >= self.rule.settles_s

    def _stands(self, at_s: float, way: tuple[float, float]) -> bool:
        """It has moved by the same for long enough."""
        strays = max(abs(one - other) for one, other in zip(way, self.way, strict=True))
        if self.since_s is None or strays > SAME or at_s < self.since_s:
            self.way, self.since_s = way, at_s
        return at_s - self.since_s >= self.rule.after_s

    def _follow(self, now: tuple[Reals, Reals], *, told: bool) -> None:
        if self.known is not None and not told:
            self.firm += 1
            share = max(FOLLOW, 1 / (self.firm + 1))
            across, down = (
                old + share * (new - old) for old, new in zip(self.known, now, strict=True)
            )
            self.known = across, down


def _profiles(frame: Frame) -> tuple[Reals, Reals]:
    """Of every so manieth pixel: a profile is a mean over many of them."""
    step = max(1, -(-min(frame.width, frame.height) // CELLS))
    seen = frame.y[: frame.height : step, : frame.width : step]
    return profiles(seen, seen.shape[1], seen.shape[0], 1)
