"""A store and its days in, a sweep at the start and then each hour."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

from center.config import Storage
from center.retention import sweep
from center.store import Store
from pipelines.clock import Clock
from pipelines.errors import StoreError

_HOUR_S = 3600.0
_LOOK_S = 1.0
_BREATH_S = 0.05
_log = logging.getLogger("center.sweeping")


class Sweeping:
    """Runs for ever; what goes wrong is told, and tried again an hour later."""

    def __init__(
        self, store: Store, keep: Storage, clock: Clock, leads: Callable[[], bool] = lambda: True
    ) -> None:
        self.store, self.days, self.clock, self.leads = store, keep, clock, leads

    async def keep(self) -> None:
        """Sweep, rest, and again."""
        while True:
            if not self.leads():
                await asyncio.sleep(_LOOK_S)
                continue
            try:
                await self.sweep()
            except StoreError as error:
                _log.warning("sweep=failed why=%r", str(error))
            await asyncio.sleep(_HOUR_S)

    async def sweep(self) -> None:
        """Sweep once, with a breath after each transaction for whoever waits to write."""
        gone: Counter[str] = Counter()
        parts = sweep(self.store, self.days, self.clock.now_s())
        while (part := await asyncio.to_thread(next, parts, None)) is not None:
            gone[part[0]] += part[1]
            await asyncio.sleep(_BREATH_S)
        for what, number in gone.items():
            _log.info("sweep=done gone=%d of=%r", number, what)
