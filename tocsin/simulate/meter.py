"""A centre that runs in, what each component costs from a beginning to an end out."""

import time
from collections.abc import Iterator

from tocsin.simulate.centre import Running

BOXES = "box side"
_STEPS = 20


class Meter:
    """Reads CPU at two moments, and memory now and then."""

    def __init__(self, centre: Running) -> None:
        self.centre = centre
        self.began_s, self.passed_s = time.monotonic(), 0.0
        self.cpu_s: dict[str, float] = {}
        self.spent_s: dict[str, float] = {}
        self.held: dict[str, list[float]] = {}

    def begin(self) -> None:
        """What comes from now on counts."""
        self.began_s, self.cpu_s = time.monotonic(), self.centre.cpu_s()
        self.look(0.0)

    def look(self, boxes_mib: float) -> None:
        """Note the memory of each component."""
        held = self.centre.rss_mib() | ({BOXES: boxes_mib} if boxes_mib else {})
        for name, mib in held.items():
            self.held.setdefault(name, []).append(mib)

    def end(self, boxes_cpu_s: float, boxes_mib: float) -> None:
        """What has come until now counted."""
        self.passed_s = time.monotonic() - self.began_s
        self.look(boxes_mib)
        now_s = self.centre.cpu_s()
        self.spent_s = {name: now_s[name] - was_s for name, was_s in self.cpu_s.items()}
        self.spent_s[BOXES] = boxes_cpu_s

    def shares(self, events: int) -> tuple[dict[str, float], dict[str, float]]:
        """Microseconds for each event, and busy cores."""
        each = {name: round(s / max(events, 1) * 1e6, 1) for name, s in self.spent_s.items()}
        busy = {name: round(s / max(self.passed_s, 1e-3), 3) for name, s in self.spent_s.items()}
        return each, busy

    def memory(self) -> dict[str, tuple[float, ...]]:
        """Of each component: at the beginning and after each twentieth of the run, MiB."""
        return {name: tuple(_spread(values)) for name, values in self.held.items()}


def _spread(values: list[float]) -> Iterator[float]:
    """Some of many values, evenly, the first and the last among them."""
    steps = min(_STEPS, len(values) - 1)
    for step in range(steps + 1):
        yield round(values[step * (len(values) - 1) // max(steps, 1)], 1)
