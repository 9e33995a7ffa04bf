"""A client of the console in, what its API says out."""

import time
from datetime import datetime

import httpx
import msgspec

from pipelines.doors import DEVICE_RULES

WAY_IN = "way-in"
_PATIENCE_S = 20.0
_LOOK_S = 0.2


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """The centre's counters that the demo needs."""

    stored: int
    duplicates: int = 0
    rejected: int = 0


def stats(console: httpx.Client) -> Stats:
    """Ask for the centre's counters."""
    answer = console.get("/api/stats")
    answer.raise_for_status()
    return msgspec.json.decode(answer.content, type=Stats)


def settled(console: httpx.Client, *, put: int) -> Stats:
    """Wait, not for long, until the centre has stored as many events as the box put out."""
    until_s = time.monotonic() + _PATIENCE_S
    while (counted := stats(console)).stored < put and time.monotonic() < until_s:
        time.sleep(_LOOK_S)
    return counted


class Crossed(msgspec.Struct, frozen=True, kw_only=True):
    """An event as far as the demo needs it."""

    rule: str
    line: str | None = None
    a_to_b: int | None = None
    b_to_a: int | None = None


class Crossings(msgspec.Struct, frozen=True, kw_only=True):
    """A page of events."""

    events: tuple[Crossed, ...]


def crossings(console: httpx.Client) -> tuple[int, int]:
    """How many have crossed the yard's line either way, in and out, as was told last."""
    answer = console.get("/api/events", params={"limit": 500})
    answer.raise_for_status()
    told = msgspec.json.decode(answer.content, type=Crossings).events
    both = [(each.a_to_b or 0, each.b_to_a or 0) for each in told if each.line == WAY_IN]
    return max(both, default=(0, 0), key=sum)


def has_picture(console: httpx.Client, alert: str) -> bool:
    """Say whether the console really serves an alert's redacted picture."""
    answer = console.get(f"/api/alerts/{alert}/picture")
    return answer.is_success and answer.headers.get("content-type") == "image/jpeg"


def has_clip(console: httpx.Client, alert: str) -> bool:
    """Say whether the console really serves an alert's redacted clip."""
    answer = console.get(f"/api/alerts/{alert}/clip", headers={"Range": "bytes=4-7"})
    return answer.status_code == httpx.codes.PARTIAL_CONTENT and answer.content == b"ftyp"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event under an alert, as far as the demo needs it."""

    rule: str
    happened_at: datetime


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A clip that shows an alert, by the name of the sealed one."""

    clip: str


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What the console shows beside an alert."""

    events: tuple[Told, ...]
    clips: tuple[Shown, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """What was joined, in the order in which it happened, each once."""
        by_time = sorted(self.events, key=lambda told: told.happened_at)
        return tuple(dict.fromkeys(told.rule for told in by_time))

    @property
    def filmed_s(self) -> float | None:
        """Unix time of the first that a camera saw, from which on its clip goes."""
        seen = [told.happened_at for told in self.events if told.rule not in DEVICE_RULES]
        return min(seen).timestamp() if seen else None


def detail(console: httpx.Client, alert: str) -> Detail:
    """Ask for an alert's events and clips."""
    answer = console.get(f"/api/alerts/{alert}")
    answer.raise_for_status()
    return msgspec.json.decode(answer.content, type=Detail)
