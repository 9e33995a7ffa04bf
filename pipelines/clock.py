"""Time as a dependency: the core is told the time, it never asks."""

from typing import Protocol


class Clock(Protocol):
    """Wall time stamps, monotonic time measures."""

    def now_s(self) -> float:
        """Unix time in seconds, for stamps that people read."""
        ...

    def ticks_s(self) -> float:
        """Seconds that never jump, for durations."""
        ...
