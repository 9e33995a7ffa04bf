"""A broker's address in, a connection out of which nothing is left, however it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from center.broker import Broker
from center.config import OWN_USER, load
from center.ending import ended
from center.link import STEP_S, let_go, or_hung_up
from tests.center.centre import PATIENCE_S, SECRET, Centre


@asynccontextmanager
async def linked(url: str, password: str, *, user: str = OWN_USER) -> AsyncIterator[Client]:
    """A connection with one attempt, as patient as the centre's own."""
    client = Client()
    try:
        with or_hung_up(client):
            await client.connect(
                url, user=user, password=password, allow_reconnect=False, connect_timeout=STEP_S
            )
        yield client
    finally:
        await let_go(client)


async def answering(port: int) -> bool:
    """Whether a broker lets the centre in."""
    try:
        async with linked(f"nats://127.0.0.1:{port}", SECRET):
            return True
    except (OSError, nats.errors.Error):
        return False


@asynccontextmanager
async def broker_in(folder: Path) -> AsyncIterator[Client]:
    """A connection to a real broker that is open."""
    Centre(folder)
    (folder / "state").mkdir()
    broker = Broker(load(folder / "center.yaml"))
    keeping = asyncio.create_task(broker.keep())
    try:
        await asyncio.wait_for(broker.is_open.wait(), PATIENCE_S)
        async with linked(broker.url, broker.password) as client:
            yield client
    finally:
        await ended(keeping)
