"""Where a thing was found in, where it is and will be out: a Kalman filter for one box.

Middle and speed follow a model of nearly constant velocity, driven by white acceleration
(Y. Bar-Shalom et al., Estimation with Applications to Tracking and Navigation, 2001, 6.2), so that
true time enters and frames are never counted. Both axes have the same noise and share their
variances. Everything is measured in box sides, the longer of the two: what is near moves by more
pixels and trembles by more.
"""

from math import exp
from typing import NamedTuple

from pipelines.flow import Box


class Terms(NamedTuple):
    """How things move and how well they are found; sides are those of the box.

    blur      deviation of a find, sides
    stretch   deviation of its width and height, sides
    start     deviation of the speed of what is new, sides/s
    turn      spectral density of the acceleration, sides²/s³
    swell     variance by which a size changes, sides²/s
    slow_s    in which the speed of what is not seen falls to a third
    stand_s   after which what is not seen is thought to stand
    whole     share of its side from which a find shows a thing from edge to edge
    """

    blur: float = 0.06
    stretch: float = 0.06
    start: float = 3.0
    turn: float = 0.5
    swell: float = 0.01
    slow_s: float = 5.0
    stand_s: float = 2.0
    whole: float = 0.8

    def gone_s(self, passed_s: float) -> float:
        """For how long it would have gone at its first speed, to get where it is."""
        return self.slow_s * (1.0 - exp(-min(passed_s, self.stand_s) / self.slow_s))


class Course:
    """One box on its way; brought forward only when the thing is found.

    x, y      middle, pixels
    w, h      size, pixels
    u, v      speed, pixels/s
    seen_s    time of the last find
    """

    __slots__ = (
        "both", "fast", "h", "place", "seen_s", "size", "terms", "u", "v", "w", "x", "y",
    )  # fmt: skip

    def __init__(self, box: Box, now_s: float, terms: Terms) -> None:
        self.terms, self.seen_s = terms, now_s
        self.x, self.y = box.middle
        self.w, self.h = box.width, box.height
        self.u = self.v = 0.0
        # Variance of the place, covariance of place and speed, variance of the speed, of the size.
        self.place, self.both, self.fast = terms.blur**2, 0.0, terms.start**2
        self.size = terms.stretch**2

    def at(self, now_s: float) -> Box:
        """Where the box should be."""
        x, y, w, h = self.x, self.y, self.w / 2, self.h / 2
        if now_s > self.seen_s:
            gone_s = self.terms.gone_s(now_s - self.seen_s)
            x, y = x + gone_s * self.u, y + gone_s * self.v
        return Box(x - w, y - h, x + w, y + h)

    def find(self, box: Box, now_s: float, doubt: float) -> float:
        """Take in where it was found; returns how surprising that was: 1 when as expected.

        doubt  variance of this find, over that of a good one
        """
        self._go(now_s)
        unit = max(self.w, self.h, 1.0)
        dx = self._off(box.x0, box.x1, self.x, self.w)
        dy = self._off(box.y0, box.y1, self.y, self.h)
        spread = self.place + doubt * self.terms.blur**2
        near, steer = self.place / spread, self.both / spread
        self.x, self.y = self.x + near * dx, self.y + near * dy
        self.u, self.v = self.u + steer * dx, self.v + steer * dy
        self.fast -= steer * self.both
        self.place, self.both = self.place * (1 - near), self.both * (1 - near)
        fit = self.size / (self.size + doubt * self.terms.stretch**2)
        self.size *= 1 - fit
        self.w, self.h = self.w + fit * (box.width - self.w), self.h + fit * (box.height - self.h)
        return (dx * dx + dy * dy) / (2 * spread * unit * unit)

    def towards(self, box: Box, share: float) -> tuple[float, float]:
        """A share of the way from its middle to that of a box, pixels."""
        x, y = box.middle
        return share * (x - self.x), share * (y - self.y)

    def shift(self, moved: tuple[float, float]) -> None:
        """Go where the whole picture went; the thing's own speed is not touched by it."""
        self.x, self.y = self.x + moved[0], self.y + moved[1]

    def _off(self, low: float, high: float, middle: float, side: float) -> float:
        """How far from where it should be, along one side; told by the nearer edge of a cut find.

        What stands in the way cuts off one edge and leaves the other where it was.
        """
        before, after = low - (middle - side / 2), high - (middle + side / 2)
        if high - low >= self.terms.whole * side:
            return (before + after) / 2
        return min(before, after, key=abs)

    def _go(self, now_s: float) -> None:
        """Bring the filter to a later moment."""
        passed_s = max(now_s - self.seen_s, 0.0)
        terms, turn = self.terms, self.terms.turn
        kept = exp(-passed_s / terms.slow_s)
        gone_s = terms.gone_s(passed_s)
        self.x, self.y = self.x + gone_s * self.u, self.y + gone_s * self.v
        self.u, self.v = self.u * kept, self.v * kept
        self.place += gone_s * (2 * self.both + gone_s * self.fast) + turn * passed_s**3 / 3
        self.both = (self.both + gone_s * self.fast) * kept + turn * passed_s**2 / 2
        self.fast = self.fast * kept**2 + turn * passed_s
        self.size += terms.swell * passed_s
        self.seen_s = max(now_s, self.seen_s)
