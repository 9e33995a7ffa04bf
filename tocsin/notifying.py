"""How a program stands in; the datagrams of sd_notify(3) to systemd, or a file's time, out.

Systemd gives us two variables in the environment: where it listens, and how often it must hear of
us before it starts us anew. A container gives a third: a file, by whose age it judges our health.
Without them nobody asked, and nothing is said.
"""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.standing import Stand, Standing, unheard

_WORDS = {"ready": b"READY=1", "alive": b"WATCHDOG=1", "stopping": b"STOPPING=1"}
_RENEWED_S = 5.0
_OFTEN = 3  # signs of life within the time that systemd waits for one


class Notify:
    """Tells systemd, and says `alive` no more often than it needs.

    where    path of its socket; `@` begins one without a file
    within_s  how long it waits for a sign of life; none: it waits for none
    ticks_s   seconds that never jump
    """

    def __init__(self, where: str, within_s: float | None, ticks_s: Callable[[], float]) -> None:
        self._where = "\0" + where[1:] if where.startswith("@") else where
        self._within_s, self._ticks_s = within_s, ticks_s
        self._next_s = ticks_s()

    def __call__(self, standing: Standing) -> None:
        """Say it; a systemd that does not listen is no reason to end."""
        if standing == "alive":
            if self._within_s is None or self._ticks_s() < self._next_s:
                return
            self._next_s = self._ticks_s() + self._within_s / _OFTEN
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.setblocking(False)
            try:
                out.sendto(_WORDS[standing], self._where)
            except OSError:
                return


class Mark:
    """Renews a file's time from when the program is up until it ends."""

    def __init__(self, path: Path, ticks_s: Callable[[], float]) -> None:
        self._path, self._ticks_s, self._next_s = path, ticks_s, float("inf")

    def __call__(self, standing: Standing) -> None:
        """Renew it every few seconds; a disk that refuses is no reason to end."""
        try:
            if standing == "stopping":
                self._path.unlink(missing_ok=True)
            elif standing == "ready" or self._ticks_s() >= self._next_s:
                self._next_s = self._ticks_s() + _RENEWED_S
                self._path.touch()
        except OSError:
            return


def told(env: Mapping[str, str], ticks_s: Callable[[], float]) -> Stand:
    """Whoever is to be told how we stand, by the environment."""
    file = env.get("TOCSIN_ALIVE")
    return Mark(Path(file), ticks_s) if file else systemd(env, ticks_s)


def systemd(env: Mapping[str, str], ticks_s: Callable[[], float]) -> Stand:
    """Systemd, where it asked."""
    where = env.get("NOTIFY_SOCKET")
    if not where:
        return unheard
    microseconds = env.get("WATCHDOG_USEC", "")
    is_ours = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    within_s = int(microseconds) / 1e6 if microseconds.isdigit() and is_ours else None
    return Notify(where, within_s, ticks_s)
