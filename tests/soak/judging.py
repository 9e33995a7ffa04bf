"""What was sampled in, what grew out: medians of two quarters after warm-up are held together."""

import statistics
from collections.abc import Iterable, Mapping
from typing import NamedTuple

TOLERANCE = 0.02
"""Growth that is taken for flat."""

QUARTERS = 4


class Point(NamedTuple):
    """One value at a time, in seconds since the beginning."""

    at_s: float
    value: float


class Series(NamedTuple):
    """One quantity of one part over a whole run."""

    part: str
    what: str
    points: tuple[Point, ...]


class Verdict(NamedTuple):
    """The median of the first quarter after warm-up against that of the last."""

    part: str
    what: str
    first: float
    last: float

    @property
    def growth(self) -> float:
        """As a share of the first; below 0 where it shrank."""
        return (self.last - self.first) / self.first if self.first else float(self.last > 0)

    @property
    def flat(self) -> bool:
        """Whether it did not grow."""
        return self.growth <= TOLERANCE


def warm_up_s(seconds: float) -> float:
    """How much of a run is not judged: a quarter, at most ten minutes."""
    return min(600.0, seconds / 4)


def judged(series: Iterable[Series], *, warm_s: float, until_s: float) -> list[Verdict]:
    """A verdict for each quantity; one that has no sample in a quarter has none."""
    quarter_s = (until_s - warm_s) / QUARTERS
    found = []
    for each in series:
        first = _within(each, warm_s, warm_s + quarter_s)
        last = _within(each, until_s - quarter_s, until_s)
        if first and last:
            middle, end = statistics.median(first), statistics.median(last)
            found.append(Verdict(each.part, each.what, middle, end))
    return found


def _within(series: Series, begin_s: float, end_s: float) -> list[float]:
    return [value for at_s, value in series.points if begin_s <= at_s <= end_s]


def replaced(pids: Iterable[Mapping[str, int]]) -> list[str]:
    """Parts that another process took over, or that went, while they were watched."""
    said: list[str] = []
    before: Mapping[str, int] = {}
    for now in pids:
        gone = [part for part, pid in before.items() if now.get(part) != pid]
        said += [
            f"{part} is another process" if part in now else f"{part} is gone" for part in gone
        ]
        before = now
    return said
