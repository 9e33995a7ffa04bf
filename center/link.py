"""A broker in, our one lasting connection to it out: it comes back by itself after a break."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Protocol

from nats.aio.client import Client

from center.config import OWN_USER
from center.line import Line

STEP_S = 10
"""For one step of a handshake: a machine may have much to do."""

_CLOSE_S = 2.0
_log = logging.getLogger("center.link")


class Reached(Protocol):
    """A broker, ours or of others.

    password  of the centre's own user
    copies    on how many brokers a message is before it is acknowledged
    is_open   while it is ready
    """

    line: Line
    password: str
    copies: int
    is_open: asyncio.Event


@contextlib.asynccontextmanager
async def connected(broker: Reached, *, user: str = OWN_USER) -> AsyncIterator[Client]:
    """Wait until the broker is open, then stay connected through its restarts."""
    await broker.is_open.wait()
    client = await _connected(broker, user)
    try:
        yield client
    finally:
        await let_go(client)


async def dialled(
    line: Line, *, user: str, password: str, name: str | None = None, again_s: int = 2,
    step_s: int = 2, closed: Callable[[], Awaitable[None]] | None = None,
) -> Client:  # fmt: skip
    """Connect for as long as the line holds, and say nothing of what fails: that is raised.

    again_s  until the second try, which is the last
    step_s   that a step of the handshake may take
    closed   is awaited when the line breaks

    Raises OSError and nats.errors.Error.
    """
    client = Client()
    with or_hung_up(client):
        await client.connect(
            line.servers, user=user, password=password, name=name, allow_reconnect=False,
            max_reconnect_attempts=1, reconnect_time_wait=again_s, connect_timeout=step_s,
            error_cb=_silent, closed_cb=closed, **line.options,
        )  # fmt: skip
    return client


async def let_go(client: Client) -> None:
    """Close a client; of a handshake that was broken off, the library awaits the end for ever."""
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await client.close()
    finally:
        _hang_up(client)


@contextlib.contextmanager
def or_hung_up(client: Client) -> Iterator[None]:
    """Do something with a client; its socket does not outlive what fails or is cancelled within."""
    try:
        yield
    except BaseException:
        _hang_up(client)
        raise


def _hang_up(client: Client) -> None:
    """Close the socket, if there is one: the library keeps it when it is broken off."""
    if client._transport is not None:  # noqa: SLF001 -- it has no public word for this
        client._transport.close()  # type: ignore[no-untyped-call]  # noqa: SLF001


async def _connected(broker: Reached, user: str) -> Client:
    """Try until it is done: an attempt that waits for the end of the one before is given up."""
    while True:
        try:
            async with asyncio.timeout(2 * STEP_S):
                return await _connect(broker, user)
        except TimeoutError:
            _log.warning("link=slow user=%s", user)


async def _connect(broker: Reached, user: str) -> Client:
    client = Client()
    with or_hung_up(client):
        await client.connect(
            broker.line.servers,
            user=user,
            password=broker.password,
            name=user,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]
            ping_interval=5,
            **broker.line.options,
            error_cb=_note,
            disconnected_cb=_lost,
            reconnected_cb=_back,
            connect_timeout=STEP_S,
        )
    return client


async def _silent(_: Exception) -> None:
    """What is wrong is raised."""


async def _note(error: Exception) -> None:
    _log.debug("link=error why=%r", str(error))


async def _lost() -> None:
    _log.info("link=down")


async def _back() -> None:
    _log.info("link=up")
