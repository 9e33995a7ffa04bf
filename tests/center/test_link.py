"""A first handshake that takes too long is tried again, and nothing of it is left behind."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import nats.errors
import pytest
from nats.aio.client import Client

from center import link
from center.ending import ended
from center.line import Line, Options
from tests.center.centre import PATIENCE_S
from tests.center.secured import Secured

INFO = 'INFO {"server_id":"x","version":"2.15.1","tls_required":%s,"max_payload":1000}\r\n'


@dataclass
class Slow:
    """A listener that answers no handshake; it says that it has TLS if it is given any.

    calls  how often it was called
    gone   of how many callers it has seen the end
    """

    tls: ssl.SSLContext | None = None
    password: str = ""
    copies: int = 1
    calls: int = 0
    gone: int = 0
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        writer.write((INFO % ("true" if self.tls else "false")).encode())
        with contextlib.suppress(ConnectionError):
            while await reader.read(1000):
                pass
        self.gone += 1
        writer.close()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen, and say where."""
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        url = f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        options: Options = {"tls": self.tls, "tls_hostname": "localhost" if self.tls else None}
        self.line = Line("127.0.0.1", url, options)
        self.is_open.set()
        async with server:
            yield

    async def until(self, *, calls: int = 0, gone: int = 0) -> None:
        """Wait for so many."""
        while self.calls < calls or self.gone < gone:  # noqa: ASYNC110 -- it is only counted
            await asyncio.sleep(0.02)


async def _call(slow: Slow) -> None:
    async with link.connected(slow):
        pass


async def _called(slow: Slow, times: int) -> None:
    """Call until it was called so often, give up, and see that no call of ours is left."""
    async with slow.listening():
        calling = asyncio.create_task(_call(slow))
        await slow.until(calls=times)
        await ended(calling)
        await slow.until(gone=slow.calls)


def test_a_handshake_that_never_ends_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "STEP_S", 1)
    slow = Slow(Secured(tmp_path).calling())
    asyncio.run(asyncio.wait_for(_called(slow, times=2), PATIENCE_S))


def test_a_handshake_that_is_broken_off_leaves_no_socket() -> None:
    asyncio.run(asyncio.wait_for(_called(Slow(), times=1), PATIENCE_S))


def test_a_farewell_that_is_broken_off_leaves_no_socket() -> None:
    asyncio.run(asyncio.wait_for(_left_in_a_hurry(Slow()), PATIENCE_S))


async def _left_in_a_hurry(slow: Slow) -> None:
    async with slow.listening():
        client = Client()
        with contextlib.suppress(OSError, nats.errors.Error, TimeoutError):
            await client.connect(slow.line.url, connect_timeout=1, allow_reconnect=False)
        leaving = asyncio.create_task(link.let_go(client))
        await asyncio.sleep(0)
        await ended(leaving)
        await slow.until(gone=slow.calls)
