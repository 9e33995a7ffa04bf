"""A desk and its signal of changes in, notices on the hub out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from center import sight
from center.desk import Desk
from center.hub import Hub, Notice
from center.stream import REPLAY
from center.views import Status
from center.watchlist import WatchList
from pipelines.errors import StoreError
from pipelines.wire import encode

SECOND_S = 1.0
MOMENT_S = 0.01
_log = logging.getLogger("center.feeding")


class Feeding:
    """Keeps consoles and watchers up to date: alerts when they change, the status each second.

    Alerts are read back by revision, so they go out in order whoever changed them.
    """

    def __init__(
        self,
        desk: Desk,
        hub: Hub,
        changed: asyncio.Event,
        broker_is_open: asyncio.Event,
        announce: Callable[[list[Notice]], Awaitable[None]],
        leads: Callable[[], bool] = lambda: True,
        *,
        listed: Callable[[], WatchList],
    ) -> None:
        self.desk, self.hub, self.announce = desk, hub, announce
        self.changed, self.broker_is_open, self.leads = changed, broker_is_open, leads
        self.listed = listed
        self.revision = desk.stats().revision

    def status(self) -> Status:
        """How everything does just now."""
        return self.desk.status(broker=self.broker_is_open.is_set())

    async def keep_alerts(self) -> None:
        """Send each change of an alert; what comes within a moment goes out together."""
        while True:
            await self.changed.wait()
            await asyncio.sleep(MOMENT_S)
            self.changed.clear()
            try:
                await self._send_changes()
            except StoreError as error:
                await self._rest(error)
                self.changed.set()

    async def keep_status(self) -> None:
        """Send the status each second."""
        while True:
            try:
                status = await asyncio.to_thread(self.status)
                self.hub.send(told(status, self.listed()))
                if status.stats.revision > self.revision:
                    self.changed.set()  # by another centre, perhaps
            except StoreError as error:
                await self._rest(error)
            await asyncio.sleep(SECOND_S)

    async def _send_changes(self) -> None:
        while changes := await asyncio.to_thread(self.desk.changes, self.revision, limit=REPLAY):
            self.hub.send(*changes)
            if self.leads():
                await self.announce(changes)
            self.revision = changes[-1].revision

    async def _rest(self, error: StoreError) -> None:
        _log.warning("store=trouble why=%r", str(error))
        await asyncio.sleep(SECOND_S)


def told(status: Status, listed: WatchList) -> Notice:
    """The status as the stream tells it; whoever sees some places only is told of those."""
    return Notice(
        "status", encode(status), known=status.stats.revision,
        narrow=lambda seen: encode(sight.status(status, seen, listed)),
    )  # fmt: skip
