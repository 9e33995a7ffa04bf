"""Commands in, running programs out, each with its log, and none left behind at the end."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pipelines.errors import TocsinError

GRACE_S = 2.0
"""Given to a child between SIGTERM and SIGKILL."""

_LOOK_S = 0.05
_TAIL_LINES = 15


class ChildError(TocsinError):
    """A program of the demo ended or did not come up; the text has the end of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running program; it leads its own session, so that Ctrl-C reaches only us."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self) -> str:
        """All that it wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """Raise ChildError when it has ended."""
        if self.process.poll() is not None:
            raise ChildError(f"{self.name} ended with code {self.process.returncode}{self.tail()}")

    def tail(self) -> str:
        """The end of its log, for a message."""
        lines = self.said().splitlines()[-_TAIL_LINES:]
        return "".join(f"\n  {self.log.name}: {line}" for line in lines)

    def wait_for(self, sign: str, *, within_s: float) -> str:
        """Wait until it has written a line with `sign`; return what follows it on that line."""
        until_s = time.monotonic() + within_s
        while sign not in self.said():
            self.check()
            if time.monotonic() > until_s:
                raise ChildError(f"{self.name} was not up within {within_s:.0f} s{self.tail()}")
            time.sleep(_LOOK_S)
        return self.said().partition(sign)[2].partition("\n")[0].strip()

    def end(self, *, within_s: float) -> None:
        """Ask it to end; what is left of its session after `within_s` is killed."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(within_s)
        self.kill()

    def kill(self) -> None:
        """Kill whatever is left of its session."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Children:
    """The demo's programs; leaving the context ends all of them, the youngest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """SIGTERM to all at once, SIGKILL to what is left after the grace."""
        for child in self.running:
            with contextlib.suppress(ProcessLookupError):
                child.process.send_signal(signal.SIGTERM)
        until_s = time.monotonic() + GRACE_S
        for child in reversed(self.running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until_s - time.monotonic()))
        for child in self.running:
            child.kill()

    def start(self, name: str, arguments: Sequence[str]) -> Child:
        """Start `python -m ARGUMENTS…` with its output in `<name>.log`."""
        leash = [sys.executable, "-m", "tocsin.demo.leash", str(os.getpid())]
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*leash, sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        child = Child(name, process, log)
        self.running.append(child)
        return child

    def check(self) -> None:
        """Raise ChildError when any has ended."""
        for child in self.running:
            child.check()
