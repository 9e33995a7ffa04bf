"""Wishes of many cameras in, the one that is worth most out: one network serves them in turn."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pipelines.flow import Frame
from pipelines.looking import Wish

Who = TypeVar("Who")

AGE_WORTH = 2.0
"""Worth that a wish gains per second of waiting, so that nobody waits for ever."""


@dataclass(frozen=True, slots=True, eq=False)
class Request(Generic[Who]):
    """A camera wants a frame looked at.

    since_s  when it began to wait; a newer frame of the same camera inherits it
    """

    who: Who
    frame: Frame
    wish: Wish
    since_s: float


class Lookout(Generic[Who]):
    """At most one request per camera: the newest frame wins, and its wait goes on.

    per_s  whole looks per second for all its cameras; None: as many as there is time for
    """

    def __init__(self, *, per_s: float | None = None) -> None:
        self.pause_s = 0.0 if per_s is None else 1.0 / per_s
        self.requests: dict[str, Request[Who]] = {}
        self.next_s = float("-inf")

    def ask(self, name: str, who: Who, frame: Frame, wish: Wish, now_s: float) -> bool:
        """Ask for a look; an older frame of the camera gives way. Say whether there was one."""
        before = self.requests.get(name)
        since_s = before.since_s if before else now_s
        self.requests[name] = Request(who, frame, wish, since_s)
        return before is not None

    def waits(self, name: str) -> bool:
        """Say whether the camera has a request."""
        return name in self.requests

    def best(self, now_s: float) -> Request[Who] | None:
        """Take out the request that is worth most, unless the box has looked enough."""
        if not self.requests or 0 < self.next_s - now_s <= 10 * self.pause_s:
            return None
        name = max(self.requests, key=lambda each: self._worth(self.requests[each], now_s))
        best = self.requests.pop(name)
        self.next_s = now_s + self.pause_s * best.wish.cost
        return best

    def forget(self, name: str) -> None:
        """Drop a camera's request: its stream is gone."""
        self.requests.pop(name, None)

    def _worth(self, request: Request[Who], now_s: float) -> float:
        return request.wish.worth + AGE_WORTH * (now_s - request.since_s)
