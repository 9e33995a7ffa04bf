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
        self.cut, self.turn = False, threading.Lock()

    def run(self) -> None:
        """Take calls until closed."""
        with suppress(OSError):
            while True:
                client, _ = self.server.accept()
                with self.turn:
                    self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        """Call the server for a client, unless the line is cut or the server is gone."""
        self.open.append(client)
        if self.cut:
            self._close()
            return
        try:
            camera = socket.create_connection(("127.0.0.1", self.to))
        except OSError:
            self.open.remove(client)
            client.close()
            return
        self.open.append(camera)
        for each in (client, camera):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for work in (self._up, self._down):
            threading.Thread(target=work, args=(client, camera), daemon=True).start()

    def hang_up(self) -> None:
        """Cut the line for now; nobody gets through until `cut` is False."""
        self.cut = True
        with self.turn:
            self._close()

    def _close(self) -> None:
        for each in self.open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.open = []

    def close(self) -> None:
        """Take no more calls; whoever waits for one is woken."""
        self.hang_up()
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

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
    taking = threading.Thread(target=made.run, daemon=True)
    taking.start()
    try:
        yield made
    finally:
        made.close()
        taking.join()
