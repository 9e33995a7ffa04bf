"""Deaths of a worker in, its cameras in two lots out, until the one to blame is alone.

What a camera sends can end the process that decodes it, and each return of it ends the next. Which
of a worker's cameras it was, nobody lives to tell. So a worker that dies too often is halved, and
so is the half that dies again: of n cameras the others are rid of it after log2(n) further deaths.
"""

from collections import deque
from dataclasses import dataclass, field

DEATHS = 3
WITHIN_S = 600.0
"""So many deaths within so long are no accident."""

NAMED = 3
"""Cameras by which a log calls a worker that may have hundreds."""

MOST = 8
"""Workers beyond those that were dealt: each takes the memory of the networks once more."""


@dataclass(slots=True)
class Deaths:
    """When a worker's processes died, in ticks; those that its cameras cannot be blamed for not."""

    times_s: deque[float] = field(default_factory=lambda: deque(maxlen=64))

    def note(self, now_s: float, code: int | None, *, spoke: bool) -> bool:
        """Note a death with its exit code, unless every other worker would die of it as well.

        A process that ends in an orderly way before its first word lacks a file or room on a disk.
        """
        counts = spoke or (code is not None and code < 0)
        if counts:
            self.times_s.append(now_s)
        return counts

    def lately(self, now_s: float) -> int:
        """How many there were of late."""
        return sum(now_s - each <= WITHIN_S for each in self.times_s)

    def too_many(self, now_s: float) -> bool:
        """Whether it is no accident any more."""
        return self.lately(now_s) >= DEATHS

    def copy(self) -> "Deaths":
        """For a half: the next death is one too many."""
        return Deaths(self.times_s.copy())


def halves(cameras: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two lots of cameras, as even as can be."""
    middle = len(cameras) // 2
    return cameras[:middle], cameras[middle:]


def named(cameras: tuple[str, ...]) -> str:
    """Cameras as a log calls them: the first few, and how many more: `yard,gate,hall,+177`."""
    more = len(cameras) - NAMED
    return ",".join(cameras[:NAMED]) + (f",+{more}" if more > 0 else "")
