"""The one file of the centre that asks the system for the time."""

import time


class SystemClock:
    """The machine's clocks; see `pipelines.clock.Clock`."""

    def now_s(self) -> float:
        """Unix time in seconds."""
        return time.time()

    def ticks_s(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()
