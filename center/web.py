"""An HTTP application and a place to listen in, a server within our own event loop out."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence

import uvicorn
from fastapi import FastAPI

from center.config import Console
from center.proxied import Proxied
from center.tls import Tls
from pipelines.errors import ConfigError

PORTS_TRIED = 20


class Server(uvicorn.Server):
    """uvicorn without its signal handlers; it tells when it serves."""

    def __init__(
        self, app: FastAPI, listening: socket.socket, ready: Callable[[], None], *,
        tls: Tls | None = None, proxies: Sequence[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(
            uvicorn.Config(
                Proxied(app, proxies) if proxies else app,
                proxy_headers=not proxies,
                ssl_certfile=tls.cert if tls else None,
                ssl_keyfile=tls.key if tls else None,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self.listening, self.ready, self.ended = listening, ready, asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to whoever runs the loop."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and tell."""
        await super().startup(sockets)
        self.ready()

    async def keep(self) -> None:
        """Serve until `end`."""
        try:
            await self.serve([self.listening])
        finally:
            self.ended.set()

    async def end(self) -> None:
        """Stop, and wait until that is done; at once if it never began."""
        self.should_exit = True
        if self.started:
            await self.ended.wait()


def bound(console: Console) -> socket.socket:
    """A socket that listens on the console's port, or the next free one. Raises ConfigError.

    It listens at once: two sockets may be bound to one port for as long as neither does.
    """
    error: OSError | None = None
    for port in range(console.port, min(console.port + PORTS_TRIED, 65536)):
        listening = socket.socket(socket.AF_INET6 if ":" in console.host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((console.host, port))
            listening.listen()
        except OSError as taken:
            listening.close()
            error = taken
        else:
            return listening
    raise ConfigError(
        f"the console cannot listen on {console.host}, ports {console.port} and the next "
        f"{PORTS_TRIED - 1} - at $.console; choose another"
    ) from error


def address(listening: socket.socket, tls: Tls | None = None) -> str:
    """The URL to call it at."""
    (host, port), scheme = listening.getsockname()[:2], "http" if tls is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
