"""A broker that others run in, the same to us as one of our own out, as long as it answers."""

import asyncio
import logging

import nats.errors

from center import consumers
from center.config import OWN_USER, CenterConfig
from center.line import line_of
from center.link import dialled, let_go
from center.preparing import prepare
from pipelines.errors import LinkError
from pipelines.trouble import Trouble

_PAUSE_S = 1.0
_log = logging.getLogger("center.joining")


class Joined:
    """Prepares the broker as our own is prepared, whenever it answers anew."""

    def __init__(self, config: CenterConfig) -> None:
        self.config, self.line = config, line_of(config)
        self.password = config.broker.password or ""
        self.is_open, self.copies = asyncio.Event(), 1
        self.trouble = Trouble(_log, "broker", f"url={self.line.url}")

    async def keep(self) -> None:
        """Watch it for ever."""
        while True:
            try:
                await self._run_once()
            except (nats.errors.Error, OSError, LinkError) as error:
                self.trouble.note(f"{type(error).__name__}: {error}")
            await asyncio.sleep(_PAUSE_S)

    async def _run_once(self) -> None:
        """One connection, until it breaks."""
        over = asyncio.Event()

        async def ended() -> None:
            over.set()

        client = await dialled(
            self.line, user=OWN_USER, password=self.password, name=f"{OWN_USER}-door", closed=ended
        )
        try:
            await prepare(client, self.config, self.line, password=self.password)
            self.copies = await consumers.copies(client)
            self.is_open.set()
            self.trouble.note("")
            _log.info("broker=joined url=%s", self.line.url)
            await over.wait()
        finally:
            self.is_open.clear()
            await let_go(client)
