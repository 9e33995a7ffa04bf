"""A port in, another port that leads there out, and all bytes that went through it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE_S = 120.0


class Eavesdropper:
    """Passes on what the two ends say, and keeps a copy."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.said, self.answered = bytearray(), bytearray()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listening.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self.listening.accept()
                there = socket.create_connection(("127.0.0.1", self.target), PATIENCE_S)
                for one, other, kept in (
                    (here, there, self.said), (there, here, self.answered),
                ):  # fmt: skip
                    threading.Thread(target=_pass_on, args=(one, other, kept), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket, kept: bytearray) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            kept.extend(data)
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def eavesdropping(port: int) -> Iterator[Eavesdropper]:
    """Somebody on the line to a port of this machine."""
    spy = Eavesdropper(port)
    try:
        yield spy
    finally:
        spy.listening.close()
