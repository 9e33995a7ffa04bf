"""The outbox in, delivered messages out: each channel on its own, so that none waits for another.

A channel that fails is tried again, after longer and longer pauses, and says so in the status.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from center.alert import Alert
from center.config import CenterConfig, Channel
from center.lifecycle import OVER
from center.store import Store
from center.telling import outbox
from center.telling.outbox import Message
from center.telling.text import Note, of_alert, of_digest
from center.telling.turn import turn
from center.telling.whom import unknown, whom
from center.watchlist import WatchList
from pipelines.clock import Clock
from pipelines.errors import StoreError

AT_ONCE = 200
LOOK_S, LONGEST_S = 1.0, 60.0
_SWEEP_S = 3600.0
_log = logging.getLogger("center.telling")

Send = Callable[[Channel, Note], Awaitable[str]]
"""Delivers a note over a channel; what went wrong, or nothing."""


class ChannelState(msgspec.Struct, frozen=True, kw_only=True):
    """How a channel does.

    waiting   messages that are not delivered yet
    held      of alerts that the next digest will count
    sent      delivered in the last 7 days; `given_up` were not, for a day
    trouble   why the last message could not be delivered, if so, and since when

    Who sees some places only is told of no numbers: they count other places as well.
    """

    channel: str
    waiting: int | None = 0
    held: int | None = 0
    sent: int | None = 0
    given_up: int | None = 0
    trouble: str | None = None
    since: datetime | None = None


class Telling:
    """Finds whom to tell, and tells, where this centre does it; the store remembers all of it."""

    def __init__(
        self, config: CenterConfig, store: Store, clock: Clock, send: Send, *,
        watch_list: Callable[[], WatchList], leads: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self.channels: Mapping[str, Channel] = {each.name: each for each in config.channels}
        self.base, self.zone = config.base, ZoneInfo(config.reports.zone)
        self.store, self.clock, self.send, self.watch_list = store, clock, send, watch_list
        self._states = {name: ChannelState(channel=name) for name in self.channels}
        self.leads = leads
        self._unmarked = set[
            int
        ]()  # delivered, which the store does not know yet: its disk is full
        self.unknown: tuple[str, ...] = ()

    def states(self) -> tuple[ChannelState, ...]:
        """How each channel does."""
        return tuple(self._states.values())

    async def keep(self) -> None:
        """Run for ever; trouble with the store only delays."""
        await asyncio.gather(self._look(), *(self._serve(name) for name in self.channels))

    def address(self) -> int:
        """Write the messages that changes of alerts ask for; how many changes there were."""
        with self.store.read() as connection:
            if not outbox.words(connection, limit=1):
                return 0
        listed, now_s = self.watch_list(), self.clock.now_s()
        self._note_unknown(listed)
        with self.store.write() as connection:
            some = outbox.words(connection, limit=AT_ONCE)
            for word in some:
                if word.alert.state not in OVER:
                    for channel in whom(listed, self.channels, word.alert, word.what):
                        outbox.put(connection, channel, word, at_s=now_s)
            outbox.forget(connection, some)
        return len(some)

    async def deliver(self, name: str) -> bool:
        """Deliver what is next of a channel; whether there was something, and it went."""
        message = await asyncio.to_thread(self._next, name)
        if message is None or not self.leads():
            return False
        trouble = ""
        if message.id not in self._unmarked:
            trouble = await self.send(self.channels[name], self._note(name, message))
        if not trouble:
            self._unmarked.add(message.id)
            await asyncio.to_thread(self._mark_sent, message)
            self._unmarked.remove(message.id)
        self._say(name, trouble)
        return not trouble

    async def _look(self) -> None:
        swept_s = 0.0
        while True:
            try:
                while self.leads() and (await asyncio.to_thread(self.address)) > 0:
                    pass
                if self.leads() and self.clock.ticks_s() - swept_s > _SWEEP_S:
                    swept_s = self.clock.ticks_s()
                    await asyncio.to_thread(self._sweep)
            except StoreError as error:
                _log.warning("store=trouble why=%r", str(error))
            await asyncio.sleep(LOOK_S)

    async def _serve(self, name: str) -> None:
        pause_s = LOOK_S
        while True:
            try:
                while self.leads() and await self.deliver(name):
                    pause_s = LOOK_S
                await asyncio.to_thread(self._count, name)
            except StoreError as error:
                _log.warning("store=trouble why=%r", str(error))
            pause_s = min(pause_s * 2, LONGEST_S) if self._states[name].trouble else LOOK_S
            await asyncio.sleep(pause_s)

    def _next(self, name: str) -> Message | None:
        channel, now_s = self.channels[name], self.clock.now_s()
        with self.store.read() as connection:
            some = outbox.waiting(connection, name, limit=AT_ONCE)
            sent = outbox.sent_since(connection, name, now_s - channel.per_s)
            held_s = outbox.held_since(connection, name)
        now = turn(channel, some, sent=sent, now_s=now_s)
        is_time = held_s is not None and held_s <= now_s - channel.per_s
        if now.hold or now.moot or now.late or is_time:
            with self.store.write() as connection:
                outbox.mark(connection, now.hold, "held")
                outbox.mark(connection, now.moot, "moot", at_s=now_s)
                outbox.mark(connection, now.late, "given-up", at_s=now_s)
                if is_time:
                    outbox.digest(connection, name, at_s=now_s)
        return self._next(name) if is_time else now.send

    def _note(self, name: str, message: Message) -> Note:
        lang = self.channels[name].lang
        if message.alert is None:
            return of_digest(message.held, lang=lang, base=self.base)
        return of_alert(
            message.alert, message.what, to=self._risen_to(message.alert),
            now=datetime.fromtimestamp(self.clock.now_s(), UTC), zone=self.zone, lang=lang,
            base=self.base,
        )  # fmt: skip

    def _risen_to(self, alert: Alert) -> str:
        place = self.watch_list().tree.places.get(alert.risen_to or "")
        return place.name if place else alert.risen_to or ""

    def _mark_sent(self, message: Message) -> None:
        with self.store.write() as connection:
            outbox.mark(connection, [message.id], "sent", at_s=self.clock.now_s())

    def _count(self, name: str) -> None:
        with self.store.read() as connection:
            number = outbox.counted(connection, name)
        self._states[name] = msgspec.structs.replace(
            self._states[name], waiting=number.get("waiting", 0), held=number.get("held", 0),
            sent=number.get("sent", 0), given_up=number.get("given-up", 0),
        )  # fmt: skip

    def _sweep(self) -> None:
        with self.store.write() as connection:
            outbox.sweep(connection, self.clock.now_s())

    def _say(self, name: str, trouble: str) -> None:
        """Log trouble when it begins, changes or ends."""
        was = self._states[name]
        if trouble != (was.trouble or ""):
            _log.warning("channel=%s name=%s why=%r", "down" if trouble else "up", name, trouble)
        since = was.since or datetime.fromtimestamp(self.clock.now_s(), UTC)
        self._states[name] = msgspec.structs.replace(
            was, trouble=trouble or None, since=since if trouble else None
        )

    def _note_unknown(self, listed: WatchList) -> None:
        missing = unknown(listed, self.channels)
        if missing and missing != self.unknown:
            _log.warning("channels=unknown names=%r fix=%r", missing, "add them to $.channels")
        self.unknown = missing
