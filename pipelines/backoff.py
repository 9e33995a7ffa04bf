"""Failures in, a pause out: each one longer, until a healthy stretch forgives them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Capped exponential pauses with full jitter.

    M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog (2015).

    first_s     the longest that the first pause can be
    most_s      the longest that any pause can be
    healthy_s   that an attempt must have lasted to be forgiven what came before
    random      gives numbers from 0 to 1
    """

    random: Callable[[], float]
    first_s: float = 0.5
    most_s: float = 30.0
    healthy_s: float = 20.0
    failures: int = 0

    def pause_s(self, lasted_s: float) -> float:
        """How long to wait after an attempt that failed when it had lasted `lasted_s`."""
        if lasted_s >= self.healthy_s:
            self.failures = 0
        ceiling_s = min(self.most_s, self.first_s * 2.0 ** min(self.failures, 30))
        self.failures += 1
        return ceiling_s * (0.5 + 0.5 * self.random())
