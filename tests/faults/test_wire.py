"""The wire between two hosts carries, delays, loses and cuts, one way and both, as it is told."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.conftest import NO_RIGHT
from tests.faults.wire import Wire, wired

PATIENCE_S = 120.0
ASK = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])) as line:
    line.sendall(b"x" * 200_000)
    line.shutdown(socket.SHUT_WR)
    print(sum(iter(lambda: len(line.recv(65536)), 0)))
"""


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    try:
        with wired() as made:
            yield made
    except OSError as error:
        pytest.skip(f"{NO_RIGHT} to make a network namespace and a TUN device: {error}")


@pytest.fixture(scope="module")
def echo(wire: Wire) -> Iterator[int]:
    """A server at the near end that sends back what it gets; its port."""
    with closing(socket.create_server((wire.near, 0))) as server:
        threading.Thread(target=_answer, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _answer(server: socket.socket) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line:
            while data := line.recv(65536):
                line.sendall(data)


def asked(wire: Wire, port: int, *, within_s: float = PATIENCE_S) -> str:
    """What comes back to the far end within a time."""
    command = [sys.executable, "-c", ASK, wire.near, str(port), str(within_s)]
    done = subprocess.run(wire.inside(command), capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_all_comes_through_also_late_and_with_losses(wire: Wire, echo: int) -> None:
    assert asked(wire, echo) == "200000"
    lost = wire.up.lost
    wire.up.loss = wire.down.loss = 0.1
    assert asked(wire, echo) == "200000"
    assert wire.up.lost > lost
    wire.heal()
    wire.up.delay_s, begun_s = 0.2, time.monotonic()
    assert asked(wire, echo) == "200000"
    assert time.monotonic() - begun_s > 0.4  # the call, and what is sent
    wire.heal()


@pytest.mark.parametrize("way", ["up", "down"])
def test_nothing_comes_through_a_wire_that_is_cut_one_way_until_it_heals(
    wire: Wire, echo: int, way: str
) -> None:
    getattr(wire, way).cut = True
    carried = wire.up.carried
    assert asked(wire, echo, within_s=1.0) == ""
    assert (wire.up.carried > carried) == (way == "down")
    wire.heal()
    assert asked(wire, echo) == "200000"
