"""A first handshake that takes too long is tried again: the machine had too much to do."""

import asyncio
import gc
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from center import link
from center.line import Line, Options
from tests.center.centre import PATIENCE_S
from tests.center.secured import Secured

INFO = b'INFO {"server_id":"x","version":"2.15.1","tls_required":true,"max_payload":1000}\r\n'


@dataclass
class Slow:
    """A listener that says that it has TLS, and answers no handshake."""

    tls: ssl.SSLContext
    password: str = ""
    calls: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        self.writers.append(writer)
        writer.write(INFO)
        await writer.drain()

    def at(self, port: int) -> None:
        """Where it listens."""
        options: Options = {"tls": self.tls, "tls_hostname": "localhost"}
        self.line = Line("127.0.0.1", f"nats://127.0.0.1:{port}", options)
        self.is_open.set()


def test_a_handshake_that_never_ends_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "STEP_S", 1)
    slow = Slow(Secured(tmp_path).calling())

    async def called_twice() -> None:
        server = await asyncio.start_server(slow.answer, "127.0.0.1", 0)
        slow.at(server.sockets[0].getsockname()[1])
        calling = asyncio.create_task(_call(slow))
        while slow.calls < 2:  # noqa: ASYNC110 -- it is only counted
            await asyncio.sleep(0.05)
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        server.close()
        for writer in slow.writers:
            writer.transport.abort()
        del calling
        gc.collect()  # what the library let go of in the middle of a handshake is closed here
        await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(called_twice(), PATIENCE_S))


async def _call(slow: Slow) -> None:
    async with link.connected(slow):
        pass
