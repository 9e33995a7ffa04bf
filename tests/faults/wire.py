"""Two network namespaces in, the wire between them out, which delays, loses and cuts as it is told.

Each end is a TUN device; a thread carries the packets across. So whole IP packets are late, lost or
cut one way, and TCP meets them as it would between two buildings; `tc netem` is not needed, which
many kernels lack. All of it goes when this process does.
"""

import contextlib
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_SET, _TUN, _NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
_MTU = 1500
_HELD = 4000  # packets on the way; more are lost, as in a router
_PATIENCE_S = 5.0


@dataclass(slots=True)
class Way:
    """One direction of the wire.

    cut      nothing comes through
    loss     share of packets that do not
    delay_s  that each takes; `jitter_s` more at most
    """

    cut: bool = False
    loss: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    carried: int = 0
    lost: int = 0


class _Packet(NamedTuple):
    due_s: float
    number: int
    to: int
    data: bytes


@dataclass(slots=True)
class Wire:
    """What runs between a box's host and the centre's.

    holder   a process in the box's namespace; run others there by `inside`
    near     address of the centre's end, far that of the box's
    up       from the box to the centre, down the other way
    """

    holder: int
    near: str
    far: str
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)

    def inside(self, command: list[str]) -> list[str]:
        """The command that runs a command on the box's host."""
        return ["nsenter", "--target", str(self.holder), "--net", "--", *command]

    def heal(self) -> None:
        """Carry everything, at once."""
        for way in (self.up, self.down):
            way.cut, way.loss, way.delay_s, way.jitter_s = False, 0.0, 0.0, 0.0


class _Carrier:
    """The thread between the two ends."""

    def __init__(self, wire: Wire, near: int, far: int) -> None:
        self.wire, self.ends = wire, {far: (wire.up, near), near: (wire.down, far)}
        self.on_the_way: list[_Packet] = []
        self.dice, self.number = random.Random(7), 0  # noqa: S311 -- which packets are lost
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            wait_s = 0.1
            if self.on_the_way:
                wait_s = min(0.1, max(0.0, self.on_the_way[0].due_s - time.monotonic()))
            for end in select.select(list(self.ends), [], [], wait_s)[0]:
                self._take(end)
            self._deliver()

    def _take(self, end: int) -> None:
        way, to = self.ends[end]
        with contextlib.suppress(BlockingIOError):
            while data := os.read(end, _MTU + 100):
                if way.cut or self.dice.random() < way.loss or len(self.on_the_way) >= _HELD:
                    way.lost += 1
                    continue
                way.carried, self.number = way.carried + 1, self.number + 1
                due_s = time.monotonic() + way.delay_s + way.jitter_s * self.dice.random()
                heapq.heappush(self.on_the_way, _Packet(due_s, self.number, to, data))

    def _deliver(self) -> None:
        while self.on_the_way and self.on_the_way[0].due_s <= time.monotonic():
            packet = heapq.heappop(self.on_the_way)
            with contextlib.suppress(OSError):  # its end is down
                os.write(packet.to, packet.data)


@contextlib.contextmanager
def wired() -> Iterator[Wire]:
    """A wire to a host of its own. Raises OSError where this machine does not let us make one."""
    with contextlib.ExitStack() as undone:
        holder = undone.enter_context(_host())
        part = os.getpid() % 64000 // 4
        net = f"10.{200 + part // 256 % 50}.{part % 256}"
        wire = Wire(holder, f"{net}.1", f"{net}.2")
        names = [f"tocsin{os.getpid()}{end}"[-15:] for end in "ab"]
        near, far = (undone.enter_context(_tun(name)) for name in names)
        _ip("link", "set", names[1], "netns", str(holder))
        _raise(names[0], wire.near, wire.far, [])
        _raise(names[1], wire.far, wire.near, wire.inside([]))
        _run([*wire.inside([]), "ip", "link", "set", "lo", "up"])
        carrier = _Carrier(wire, near, far)
        thread = threading.Thread(target=carrier.run, name="wire", daemon=True)
        thread.start()
        try:
            yield wire
        finally:
            carrier.over.set()
            thread.join()


@contextlib.contextmanager
def _host() -> Iterator[int]:
    """A process that holds a network namespace open; its id."""
    leash = [sys.executable, "-m", "tocsin.demo.leash", str(os.getpid())]
    holder = subprocess.Popen([*leash, "unshare", "--net", "sleep", "infinity"],
                              stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        until_s = time.monotonic() + _PATIENCE_S
        ours, theirs = (Path(f"/proc/{who}/ns/net") for who in ("self", holder.pid))
        while theirs.readlink() == ours.readlink():
            if holder.poll() is not None or time.monotonic() > until_s:
                raise OSError("no network namespace may be made")
            time.sleep(0.02)
        yield holder.pid
    finally:
        holder.kill()
        holder.wait()


@contextlib.contextmanager
def _tun(name: str) -> Iterator[int]:
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(end, _SET, struct.pack("16sH22x", name.encode(), _TUN | _NO_PI))
        yield end
    finally:
        os.close(end)


def _raise(name: str, mine: str, other: str, inside: list[str]) -> None:
    ip = [*inside, "ip"]
    _run([*ip, "address", "add", mine, "peer", other, "dev", name])
    _run([*ip, "link", "set", name, "up", "mtu", str(_MTU)])


def _ip(*arguments: str) -> None:
    _run(["ip", *arguments])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
