"""Cameras dealt out to worker processes, and a sound worker for each that died."""

import logging
import multiprocessing
import os
import queue
import random
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import msgspec

from edge.config import EdgeConfig
from edge.taking import Report, Shown, Taken
from edge.unwatched import EndLives
from edge.worker import main
from pipelines.backoff import Backoff
from pipelines.clock import Clock
from pipelines.commands import Command
from pipelines.errors import SpoolError
from pipelines.flow import CameraState, Scene, WorkerState

log = logging.getLogger("tocsin.crew")

SILENT_S = 20.0  # a worker that has said nothing for so long hangs
STARTING_S = 120.0  # until its first word: a busy machine is slow to load networks and kernels
_AGAIN_S = 1.0
_WORDS = msgspec.json.Decoder(Report | Taken | Shown)
_SHOWN = 256  # parts of live views that wait; what is newer makes the older go
_SPAWN = multiprocessing.get_context("spawn")


def dealt(config: EdgeConfig, cores: int) -> list[tuple[str, ...]]:
    """Camera ids for each worker, dealt like cards."""
    wanted = config.workers or cores
    count = max(1, min(wanted, len(config.cameras)))
    names = [camera.id for camera in config.cameras]
    return [tuple(names[start::count]) for start in range(count)]


@dataclass(slots=True)
class Worker:
    """One place in the crew: whoever fills it has these cameras."""

    config: EdgeConfig
    cameras: tuple[str, ...]
    clock: Clock
    end_lives: EndLives
    backoff: Backoff = field(
        default_factory=lambda: Backoff(random.random, first_s=0.1, most_s=10.0)
    )
    restarts: int = -1
    states: tuple[CameraState, ...] = ()
    scenes: tuple[Scene, ...] = ()
    begun_s: float = 0.0
    heard_s: float = 0.0
    spoke: bool = False
    due_s: float = 0.0
    process: SpawnProcess | None = None
    pipe: Connection | None = None
    stills: queue.SimpleQueue[Taken] = field(default_factory=queue.SimpleQueue)
    shown: deque[Shown] = field(default_factory=lambda: deque(maxlen=_SHOWN))

    def tend(self) -> None:
        """Listen to the process; start one where there is none and its time has come."""
        now_s = self.clock.ticks_s()
        if self.process is None:
            if now_s >= self.due_s:
                self._start(now_s)
            return
        self._listen(now_s)
        if now_s - self.heard_s > (SILENT_S if self.spoke else STARTING_S):
            log.error("worker=%s state=hangs pid=%s", ",".join(self.cameras), self.process.pid)
            self.process.kill()
            self.process.join()
        if not self.process.is_alive():
            self._bury(now_s)

    def order(self, command: Command) -> bool:
        """Hand a command to the process; False when there is none. Any thread may call."""
        pipe = self.pipe
        try:
            if pipe is not None:
                pipe.send_bytes(msgspec.json.encode(command))
        except OSError:
            return False
        return pipe is not None

    def state(self) -> WorkerState:
        """What the heartbeat says of it."""
        pid = self.process.pid if self.process else None
        return WorkerState(pid=pid or 0, restarts=max(0, self.restarts), cameras=self.cameras)

    def _start(self, now_s: float) -> None:
        """Start a process, once what the one before it left open has its end."""
        try:
            self.end_lives(self.cameras)
        except SpoolError as error:
            log.critical("worker=%s state=waits why=%s", ",".join(self.cameras), error)
            self.due_s = now_s + _AGAIN_S
            return
        self.pipe, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(
            target=main, args=(self.config, self.cameras, theirs), daemon=True
        )
        self.process.start()
        theirs.close()
        self.restarts += 1
        self.begun_s, self.heard_s, self.spoke = now_s, now_s, False
        log.info("worker=%s state=started pid=%s", ",".join(self.cameras), self.process.pid)

    def _listen(self, now_s: float) -> None:
        try:
            while self.pipe is not None and self.pipe.poll():
                word = _WORDS.decode(self.pipe.recv_bytes())
                self.heard_s, self.spoke = now_s, True
                if isinstance(word, Report):
                    self.states, self.scenes = word.cameras, word.scenes
                elif isinstance(word, Shown):
                    self.shown.append(word)
                else:
                    self.stills.put(word)
        except (EOFError, OSError):
            self.pipe = None

    def _bury(self, now_s: float) -> None:
        pause_s = self.backoff.pause_s(now_s - self.begun_s)
        self.due_s = now_s + pause_s
        code = self.process.exitcode if self.process else None
        log.error("worker=%s state=died exit=%s", ",".join(self.cameras), code)
        self.states = tuple(
            msgspec.structs.replace(
                state,
                state="lost",
                trouble="its worker died",
                fps_in=0.0,
                fps_decoded=0.0,
                cpu=0.0,
                live="",
            )
            for state in self.states
        )
        self.process, self.pipe, self.scenes = None, None, ()


class Crew:
    """All workers of a box.

    end_lives  ends what a worker that died has left open
    """

    def __init__(self, config: EdgeConfig, clock: Clock, end_lives: EndLives) -> None:
        cores = len(os.sched_getaffinity(0))
        self.workers = [Worker(config, names, clock, end_lives) for names in dealt(config, cores)]

    def tend(self) -> None:
        """Look after every worker; call it several times a second."""
        for worker in self.workers:
            worker.tend()

    def states(self) -> tuple[WorkerState, ...]:
        """What the heartbeat says of the workers."""
        return tuple(worker.state() for worker in self.workers)

    def cameras(self) -> tuple[CameraState, ...]:
        """What the workers said last of their cameras."""
        return tuple(state for worker in self.workers for state in worker.states)

    def scenes(self) -> tuple[Scene, ...]:
        """What the workers said last of what they follow."""
        return tuple(scene for worker in self.workers for scene in worker.scenes)

    def settle(self, config: EdgeConfig) -> None:
        """Start workers with this configuration from now on."""
        for worker in self.workers:
            worker.config = config

    def order(self, command: Command) -> bool:
        """Hand a command to the worker that has its camera; False when it is not there."""
        return any(
            worker.order(command) for worker in self.workers if command.camera in worker.cameras
        )

    def taken(self) -> list[Taken]:
        """Stills that came since the last call, or did not."""
        found = []
        for worker in self.workers:
            while not worker.stills.empty():
                found.append(worker.stills.get_nowait())
        return found

    def shown(self) -> list[Shown]:
        """Parts of live views that came since the last call."""
        found = []
        for worker in self.workers:
            while worker.shown:
                found.append(worker.shown.popleft())
        return found

    def dismiss(self, *, within_s: float) -> None:
        """End all workers, politely first."""
        living = [worker.process for worker in self.workers if worker.process]
        for process in living:
            process.terminate()
        for process in living:
            process.join(within_s)
            if process.is_alive():
                process.kill()
                process.join()
