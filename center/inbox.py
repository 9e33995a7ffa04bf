"""Messages from the broker in, events and alerts in the store, acknowledged only after that."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

import nats.errors
from nats.aio.msg import Msg

from center.alert import Alert
from center.filing import Filing
from center.letter import Letter
from center.partitions import ALL
from center.pull import Pull
from center.store import Store
from pipelines.clock import Clock
from pipelines.errors import LinkError, StoreError
from pipelines.trouble import Trouble

_PAUSE_S = 0.5
_log = logging.getLogger("center.inbox")


class Inbox:
    """Pulls, files, acknowledges, tells; for ever.

    mine  the partitions that are ours to read just now
    """

    def __init__(
        self,
        pull: Pull,
        store: Store,
        filing: Filing,
        *,
        clock: Clock,
        tell: Callable[[], None],
        mine: Callable[[], frozenset[int]] = lambda: ALL,
    ) -> None:
        self.store, self.filing = store, filing
        self.clock, self.tell, self.mine = clock, tell, mine
        self.pull = pull
        self.trouble = Trouble(_log, "inbox")

    async def keep(self) -> None:
        """Run for ever. Unacknowledged messages come again, so trouble loses nothing."""
        try:
            while True:
                try:
                    await self.run_once()
                    self.trouble.note("")
                except (nats.errors.Error, OSError, LinkError, StoreError) as error:
                    self.trouble.note(f"{type(error).__name__}: {error}")
                    await asyncio.sleep(_PAUSE_S)
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        """Let whoever comes next read at once."""
        with contextlib.suppress(nats.errors.Error, OSError, LinkError):
            await asyncio.wait_for(self.pull.release(), _PAUSE_S)

    async def run_once(self) -> None:
        """One batch, if one came. Raises StoreError, and what the client does."""
        messages = await self.pull.next_batch(self.mine())
        if not messages:
            return
        letters = [Letter(message.subject, bytes(message.data)) for message in messages]
        changed = await asyncio.to_thread(self._file, letters)
        if changed:
            self.tell()
        await self._acknowledge(messages)

    def _file(self, letters: list[Letter]) -> tuple[Alert, ...]:
        self.filing.fresh()
        with self.store.append() as connection:
            return self.filing(connection, letters, now_s=self.clock.now_s())

    async def _acknowledge(self, messages: list[Msg]) -> None:
        for message in messages:
            await message.ack()
