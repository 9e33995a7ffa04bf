"""Sides and their jobs in, what each cost out: all of them at the same time, round after round.

All sides of a round share the same core, and the next round takes another one. Two cores of a
machine differ, by their neighbours and their clocks, and by more than what we measure; on one core
whatever disturbs one side disturbs all of them. What is compared are ratios within a round, and
what is told of them is the median over the rounds with its spread.
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from typing import TypeAlias

import msgspec
import numpy as np

from pipelines.errors import StreamError
from tocsin.bench.side import Cost, Job, Side, until_stopped

_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload(["tocsin.bench.side"])

Work: TypeAlias = tuple[Side, Job]
Tell = Callable[[float], None]
"""Told how many seconds have passed."""


class Spread(msgspec.Struct, frozen=True):
    """Of some values of one thing: the median, the 10th and the 90th percentile."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float], *, digits: int = 4) -> Spread:
    """Sum values up; with few of them the percentiles lie between the two outermost."""
    middle, low, high = np.percentile(values, (50, 10, 90)).tolist()
    return Spread(round(middle, digits), round(low, digits), round(high, digits))


def cores_of(turn: int, count: int = 1) -> tuple[int, ...]:
    """The cores of a round: `count` of those that we may use, others in the next round.

    Empty, which means any, where the system cannot hold a process to a core.
    """
    if not hasattr(os, "sched_getaffinity"):
        return ()
    ours = sorted(os.sched_getaffinity(0))
    taken = min(count, len(ours))
    return tuple(sorted(ours[(turn * taken + each) % len(ours)] for each in range(taken)))


def together(works: Sequence[Work], tell: Tell) -> list[Cost]:
    """Run sides at the same time, each in a process of its own, and wait for all.

    Raises StreamError when a side could not read its source.
    """
    started = [_started(side, job) for side, job in works]
    try:
        costs = _followed([pipe for _, pipe in started], tell)
    finally:
        for process, _ in started:
            process.kill()
            process.join()
    for cost, (_, job) in zip(costs, works, strict=True):
        if cost.trouble or not cost.stream_s:
            raise StreamError(cost.trouble or f"no frame came in {job.seconds:g} s")
    return costs


def _started(side: Side, job: Job) -> tuple[ForkServerProcess, Connection]:
    ours, theirs = _FORK.Pipe()
    process = _FORK.Process(target=until_stopped, args=(side, job, theirs))
    process.start()
    theirs.close()
    return process, ours


def _followed(pipes: list[Connection], tell: Tell) -> list[Cost]:
    """Read all sides until they close; the last word of each is its cost."""
    words: list[float | Cost] = [0.0 for _ in pipes]
    open_pipes = dict(enumerate(pipes))
    while open_pipes:
        for pipe in wait(list(open_pipes.values()), timeout=1.0):
            index = next(key for key, each in open_pipes.items() if each is pipe)
            try:
                words[index] = msgspec.json.decode(pipes[index].recv_bytes(), type=float | Cost)
            except (EOFError, OSError):
                del open_pipes[index]
        tell(min((word for word in words if isinstance(word, float)), default=0.0))
    costs = [word for word in words if isinstance(word, Cost)]
    if len(costs) < len(pipes):
        raise StreamError("one side of the benchmark ended without a word")
    return costs
