"""Messages from the broker in, events and alerts in the store, acknowledged only after that."""

import asyncio
import logging
from collections.abc import Callable

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from center.alert import Alert
from center.filing import Filing
from center.letter import Letter
from center.partitions import ALL
from center.pull import Pull
from center.store import Store
from pipelines.clock import Clock
from pipelines.errors import LinkError, StoreError

_PAUSE_S = 0.5
_log = logging.getLogger("center.inbox")


class Inbox:
    """Pulls, files, acknowledges, tells; for ever."""

    def __init__(
        self,
        client: Client,
        store: Store,
        filing: Filing,
        *,
        clock: Clock,
        tell: Callable[[], None],
    ) -> None:
        self.store, self.filing = store, filing
        self.clock, self.tell = clock, tell
        self.pull = Pull(client)
        self.trouble = ""

    async def keep(self) -> None:
        """Run for ever. Unacknowledged messages come again, so trouble loses nothing."""
        while True:
            try:
                await self._run_once()
                self._note("")
            except (nats.errors.Error, OSError, LinkError, StoreError) as error:
                self._note(f"{type(error).__name__}: {error}")
                await asyncio.sleep(_PAUSE_S)

    async def _run_once(self) -> None:
        """One batch, if one came."""
        messages = await self.pull.next_batch(ALL)
        if not messages:
            return
        letters = [Letter(message.subject, bytes(message.data)) for message in messages]
        changed = await asyncio.to_thread(self._file, letters)
        if changed:
            self.tell()
        await self._acknowledge(messages)

    def _file(self, letters: list[Letter]) -> tuple[Alert, ...]:
        with self.store.write() as connection:
            return self.filing(connection, letters, now_s=self.clock.now_s())

    async def _acknowledge(self, messages: list[Msg]) -> None:
        for message in messages:
            await message.ack()

    def _note(self, trouble: str) -> None:
        """Log trouble when it begins, changes or ends."""
        if trouble != self.trouble:
            _log.warning("inbox=%s why=%r", "trouble" if trouble else "well", trouble)
            self.trouble = trouble
