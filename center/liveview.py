"""Who looks at one camera in, commands that let it go on out; its parts in, each to all of them.

One lease for all: it begins with the first who looks and ends soon after the last has left.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from center.viewing import Viewer
from pipelines.clock import Clock
from pipelines.commands import Answer
from pipelines.errors import TocsinError
from pipelines.liveview import Part, Rate, follows

Cause = Literal["silent", "forbidden", "purpose", "busy", "lost", "late"]
Ask = Callable[[Rate, float, str], Awaitable[Answer | None]]

LEASE_S = 15.0
RENEW_S = 5.0
LINGER_S = 2.0  # that a view stays open for who comes back at once
LOOK_S = 4.0  # for which who asks for a still counts as looking
FRESH_S = 10.0  # for which a still is one of now
AGAIN_S = 5.0  # after a refusal a box is not asked again for so long
MOST_BYTES = 4 << 20  # of the pieces since the last keyframe
_PULSE_S = 0.5
_log = logging.getLogger("center.live")


class LiveError(TocsinError):
    """A camera cannot be shown; `cause` says why, for programs."""

    def __init__(self, cause: Cause, said: str) -> None:
        super().__init__(said)
        self.cause: Cause = cause


class Still(NamedTuple):
    """A redacted JPEG, and when the camera saw it."""

    data: bytes
    captured_s: float


class LiveView:
    """One camera of one box. Use it from the event loop only.

    ask  commands the box: rate, seconds and for whom in, its answer out
    """

    def __init__(self, name: str, ask: Ask, clock: Clock) -> None:
        self.name, self.ask, self.clock = name, ask, clock
        self.viewers: list[Viewer] = []
        self.low_until_s = self.full_until_s = self.refused_s = float("-inf")
        self.no_film: tuple[LiveError, float] | None = None
        self.lookers: dict[str, float] = {}
        self.trouble: LiveError | None = None
        self.still: tuple[Still, float] | None = None
        self.begins: Part | None = None
        self.group: list[Part] = []
        self.last: Part | None = None
        self.came_s = float("-inf")
        self.changed, self.stilled = asyncio.Event(), asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def join(self, by: str) -> Viewer:
        """A place among those who watch, from the last keyframe on; give it back with `leave`.

        Raises LiveError while the box refuses.
        """
        if self.no_film is not None and self.clock.ticks_s() - self.no_film[1] < AGAIN_S:
            raise self.no_film[0]
        self.no_film = None
        self._start()
        viewer = Viewer(by)
        if self.begins is not None:
            for part in self.group:
                viewer.offer(self.begins, part)
        self.viewers.append(viewer)
        self.changed.set()
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Do not watch any more; said twice it is the same."""
        if viewer in self.viewers:
            self.viewers.remove(viewer)
            self.full_until_s = self.clock.ticks_s() + LINGER_S
            self.changed.set()

    def look(self, by: str) -> None:
        """Somebody asks for a still. Raises LiveError while the box refuses."""
        now_s = self.clock.ticks_s()
        self.lookers = {who: at for who, at in self.lookers.items() if now_s - at < LOOK_S}
        self.lookers[by], self.low_until_s = now_s, now_s + LOOK_S
        self._start()

    @property
    def fault(self) -> LiveError | None:
        """Why no film comes, if the box said so."""
        return self.no_film[0] if self.no_film is not None else self.trouble

    def newest(self) -> Still | None:
        """The newest still, if it came lately."""
        if self.still is None or self.clock.ticks_s() - self.still[1] > FRESH_S:
            return None
        return self.still[0]

    async def first(self, *, within_s: float) -> Still | None:
        """The same; waits for one, unless the box refuses."""
        if self.newest() is None and self.trouble is None:
            self.stilled.clear()
            try:
                await asyncio.wait_for(self.stilled.wait(), within_s)
            except TimeoutError:
                return None
        return self.newest()

    def take(self, part: Part) -> None:
        """A part came; each viewer gets it, and whoever comes later what it needs of it."""
        whole = self.last is not None and follows(part, self.last)
        self.last, self.came_s = part, self.clock.ticks_s()
        if part.kind == "still":
            self.still = Still(part.data, part.captured_s), self.clock.ticks_s()
            self.stilled.set()
        if not whole:
            self.group = []
            for viewer in self.viewers:
                viewer.skip()
        if part.kind == "begin":
            self.begins, self.group = part, []
        elif part.kind == "piece" and self.begins is not None and part.run == self.begins.run:
            self._take_piece(self.begins, part)

    def _take_piece(self, begins: Part, part: Part) -> None:
        if part.key:
            self.group = [part]
        elif self.group and sum(len(each.data) for each in self.group) < MOST_BYTES:
            self.group.append(part)
        else:
            self.group = []
        for viewer in self.viewers:
            viewer.offer(begins, part)

    def end(self) -> None:
        """The centre stops."""
        if self.task is not None:
            self.task.cancel()
        for viewer in self.viewers:
            viewer.end()

    def wanted(self) -> Rate | None:
        """At which rate it is to be shown now, if at all."""
        now_s = self.clock.ticks_s()
        if self.viewers or now_s < self.full_until_s:
            return "full"
        return "low" if now_s < self.low_until_s else None

    def _start(self) -> None:
        """Begin to ask, unless that goes on or was refused just now. Raises LiveError."""
        if self.task is not None and not self.task.done():
            return
        if self.trouble is not None and self.clock.ticks_s() - self.refused_s < AGAIN_S:
            raise self.trouble
        self.trouble = None
        self.changed, self.stilled = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._keep(), name=f"live {self.name}")

    def _by(self) -> str:
        """For whom: the one who looks for longest."""
        names = [viewer.by for viewer in self.viewers] or list(self.lookers)
        return names[0] if names else ""

    async def _keep(self) -> None:
        """Let the box go on for as long as anybody looks, or until it refuses."""
        while self.wanted() is not None and await self._held():
            self.begins, self.group, self.last = None, [], None

    async def _held(self) -> bool:
        """One lease, renewed until nobody looks any more, and given back; False if refused."""
        asked: tuple[Rate, str] | None = None
        asked_s = float("-inf")
        while (rate := self.wanted()) is not None:
            by = self._by() or (asked[1] if asked else "")
            now_s = self.clock.ticks_s()
            if (rate, by) != asked or now_s - asked_s >= RENEW_S:
                fault = _fault(await self.ask(rate, LEASE_S, by))
                if fault is None:
                    asked, asked_s = (rate, by), now_s
                elif not self._bears(fault, rate):
                    self._refused(fault)
                    return False
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), _PULSE_S)
            except TimeoutError:
                continue
        if asked is not None:
            await self.ask(asked[0], 0.0, asked[1])
        return True

    def _bears(self, fault: LiveError, rate: Rate) -> bool:
        """Whether it goes on: the box shows it without an answer, or has room for stills only."""
        now_s = self.clock.ticks_s()
        if fault.cause == "silent":
            return now_s - self.came_s < FRESH_S
        if fault.cause != "busy" or rate == "low" or now_s >= self.low_until_s:
            return False
        _log.info("live=%s state=stills why=%r", self.name, str(fault))
        self.no_film, self.full_until_s = (fault, now_s), float("-inf")
        for viewer in self.viewers:
            viewer.end()
        self.viewers = []
        return True

    def _refused(self, fault: LiveError) -> None:
        """Say it to all who look; they may ask again."""
        _log.info("live=%s state=%s why=%r", self.name, fault.cause, str(fault))
        self.trouble, self.refused_s = fault, self.clock.ticks_s()
        self.begins, self.group, self.last = None, [], None
        self.stilled.set()
        for viewer in self.viewers:
            viewer.end()


def _fault(answer: Answer | None) -> LiveError | None:
    """What a box's answer means for those who look."""
    if answer is None:
        return LiveError("silent", "the box does not answer")
    if answer.error is None:
        return None
    fault = answer.error
    causes: dict[tuple[str, str], Cause] = {
        ("forbidden", "$.command"): "forbidden",
        ("forbidden", "$.camera"): "purpose",
        ("failed", "$.rate"): "busy",
    }
    return LiveError(causes.get((fault.type, fault.at), "lost"), fault.detail)
