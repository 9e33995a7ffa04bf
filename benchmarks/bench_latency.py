"""A scene in, how long events take from the lens to the broker's word out, on a box that is busy.

python -m benchmarks.bench_latency [CLIP_OR_FOLDER ...]

The real worker, spool and publisher have one core to themselves; nats-server, as the centre starts
it, has another. Each camera plays the scene from another moment on, so that there is always one at
which something happens. There are as many cameras as make the core about 80 % busy: some are tried
first, and their load says how many that is. An event's time is that of the frame on which its rule
decided; the end is the broker's acknowledgement. Pictures, which follow, are told apart.
"""

import argparse
import asyncio
import multiprocessing
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event as Flag

import msgspec
from msgspec.structs import replace
from rich.console import Console

from benchmarks import tables
from benchmarks.bench_memory import of_720
from benchmarks.clips import Clip, scenes_in, turned
from benchmarks.drawn import draw
from benchmarks.figures import Figure, Result
from center import broker as brokers
from center.config import Broker as Listener
from center.config import CenterConfig, Speaker
from edge.audit import Audit
from edge.audit import path_of as audit_of
from edge.clock import SystemClock
from edge.config import Broker, Camera, EdgeConfig
from edge.config import Spool as SpoolFile
from edge.crew import Crew
from edge.memory import Memory, path_of
from edge.overflow import overflow_event
from edge.publisher import Publisher
from edge.service import heartbeat, start_line
from edge.spool import Spool, Spooled
from models.coco import LABELS
from pipelines.errors import StreamError
from pipelines.flow import Event
from pipelines.rules import Intrusion
from pipelines.wire import decode_event
from tocsin.bench.piped import cpu_s
from tocsin.bench.rounds import cores_of, spread
from tocsin.bench.side import Job, begin_side, camera_of
from tocsin.demo.ports import free_port

LATENCY, P95 = "latency at 80 % load, ms", "p95"
BUSY = 0.8

FOLDER = Path("build/bench/box")
_NEAR = 0.08  # of the load that is wanted
_TRIED, _TRY_S = 4, 12.0
_TRIES = 3
_LIVE_S, _WARM_S = 30.0, 4.0
_LOOK_S = 0.05
_ANYTHING = Intrusion(zone="all", classes=LABELS)
_BOX, _SITE, _PASSWORD = "box-1", "bench", "only-for-this-run"
_SPAWN = multiprocessing.get_context("spawn")


class Run(msgspec.Struct, frozen=True):
    """What came of a number of cameras.

    load     share of its core that the box took
    late_ms  from the capture of an event's frame to its acknowledgement
    pictures_ms  the same of those that bring a picture
    skipped  packets, of all cameras
    """

    cameras: int
    load: float
    late_ms: list[float]
    pictures_ms: list[float]
    skipped: int
    trouble: str = ""


class Box(msgspec.Struct, frozen=True):
    """What the box shall watch, for how long, and whom it tells."""

    cameras: tuple[tuple[str, str], ...]
    mode: str
    port: int
    seconds: float
    cores: tuple[int, ...]


class TimedSpool(Spool):
    """Notes how old each event is when it may be forgotten."""

    def begin(self) -> None:
        """Forget what was noted so far."""
        self.events: dict[int, Event] = {}
        self.late_ms: list[float] = []
        self.pictures_ms: list[float] = []

    def waiting(self, *, after: int, limit: int) -> list[Spooled]:
        """Note when what goes out was captured."""
        found = Spool.waiting(self, after=after, limit=limit)
        for each in found:
            self.events[each.row] = decode_event(each.body)
        return found

    def done(self, rows: Iterable[int]) -> None:
        """Note when the broker had it."""
        rows, now_s = list(rows), time.time()
        for event in map(self.events.pop, rows):
            late_ms = self.late_ms if event.data.picture is None else self.pictures_ms
            late_ms.append((now_s - event.time.timestamp()) * 1000)
        Spool.done(self, rows)


def figures(clip: Clip, *, seconds: float, tries: int = _TRIES) -> Result:
    """Both modes."""
    result = Result()
    with _broker(cores_of(1)) as port:
        for mode in ("full", "substream"):
            box = Box((), mode, port, _TRY_S, cores_of(0))
            result += _told(clip, mode, _busy(clip, box, seconds, tries))
    return result


def _busy(clip: Clip, box: Box, seconds: float, tries: int) -> Run:
    """Find the number of cameras that fills the core, and measure with it."""
    run = _run(clip, box, _TRIED)
    for _ in range(tries):
        count = max(1, round(run.cameras * BUSY / max(run.load, 0.01)))
        run = _run(clip, replace(box, seconds=seconds), count)
        if abs(run.load - BUSY) <= _NEAR:
            break
    return run


def _run(clip: Clip, box: Box, count: int) -> Run:
    shutil.rmtree(FOLDER, ignore_errors=True)
    shares = [number / count for number in range(count)]
    files = [(str(turned(clip.main, s)), str(turned(clip.small, s))) for s in shares]
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_box, args=(replace(box, cameras=tuple(files)), theirs))
    process.start()
    theirs.close()
    try:
        run = msgspec.json.decode(ours.recv_bytes(), type=Run)
    except EOFError as error:
        raise StreamError("the box ended without a word") from error
    finally:
        process.kill()
        process.join()
    if run.trouble:
        raise StreamError(run.trouble)
    return run


def _told(clip: Clip, mode: str, run: Run) -> Result:
    late = sorted(run.late_ms)
    if not late:
        return Result([], [f"latency, {mode}: no event came"])
    numbers: dict[str, tuple[float, str]] = {
        "cameras": (run.cameras, ".0f"),
        "load": (run.load, ".2f"),
        "events": (len(late), ".0f"),
        "p50": (_at(late, 0.5), ".0f"),
        P95: (_at(late, 0.95), ".0f"),
    }
    if run.pictures_ms:
        numbers["pictures, p95"] = (_at(sorted(run.pictures_ms), 0.95), ".0f")
    notes = [f"latency, {mode}: {run.skipped} packets were skipped"] if run.skipped else []
    if abs(run.load - BUSY) > _NEAR:
        notes.append(f"latency, {mode}: the load was {run.load:.2f} instead of {BUSY}")
    return Result(
        [
            Figure(
                section=LATENCY, what=f"{mode}, {what}", clip=clip.name, kind=clip.kind,
                value=spread([value]), form=form,
            )
            for what, (value, form) in numbers.items()
        ],
        notes,
    )  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _box(box: Box, boss: Connection) -> None:
    """The box as `edge.service` puts it together, with a spool that notes times."""
    begin_side(Job(source="", seconds=box.seconds, cores=box.cores))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "box.log").open("wb") as log:
        os.dup2(log.fileno(), 2)  # what the worker says of its cameras
    clock, dismissed = SystemClock(), Flag()
    config = EdgeConfig(
        site=_SITE, box=_BOX, workers=1, cameras=tuple(_cameras(box)),
        broker=Broker(port=box.port, password=_PASSWORD),
        spool=SpoolFile(path=str(FOLDER / "spool.db")),
    )  # fmt: skip
    spool = TimedSpool(
        Path(config.spool.path), limit_mib=64, overflow=partial(overflow_event, config, clock)
    )
    spool.begin()
    crew = Crew(config, clock, lambda _: None)
    audit = Audit(audit_of(Path(config.spool.path)))
    beat = partial(heartbeat, config, crew, spool, audit, clock)
    memory = Memory(path_of(Path(config.spool.path)))
    publisher = Publisher(config, spool, clock, beat, dismissed.is_set, memory)
    start_line(publisher, clock, dismissed)
    trouble = _until_live(crew, len(config.cameras))
    _tend(crew, _WARM_S)
    spool.late_ms.clear()
    spool.pictures_ms.clear()
    before_s, begun_s, skipped = _spent_s(crew), time.monotonic(), _skipped(crew)
    _tend(crew, box.seconds)
    load = (_spent_s(crew) - before_s) / (time.monotonic() - begun_s)
    late_ms, pictures_ms = list(spool.late_ms), list(spool.pictures_ms)
    skipped = _skipped(crew) - skipped
    run = Run(len(config.cameras), load, late_ms, pictures_ms, skipped, trouble)
    boss.send_bytes(msgspec.json.encode(run))
    crew.dismiss(within_s=1.0)
    os._exit(0)


def _cameras(box: Box) -> Iterator[Camera]:
    for number, (main, small) in enumerate(box.cameras):
        job = Job(source=main, substream=small if box.mode == "substream" else "", seconds=1)
        yield replace(camera_of(number, job), mode=box.mode, rules=(_ANYTHING,))


def _until_live(crew: Crew, cameras: int) -> str:
    """Wait for all cameras; says what is wrong when one does not come."""
    until_s = time.monotonic() + _LIVE_S
    while time.monotonic() < until_s:
        _tend(crew, _LOOK_S)
        states = [state for worker in crew.workers for state in worker.states]
        if len(states) == cameras and all(state.state == "live" for state in states):
            return ""
    return f"not all cameras were live within {_LIVE_S:.0f} s"


def _tend(crew: Crew, seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        crew.tend()
        time.sleep(_LOOK_S)


def _skipped(crew: Crew) -> int:
    """Packets that were never decoded because the box was late."""
    return sum(state.skipped for worker in crew.workers for state in worker.states)


def _spent_s(crew: Crew) -> float:
    """CPU of the box: this process and its workers."""
    pids = [worker.process.pid for worker in crew.workers if worker.process]
    return time.process_time() + sum(cpu_s(pid) for pid in pids if pid)


@contextmanager
def _broker(cores: tuple[int, ...]) -> Iterator[int]:
    """A broker that lets the box in; yields its port."""
    ports, (ours, theirs) = (free_port(), free_port()), _SPAWN.Pipe()
    process = _SPAWN.Process(target=_keep_broker, args=(ports, cores, theirs))
    process.start()
    theirs.close()
    try:
        try:
            ours.recv_bytes()
        except EOFError:
            raise StreamError("the broker did not come up; it says why above") from None
        yield ports[1]
    finally:
        process.terminate()
        process.join()


def _keep_broker(ports: tuple[int, int], cores: tuple[int, ...], boss: Connection) -> None:
    begin_side(Job(source="", seconds=0, cores=cores))
    asyncio.run(_opened(ports, boss))


async def _opened(ports: tuple[int, int], boss: Connection) -> None:
    """Start the broker and tell as soon as boxes may come; runs until it is ended."""
    state = FOLDER.parent / "broker"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    config = CenterConfig(
        state=str(state.resolve()), watch_list="",
        broker=Listener(port=ports[0], mqtt_port=ports[1]),
        boxes=(Speaker(box=_BOX, site=_SITE, password=_PASSWORD),),
    )  # fmt: skip
    broker = brokers.Broker(config)
    kept = asyncio.create_task(broker.keep())
    opened = asyncio.create_task(broker.is_open.wait())
    await asyncio.wait((kept, opened), return_when=asyncio.FIRST_COMPLETED)
    if opened.done():
        boss.send_bytes(b"open")
    await kept


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", type=Path)
    asked.add_argument("--seconds", type=float, default=48.0)
    words = asked.parse_args()
    clip = of_720(scenes_in(words.clips or [draw()]))
    tables.show(figures(clip, seconds=words.seconds), Console())


if __name__ == "__main__":
    main()
