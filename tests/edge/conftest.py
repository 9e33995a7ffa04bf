"""Real parts for the edge's tests: a broker and an RTSP server, each on a free port."""

import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from edge.clock import SystemClock
from edge.publisher import Publisher
from edge.service import start_line
from tocsin.demo.clips import write_clip
from tocsin.demo.ports import free_port

PATIENCE_S = 120.0
FPS = 10
SQUARE = "square.mp4"


def wait_until(done: Callable[[], bool]) -> None:
    """Ask again and again; the test fails when it never comes true."""
    until = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Server:
    """A real broker that speaks MQTT and can be killed and started again.

    hears  topics of NATS to which the box may listen; all when left out
    """

    folder: Path
    port: int
    hears: tuple[str, ...] | None = None
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        conf = self.folder / "nats.conf"
        hears = "" if self.hears is None else f", permissions: {{ subscribe: {list(self.hears)} }}"
        conf.write_text(
            f'server_name: test\nlisten: "127.0.0.1:-1"\n'
            f'jetstream {{ store_dir: "{self.folder}" }}\n'
            f"accounts {{ A: {{ jetstream: enabled, users: ["
            f"{{ user: all, password: right }}, {{ user: box-1, password: right{hears} }}] }} }}\n"
            f'mqtt {{ listen: "127.0.0.1:{self.port}" }}\n'
        )
        beside = Path(sysconfig.get_path("scripts")) / "nats-server"
        program = str(beside) if beside.exists() else shutil.which("nats-server")
        assert program
        self.child = subprocess.Popen(
            [program, "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: answers(self.port))

    def kill(self) -> None:
        assert self.child
        self.child.kill()
        self.child.wait()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, free_port())
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of a bright square that crosses a grey wall, 320 by 240."""
    path = tmp_path_factory.mktemp("clips") / SQUARE
    pictures = []
    for step in range(3 * FPS):
        picture = np.full((360, 320), 128, np.uint8)
        picture[:240] = 90
        picture[80:140, 8 * step : 8 * step + 60] = 220
        pictures.append(picture)
    write_clip(path, pictures, fps=FPS)
    return path


@dataclass
class Rtsp:
    """A real RTSP server over a folder of clips, each played over and over."""

    port: int
    child: subprocess.Popen[bytes]

    def url_of(self, name: str) -> str:
        return f"rtsp://127.0.0.1:{self.port}/{name}?play_count=0"


@contextmanager
def serving(folder: Path) -> Iterator[Rtsp]:
    port = free_port()
    command = [sys.executable, "-m", "tocsin.demo.rtsp", str(folder), str(port)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port))
        yield Rtsp(port, child)
    finally:
        child.kill()
        child.wait()


@pytest.fixture
def rtsp(clip: Path) -> Iterator[Rtsp]:
    with serving(clip.parent) as served:
        yield served


@contextmanager
def on_line(publisher: Publisher, stopped: threading.Event) -> Iterator[None]:
    """A publisher on its line, until it is told to end."""
    line = start_line(publisher, SystemClock(), stopped)
    try:
        yield
    finally:
        stopped.set()
        line.join(PATIENCE_S)
        assert not line.is_alive()
