"""A command in, a process out that is there again whenever it ended, as systemd would have it.

`Restart=always` with a pause that grows while it ends at once. Whoever holds a process keeps it
away until it is let go.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_LOOK_S = 0.05
_FIRST_S, _MOST_S = 0.1, 2.0
_LASTED_S = 5.0
_GRACE_S = 30.0


class Kept:
    """One process that is kept running; its output goes to a log that is never cut.

    sweeps  whether what it leaves behind is killed before it starts again, as systemd does
            (`KillMode=mixed`); what follows its parent by itself needs none
    """

    def __init__(
        self, name: str, command: Sequence[str], log: Path,
        env: Mapping[str, str] | None = None, *, sweeps: bool = False,
    ) -> None:  # fmt: skip
        self.name, self.command, self.log = name, list(command), log
        self.sweeps, self.left = sweeps, list[int]()
        self.env = {**os.environ, **(env or {}), "PYTHONUNBUFFERED": "1"}
        self.process: subprocess.Popen[bytes] | None = None
        self.starts, self.pause_s = 0, _FIRST_S
        self.begun_s = self.due_s = 0.0
        self.held = True
        self.turn = threading.RLock()

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        process = self.process
        return None if process is None or process.poll() is not None else process.pid

    def tend(self) -> None:
        """Start it if it is not there, and its pause is over."""
        with self.turn:
            pid = self.pid
            if self.sweeps and pid is not None:
                self.left = family(pid)[1:]
            if self.held or pid is not None:
                return
            signalled(self.left, signal.SIGKILL)
            self.left = []
            now_s = time.monotonic()
            if self.process is not None:
                self.process, lasted_s = None, now_s - self.begun_s
                self.pause_s = min(_MOST_S, self.pause_s * 2) if lasted_s < _LASTED_S else _FIRST_S
                self.due_s = now_s + self.pause_s
            if now_s >= self.due_s:
                self._start(now_s)

    def hold(self) -> None:
        """Kill it, and keep it away."""
        with self.turn:
            self.held = True
            self._signal(signal.SIGKILL)
            if self.process is not None:
                self.process.wait()
                self.process = None

    def let_go(self) -> None:
        """Start it, and keep it."""
        with self.turn:
            self.held, self.due_s = False, 0.0
            self.tend()

    def end(self) -> int | None:
        """Ask it to end, and wait; what does not is killed. Its exit code."""
        with self.turn:
            self.held, process = True, self.process
            if process is None:
                return None
            self._signal(signal.SIGCONT)
            self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(_GRACE_S)
        process.kill()
        return process.wait()

    def _start(self, now_s: float) -> None:
        leash = [sys.executable, "-m", "tocsin.demo.leash", str(os.getpid())]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*leash, *self.command], env=self.env, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.starts, self.begun_s = self.starts + 1, now_s

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)


@contextlib.contextmanager
def tended(every: Sequence[Kept]) -> Iterator[None]:
    """Keep processes running until the context ends; then none is left."""
    over = threading.Event()

    def tend() -> None:
        while not over.wait(_LOOK_S):
            for each in every:
                each.tend()

    thread = threading.Thread(target=tend, name="keeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for each in reversed(every):
            each.hold()


def family(pid: int) -> list[int]:
    """A process and all that it started, and these, and so on."""
    found = [pid]
    for each in found:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def signalled(pids: Sequence[int], number: signal.Signals) -> int:
    """Send a signal to those that are there; how many were."""
    there = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            there += 1
    return there
