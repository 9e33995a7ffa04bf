"""Cameras dealt out to worker processes, and a sound worker for each that died."""

import logging
import os
import queue
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import msgspec

from edge.config import EdgeConfig
from edge.parting import MOST, WITHIN_S, Deaths, halves, named
from edge.taking import Report, Shown, Taken
from edge.unwatched import EndLives
from edge.working import SPAWN, work
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
_LONG_S = 300.0  # at most, before a camera that ends its worker again and again is tried again

Work = Callable[[EdgeConfig, tuple[str, ...], Connection], None]
"""What a worker's process does: watch these cameras, and tell of it."""


def dealt(config: EdgeConfig, cores: int) -> list[tuple[str, ...]]:
    """Camera ids for each worker, dealt like cards."""
    wanted = config.workers or cores
    count = max(1, min(wanted, len(config.cameras)))
    names = [camera.id for camera in config.cameras]
    return [tuple(names[start::count]) for start in range(count)]


@dataclass(slots=True)
class Worker:
    """One place in the crew: whoever fills it has these cameras.

    deaths  of its processes, and of those that had its cameras before
    died    the last process, and one of its cameras may be to blame
    alone   with the one camera that is to blame
    spoke   the process has said something
    """

    config: EdgeConfig
    cameras: tuple[str, ...]
    clock: Clock
    end_lives: EndLives
    work: Work = work
    backoff: Backoff = field(
        default_factory=lambda: Backoff(random.random, first_s=0.1, most_s=10.0)
    )
    deaths: Deaths = field(default_factory=Deaths)
    restarts: int = -1
    died: bool = False
    alone: bool = False
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
            log.error("worker=%s state=hangs pid=%s", named(self.cameras), self.process.pid)
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
            log.critical("worker=%s state=waits why=%s", named(self.cameras), error)
            self.due_s = now_s + _AGAIN_S
            return
        self.pipe, theirs = SPAWN.Pipe()
        self.process = SPAWN.Process(
            target=self.work, args=(self.config, self.cameras, theirs), daemon=True
        )
        self.process.start()
        theirs.close()
        self.restarts += 1
        self.begun_s, self.heard_s, self.spoke = now_s, now_s, False
        log.info("worker=%s state=started pid=%s", named(self.cameras), self.process.pid)

    def _listen(self, now_s: float) -> None:
        try:
            while self.pipe is not None and self.pipe.poll():
                word = _WORDS.decode(self.pipe.recv_bytes())
                self.heard_s, self.spoke = now_s, True
                if isinstance(word, Report):
                    self.states = tuple(self._blamed(state, now_s) for state in word.cameras)
                    self.scenes = word.scenes
                elif isinstance(word, Shown):
                    self.shown.append(word)
                else:
                    self.stills.put(word)
        except (EOFError, OSError):
            self.pipe = None

    def _bury(self, now_s: float) -> None:
        code = self.process.exitcode if self.process else None
        self.process, self.pipe, self.scenes = None, None, ()
        log.error("worker=%s state=died exit=%s", named(self.cameras), code)
        self.died = self.deaths.note(now_s, code, spoke=self.spoke)
        if self.dies_too_often(now_s) and len(self.cameras) == 1:
            self._leave_alone(now_s)
        self.due_s = now_s + self.backoff.pause_s(now_s - self.begun_s)
        self.states = tuple(
            msgspec.structs.replace(
                self._blamed(state, now_s, otherwise="its worker died"),
                state="lost",
                fps_in=0.0,
                fps_decoded=0.0,
                cpu=0.0,
                live="",
            )
            for state in self.states
        )

    def dies_too_often(self, now_s: float) -> bool:
        """Whether one of its cameras must be to blame for it."""
        return self.died and self.process is None and self.deaths.too_many(now_s)

    def parted(self) -> tuple["Worker", "Worker"]:
        """Two workers in its place, which have no process yet, each with half of its cameras."""
        first, second = halves(self.cameras)
        return self._half(first, self.restarts), self._half(second, -1)

    def _half(self, cameras: tuple[str, ...], restarts: int) -> "Worker":
        states = tuple(state for state in self.states if state.camera in cameras)
        return Worker(
            self.config, cameras, self.clock, self.end_lives, self.work,
            deaths=self.deaths.copy(), restarts=restarts, states=states,
        )  # fmt: skip

    def _leave_alone(self, now_s: float) -> None:
        """From now on it is tried less and less often, until it lasts for a while."""
        if not self.alone:
            self.alone, count = True, self.deaths.lately(now_s)
            self.backoff = Backoff(random.random, first_s=1.0, most_s=_LONG_S)
            log.error("camera=%s state=ends-its-worker deaths=%d", self.cameras[0], count)

    def _blamed(self, state: CameraState, now_s: float, otherwise: str = "") -> CameraState:
        """The state of a camera, with what it does to its workers if it is to blame."""
        why = otherwise or state.trouble
        if self.alone and (count := self.deaths.lately(now_s)):
            within = f"{WITHIN_S / 60:.0f} minutes"
            why = f"what it sends ended its worker {count} times in {within}; it is watched alone"
        return msgspec.structs.replace(state, trouble=why)


class Crew:
    """All workers of a box.

    end_lives  ends what a worker that died has left open
    work       what each of them does
    """

    def __init__(
        self, config: EdgeConfig, clock: Clock, end_lives: EndLives, work: Work = work
    ) -> None:
        hands = dealt(config, len(os.sched_getaffinity(0)))
        self.workers = [Worker(config, names, clock, end_lives, work) for names in hands]
        self.clock, self.most = clock, len(hands) + MOST

    def tend(self) -> None:
        """Look after every worker; call it several times a second."""
        for worker in self.workers:
            worker.tend()
            if len(worker.cameras) > 1 and worker.dies_too_often(self.clock.ticks_s()):
                self._part(worker)

    def _part(self, worker: Worker) -> None:
        """Two in the place of one that dies too often, so that the others are rid of one camera.

        Any thread may read the list, so another takes its place.
        """
        if len(self.workers) < self.most:
            first, second = worker.parted()
            self.workers = [first if each is worker else each for each in self.workers] + [second]
            told = named(first.cameras), named(second.cameras)
            log.error("worker=%s state=parted into=%s and=%s", named(worker.cameras), *told)

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
