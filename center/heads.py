"""Heartbeats in, the heads of the boxes' audits in the store out: what was said stays said."""

import asyncio
import logging

from center import record
from center.store import Store
from pipelines.clock import Clock
from pipelines.errors import StoreError
from pipelines.flow import AuditHead, Heartbeat

_HELD = 256  # heads on their way; each stands for all lines before it, so a lost one is no loss
_PAUSE_S = 1.0
_log = logging.getLogger("center.heads")


class Heads:
    """Keeps each head that is new."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.known: dict[str, AuditHead] = {}
        self.new: asyncio.Queue[tuple[str, AuditHead]] = asyncio.Queue(_HELD)

    def hear(self, beat: Heartbeat) -> None:
        """Note a head that its box has not told before; called from the event loop."""
        head = beat.audit
        if head is not None and head.lines and self.known.get(beat.box) != head:
            if self.new.full():
                return
            self.known[beat.box] = head
            self.new.put_nowait((beat.box, head))

    async def keep(self) -> None:
        """Write what is new, for ever."""
        while True:
            box, head = await self.new.get()
            try:
                await asyncio.to_thread(self._write, box, head)
            except StoreError as error:
                _log.warning("store=trouble why=%r", str(error))
                self.known.pop(box, None)  # the next heartbeat says it again
                await asyncio.sleep(_PAUSE_S)

    def _write(self, box: str, head: AuditHead) -> None:
        with self.store.write() as connection:
            record.put_head(connection, box, head, received_s=self.clock.now_s())
