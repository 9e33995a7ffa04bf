"""How a program stands in, the datagrams of sd_notify(3) to systemd out.

That gives us two variables in the environment: where it listens, and how often it must hear of us
before it starts us anew. Without them nobody asked, and nothing is sent.
"""

import os
import socket
from collections.abc import Callable, Mapping

from pipelines.standing import Stand, Standing, unheard

_WORDS = {"ready": b"READY=1", "alive": b"WATCHDOG=1", "stopping": b"STOPPING=1"}
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


def systemd(env: Mapping[str, str], ticks_s: Callable[[], float]) -> Stand:
    """Who is to be told how we stand, by the environment."""
    where = env.get("NOTIFY_SOCKET")
    if not where:
        return unheard
    microseconds = env.get("WATCHDOG_USEC", "")
    is_ours = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    within_s = int(microseconds) / 1e6 if microseconds.isdigit() and is_ours else None
    return Notify(where, within_s, ticks_s)
