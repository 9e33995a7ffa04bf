"""A broker in, our one lasting connection to it out: it comes back by itself after a break."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Protocol

import nats
from nats.aio.client import Client

from center.config import OWN_USER
from center.line import Line

_log = logging.getLogger("center.link")


class Reached(Protocol):
    """A broker, ours or of others.

    password  of the centre's own user
    is_open   while it is ready
    """

    line: Line
    password: str
    is_open: asyncio.Event


@contextlib.asynccontextmanager
async def connected(broker: Reached, *, user: str = OWN_USER) -> AsyncIterator[Client]:
    """Wait until the broker is open, then stay connected through its restarts."""
    await broker.is_open.wait()
    client = await nats.connect(
        broker.line.servers,
        user=user,
        password=broker.password,
        name=user,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
        ping_interval=5,
        **broker.line.options,
        error_cb=_note,
        disconnected_cb=_lost,
        reconnected_cb=_back,
    )
    try:
        yield client
    finally:
        await client.close()


async def _note(error: Exception) -> None:
    _log.debug("link=error why=%r", str(error))


async def _lost() -> None:
    _log.info("link=down")


async def _back() -> None:
    _log.info("link=up")
