"""A harm in, an RTSP server on loopback that does it to everyone who calls out."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.hell.caller import Caller

Harm = Callable[[Caller], None]
"""All that a server does on one line; the line is closed when it returns."""


@dataclass(slots=True)
class Hostile:
    """A server with one harm.

    calls  how often somebody called
    """

    harm: Harm
    over: threading.Event = field(default_factory=threading.Event)
    calls: int = 0
    server: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def url(self) -> str:
        """What a camera's configuration says."""
        return f"rtsp://127.0.0.1:{self.server.getsockname()[1]}/hell"

    def run(self) -> None:
        """Take calls until closed, each in a thread of its own."""
        with suppress(OSError):
            while True:
                line, _ = self.server.accept()
                self.calls += 1
                threading.Thread(target=self._take, args=(line,), daemon=True).start()

    def _take(self, line: socket.socket) -> None:
        with line, suppress(OSError, ValueError):
            self.harm(Caller(line, self.over))


@contextmanager
def doing(harm: Harm) -> Iterator[Hostile]:
    """A server, until the test is over."""
    made = Hostile(harm)
    threading.Thread(target=made.run, daemon=True).start()
    try:
        yield made
    finally:
        made.over.set()
        with suppress(OSError):
            made.server.shutdown(socket.SHUT_RDWR)
        made.server.close()
