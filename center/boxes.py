"""Heartbeats in, how each box does out: the latest of each, in memory only."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from center.config import Speaker
from pipelines.clock import Clock
from pipelines.flow import Heartbeat
from pipelines.wire import decode_heartbeat

SUBJECT = "hb.*"
STALE_S = 10.0
COMPARED = 30
"""Heartbeats by which a box's clock is judged: the fastest was on its way for the shortest time."""
AHEAD_S = 2.0
"""From which a clock is wrong: schedules, joined alerts and the times of evidence go by it."""

_log = logging.getLogger("center.boxes")


class BoxState(msgspec.Struct, frozen=True, kw_only=True):
    """One box of the configuration.

    online     it says so, and said it within the last 10 s
    age_s      since its last heartbeat; nothing if it never spoke
    ahead_s    its clock minus ours; nothing if it never was online
    heartbeat  what it said last
    """

    box: str
    site: str
    online: bool = False
    age_s: float | None = None
    ahead_s: float | None = None
    heartbeat: Heartbeat | None = None


@dataclass(slots=True)
class _Heard:
    """What a box said last, when, and by how much each of its last heartbeats was ahead of us."""

    beat: Heartbeat
    at_s: float
    leads_s: deque[float] = field(default_factory=lambda: deque(maxlen=COMPARED))
    is_off: bool = False

    @property
    def ahead_s(self) -> float | None:
        """Its clock minus ours, by the heartbeat that came the fastest."""
        return max(self.leads_s, default=None)


class Boxes:
    """Remembers the latest heartbeat of each configured box; `told` hears each."""

    def __init__(
        self,
        speakers: tuple[Speaker, ...],
        clock: Clock,
        told: Callable[[Heartbeat], None] = lambda _: None,
    ) -> None:
        self.speakers, self.clock, self.told = speakers, clock, told
        self._latest: dict[str, _Heard] = {}
        self._below: dict[str, tuple[tuple[BoxState, ...], float]] = {}

    async def listen(self, client: Client) -> None:
        """Subscribe; the client subscribes again by itself after a break."""
        await client.subscribe(SUBJECT, cb=self._hear)

    async def _hear(self, message: Msg) -> None:
        self.hear(message.subject.removeprefix("hb."), bytes(message.data))

    def hear(self, box: str, payload: bytes) -> bool:
        """Note a heartbeat; whether it is one of a box of ours.

        The broker vouches for the topic, so the topic names the box.
        """
        try:
            beat = decode_heartbeat(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        if beat.box != box or all(speaker.box != box for speaker in self.speakers):
            return False
        now_s = self.clock.ticks_s()
        heard = self._latest.get(box)
        if heard is None:
            heard = self._latest[box] = _Heard(beat, now_s)
        heard.beat, heard.at_s = beat, now_s
        if beat.online:  # a last will was written long ago
            self._compare(box, heard, beat.time.timestamp() - self.clock.now_s())
        self.told(beat)
        return True

    def _compare(self, box: str, heard: _Heard, lead_s: float) -> None:
        """Note by how much a box's clock is ahead, and say when it goes wrong or right."""
        heard.leads_s.append(lead_s)
        ahead_s = max(heard.leads_s)
        is_off = abs(ahead_s) >= AHEAD_S
        if is_off != heard.is_off:
            heard.is_off = is_off
            state = "off" if is_off else "right"
            _log.warning("box=%s clock=%s ahead_s=%.1f", box, state, ahead_s)

    def hear_level(self, level: str, boxes: tuple[BoxState, ...]) -> None:
        """Note how the boxes of a level below do; each gets the level before its name."""
        named = (msgspec.structs.replace(box, box=f"{level}/{box.box}") for box in boxes)
        self._below[level] = tuple(named), self.clock.ticks_s()

    def own(self) -> tuple[BoxState, ...]:
        """All boxes of the configuration that tell how they do, in its order."""
        return tuple(
            self._state(each) for each in self.speakers if each.beats or each.box in self._latest
        )

    def states(self) -> tuple[BoxState, ...]:
        """The same, and those of the levels below, which are silent when their level is."""
        now_s = self.clock.ticks_s()
        below = (
            _aged(box, now_s - heard_s)
            for boxes, heard_s in list(self._below.values())
            for box in boxes
        )
        return (*self.own(), *below)

    def _state(self, speaker: Speaker) -> BoxState:
        if speaker.box not in self._latest:
            return BoxState(box=speaker.box, site=speaker.site)
        heard = self._latest[speaker.box]
        age_s, ahead_s = round(self.clock.ticks_s() - heard.at_s, 3), heard.ahead_s
        return BoxState(
            box=speaker.box,
            site=speaker.site,
            online=heard.beat.online and age_s <= STALE_S,
            age_s=age_s,
            ahead_s=None if ahead_s is None else round(ahead_s, 3),
            heartbeat=heard.beat,
        )


def is_below(box: str) -> bool:
    """Whether a box is one of a level below, which has a watch list of its own."""
    return "/" in box


def _aged(box: BoxState, more_s: float) -> BoxState:
    """A box as it was told of a while ago."""
    age_s = None if box.age_s is None else round(box.age_s + more_s, 3)
    online = box.online and more_s <= STALE_S
    return msgspec.structs.replace(box, online=online, age_s=age_s)
