"""Messages from a broker that is not ours in, what is in the store acknowledged out.

Behind it is the same as behind our own broker's inbox. What is acknowledged here is what the
broker owes us; what it owes the boxes, it may have forgotten: docs/guide/levels.md.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from center.alert import Alert
from center.boxes import Boxes
from center.config import Mqtt
from center.filing import Filing
from center.letter import Letter
from center.mqttsession import AT_LEAST_ONCE, AT_MOST_ONCE, Messages, Session
from center.store import Store
from pipelines.backoff import Backoff
from pipelines.clock import Clock
from pipelines.errors import LinkError, StoreError

Made = TypeVar("Made")
_BEATS = "hb/"
_log = logging.getLogger("center.foreign")


class Foreign:
    """Listens, files, acknowledges, tells; for ever.

    pass_on  lets other centres hear the heartbeats that only we do, if there are any
    """

    def __init__(
        self, broker: Mqtt, store: Store, filing: Filing, *, boxes: Boxes, clock: Clock,
        tell: Callable[[], None],
        pass_on: Callable[[str, bytes], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        self.pass_on = pass_on
        self.broker, self.store, self.filing = broker, store, filing
        self.boxes, self.clock, self.tell = boxes, clock, tell
        self.backoff = Backoff(random.random, most_s=10.0)

    async def keep(self) -> None:
        """Run for ever. What was not acknowledged comes again on the next connection."""
        while True:
            begun_s = self.clock.ticks_s()
            try:
                await self._run_once()
            except (LinkError, StoreError) as error:
                pause_s = self.backoff.pause_s(self.clock.ticks_s() - begun_s)
                _log.warning("foreign=lost again_in_s=%.1f why=%r", pause_s, str(error))
                await asyncio.sleep(pause_s)

    async def _run_once(self) -> None:
        """One connection, until it breaks or a batch cannot be stored."""
        session = Session(self.broker, topics(self.broker), self.clock)
        try:
            await _to_the_end(session.open)
            _log.info("foreign=live session=%s", "kept" if session.kept else "new")
            while True:
                for box, beat in await _to_the_end(partial(self._batch, session)):
                    if self.boxes.hear(box, beat) and self.pass_on:
                        await self.pass_on(box, beat)
        finally:
            session.close()

    def _batch(self, session: Session) -> list[tuple[str, bytes]]:
        """File what came; the heartbeats among it, by their boxes."""
        messages = session.batch()
        beats = [each for each in messages if each.topic.startswith(_BEATS)]
        told = [each for each in messages if not each.topic.startswith(_BEATS)]
        if told and self._file(told):
            self.tell()
        session.done(told)
        return [(each.topic.removeprefix(_BEATS), bytes(each.payload)) for each in beats]

    def _file(self, messages: Messages) -> Sequence[Alert]:
        letters = [letter_of(each.topic, bytes(each.payload)) for each in messages]
        self.filing.fresh()
        with self.store.append() as connection:
            return self.filing(connection, letters, now_s=self.clock.now_s())


async def _to_the_end(call: Callable[[], Made]) -> Made:
    """A call in a thread; who is to stop waits for it, since the line is closed after that."""
    work = asyncio.create_task(asyncio.to_thread(call))
    try:
        return await asyncio.shield(work)
    finally:
        await asyncio.gather(work, return_exceptions=True)


def topics(broker: Mqtt) -> list[tuple[str, int]]:
    """What we want to hear: the events of its sites, and how the boxes do."""
    events = [(f"evt/{site}/+/+", AT_LEAST_ONCE) for site in broker.sites or ("+",)]
    return [*events, (f"{_BEATS}+", AT_MOST_ONCE)]


def letter_of(topic: str, payload: bytes) -> Letter:
    """The message as our own broker would bring it; a dot in a topic is none in a subject."""
    return Letter(topic.replace(".", "?").replace("/", "."), payload)
