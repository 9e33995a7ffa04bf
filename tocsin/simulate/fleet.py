"""Jobs in, processes full of boxes out, and what they tell and are told."""

import multiprocessing
import signal
import time
from collections.abc import Sequence
from functools import reduce
from multiprocessing.connection import Connection, wait
from operator import add
from typing import Self

from pipelines.errors import TocsinError
from tocsin.simulate import host
from tocsin.simulate.job import Job, Left, Order, Tally

_SPAWN = multiprocessing.get_context("spawn")
_END_S = 60.0


class FleetError(TocsinError):
    """A process that hosts boxes has died; what it said is on stderr."""


class Fleet:
    """All boxes, in a few processes; leaving the context kills what has not ended."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        self.pipes: list[Connection] = []
        self.running: list[multiprocessing.process.BaseProcess] = []
        self._latest: dict[Connection, Tally] = {}

    def __enter__(self) -> Self:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which they inherit: it is for us
        try:
            for job in self.jobs:
                self._start(job)
        finally:
            signal.signal(signal.SIGINT, before)
        return self

    def _start(self, job: Job) -> None:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=host.run, args=(job, theirs), daemon=True)
        process.start()
        theirs.close()
        self.pipes.append(ours)
        self.running.append(process)

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            process.kill()
            process.join()
        for pipe in self.pipes:
            pipe.close()

    def tell(self, order: Order) -> None:
        """Tell all processes. Raises FleetError."""
        for pipe in self.pipes:
            try:
                pipe.send(order)
            except OSError as error:
                raise FleetError("a process of the fleet has died") from error

    def hear(self, within_s: float) -> Tally:
        """Wait for news; how all boxes do. Raises FleetError."""
        until_s = time.monotonic() + within_s
        while (left_s := until_s - time.monotonic()) > 0:
            for pipe in wait(self.pipes, left_s):
                self._take(pipe)
        return self.tally

    @property
    def tally(self) -> Tally:
        """How all boxes do, by what was heard."""
        return reduce(add, self._latest.values(), Tally())

    def end(self) -> list[Left]:
        """Let go of all boxes; what each leaves behind. Raises FleetError."""
        self.tell("end")
        found: list[Left] = []
        for pipe in self.pipes:
            found += self._last_word(pipe)
        for pipe in self.pipes:
            pipe.send("end")
        for process in self.running:
            process.join(_END_S)
        return found

    def _last_word(self, pipe: Connection) -> list[Left]:
        while True:
            told = self._next(pipe)
            if isinstance(told, list):
                return told

    def _take(self, pipe: object) -> None:
        if isinstance(pipe, Connection):
            told = self._next(pipe)
            if isinstance(told, Tally):
                self._latest[pipe] = told

    def _next(self, pipe: Connection) -> Tally | list[Left]:
        try:
            told: Tally | list[Left] = pipe.recv()
        except (EOFError, OSError) as error:
            raise FleetError("a process of the fleet has died; see above") from error
        return told
