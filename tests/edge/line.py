"""A line between an RTSP server and its client that is slow, or swallows sender reports."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

MAGIC, REPORTS = b"$", 1
"""What an interleaved packet begins with, and the channel of a first stream's RTCP (RFC 2326)."""


def _exactly(source: BinaryIO, count: int) -> bytes:
    data = source.read(count)
    if len(data) < count:
        raise ConnectionError("the line is dead")
    return data


def _messages(source: BinaryIO) -> Iterator[tuple[bytes, int | None]]:
    """What a server says, piece by piece; of an interleaved packet with its channel."""
    while True:
        first = _exactly(source, 1)
        if first == MAGIC:
            head = _exactly(source, 3)
            yield first + head + _exactly(source, int.from_bytes(head[1:])), head[0]
        else:
            yield first + source.readline(), None


class Line:
    """Passes one server's RTSP over TCP on; packets come `delay_s` later than they were sent.

    reports  False: RTCP does not come through
    """

    def __init__(self, port: int, *, delay_s: float = 0.0, reports: bool = True) -> None:
        self.to, self.delay_s, self.reports = port, delay_s, reports
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.open: list[socket.socket] = []
        self.cut = False

    def run(self) -> None:
        """Take calls until closed."""
        with suppress(OSError):
            while True:
                client, _ = self.server.accept()
                if self.cut:
                    client.close()
                    continue
                camera = socket.create_connection(("127.0.0.1", self.to))
                self.open += [client, camera]
                for each in (client, camera):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for work in (self._up, self._down):
                    threading.Thread(target=work, args=(client, camera), daemon=True).start()

    def hang_up(self) -> None:
        """Cut the line for now; nobody gets through until `cut` is False."""
        self.cut = True
        for each in self.open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.open = []

    def _up(self, client: socket.socket, camera: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(4096):
                camera.sendall(data)

    def _down(self, client: socket.socket, camera: socket.socket) -> None:
        waiting: list[tuple[float, bytes]] = []
        there = threading.Condition()

        def deliver() -> None:
            with suppress(OSError):
                while True:
                    with there:
                        there.wait_for(lambda: waiting)
                        due_s, data = waiting.pop(0)
                    time.sleep(max(0.0, due_s - time.monotonic()))
                    client.sendall(data)

        threading.Thread(target=deliver, daemon=True).start()
        with suppress(OSError, ValueError), camera.makefile("rb") as source:
            for data, channel in _messages(source):
                if channel == REPORTS and not self.reports:
                    continue
                late_s = 0.0 if channel is None else self.delay_s
                with there:
                    waiting.append((time.monotonic() + late_s, data))
                    there.notify()


@contextmanager
def line(port: int, *, delay_s: float = 0.0, reports: bool = True) -> Iterator[Line]:
    """A line to a server on `port`, until the test is over."""
    made = Line(port, delay_s=delay_s, reports=reports)
    threading.Thread(target=made.run, daemon=True).start()
    yield made
    made.hang_up()
    made.server.close()
