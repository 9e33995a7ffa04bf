"""One side of a comparison: a source in, what N streams of it cost out, in a process of its own.

A side is held to the cores that its job names, from its first breath on, so that what FFmpeg,
numba and onnxruntime learn of the machine is the same for all sides.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from msgspec import structs

from edge import logs
from edge.clock import SystemClock
from edge.config import Camera, EdgeConfig, Stream
from edge.decoding import decoded
from edge.process import die_with_parent
from edge.stream import opened
from edge.tally import Tally
from edge.worker import Networks, begin, load_networks
from pipelines.clock import Clock
from pipelines.errors import StreamError
from pipelines.flow import STILL, Box, Event, Frame, Look, Motion
from pipelines.rules import Intrusion
from pipelines.zones import Zone
from tocsin.bench.truth import Seen

REPORT_S = 0.5
_PATIENCE_S = 20.0
_PAUSE_S = 1.0
_EVERYWHERE = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))

AskedMode = Literal["auto", "full", "substream", "keyframe"]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What one side is to do.

    loop    play files again; not where a truth is compared, which knows one pass
    warm_s  that pass, after every stream has given a frame, before anything is counted
    cores   on which it may run; anywhere when empty
    """

    source: str
    substream: str = ""
    mode: AskedMode = "full"
    streams: int = 1
    seconds: float
    loop: bool = True
    warm_s: float = 0.0
    cores: tuple[int, ...] = ()


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What N streams cost from when each had given a frame, and had warmed up.

    stream_s  seconds in which packets came, all streams together: of a stream that is played at its
              own pace they are the seconds of its video, however few of its frames are looked at
    cpu_s     seconds of CPU of the whole process
    look_cpu_s  of them, those in which a network looked
    rss_mb    its own memory since before the first stream was opened, all streams together
    mode      in which the first stream was watched at the end, and `mode_why`
    clip_s    how far the first stream came, in seconds since the clip began
    late_ms   from capture to the end of the motion stage, one value per frame
    motions, looks, found  of the first stream: where something moved, where a network was shown
              the picture, and what it found there
    """

    passed_s: float
    stream_s: float
    cpu_s: float
    packets: int
    decoded: int
    skipped: int
    frames: int
    detector_calls: int
    events: int
    rss_mb: float
    mode: str
    late_ms: list[float]
    motions: list[Seen]
    looks: list[Seen]
    found: list[Seen]
    trouble: str
    look_cpu_s: float = 0.0
    mode_why: str = ""
    clip_s: float = 0.0

    @property
    def each(self) -> float:
        """Seconds of CPU per second of one stream."""
        return self.cpu_s / self.stream_s

    @property
    def each_look(self) -> float:
        """Seconds of CPU of the looks per second of one stream."""
        return self.look_cpu_s / self.stream_s


@dataclass(slots=True)
class Noted(Tally):
    """A tally that also keeps how late each frame was, and where something moved or was shown.

    first_s  Unix time at which the clip began. The first stamps of a live stream are late, until a
             packet comes that is not delayed: it is told by how far the stream is by its own time
    """

    late_ms: list[float] = field(default_factory=list)
    motions: list[Seen] = field(default_factory=list)
    shown: list[Seen] = field(default_factory=list)
    found: list[Seen] = field(default_factory=list)
    first_s: float = 0.0
    begun_s: float = 0.0
    heard_s: float = 0.0

    def packet(self, jumps: int) -> None:
        """Count a packet, and tell anew when the clip began."""
        if self.stream_ahead_s is not None:  # of the packet before, as are the others
            self.begun_s = self.begun_s or self.heard_s
            far_s = self.heard_s - self.begun_s + self.stream_ahead_s
            self.first_s = self.captured_s - far_s
        Tally.packet(self, jumps)
        self.heard_s = time.monotonic()

    def frame(self, frame: Frame, moving: Motion) -> None:
        """Note a frame and where something moved."""
        Tally.frame(self, frame, moving)
        self.first_s = self.first_s or frame.captured_s
        self.late_ms.append((time.time() - frame.captured_s) * 1000)
        self.motions.append(seen(frame, moving.regions, 0.0))

    def look(self, frame: Frame, look: Look) -> None:
        """Note a look and what it found."""
        Tally.look(self, frame, look)
        self.shown.append(seen(frame, look.regions, 0.0))
        boxes = tuple(each.box for each in look.found)
        self.found.append(seen(frame, boxes, 0.0))

    def of_clip(self, noted: list[Seen]) -> list[Seen]:
        """What was noted, at the time since the clip began."""
        return [structs.replace(each, clip_s=each.clip_s - self.first_s) for each in noted]


def seen(frame: Frame, regions: tuple[Box, ...], first_s: float) -> Seen:
    """Boxes of a frame, in shares of the picture, at the time since the first frame."""
    width, height = frame.width, frame.height
    shares = ((b.x0 / width, b.y0 / height, b.x1 / width, b.y1 / height) for b in regions)
    return Seen(frame.captured_s - first_s, tuple(shares))


def pipeline(job: Job, boss: Connection) -> None:
    """The real worker, with a rule on everything; events are counted, not sent."""
    begin_side(job)
    cameras = tuple(camera_of(number, job) for number in range(job.streams))
    config = EdgeConfig(site="bench", box="bench", cameras=cameras)
    networks = load_networks(config.detector)
    _warm(networks)
    rss_mb = _rss_mb()
    tallies, _, _ = begin(
        config, cameras, networks=networks, put=_nowhere, clock=SystemClock(),
        stop=threading.Event(), tally=Noted, warm=True,
    )  # fmt: skip
    _report([tally for tally in tallies if isinstance(tally, Noted)], job, boss, rss_mb)


SeeRegions = Callable[[Frame], tuple[Box, ...]]
"""Sees where something moves in frame after frame, in pixels of the frame."""


def decoding(job: Job, boss: Connection, *, make: Callable[[], SeeRegions] | None = None) -> None:
    """Packets decoded and thrown away: what any design must pay.

    make  something that is shown the frames of one stream; none: nobody sees them
    """
    begin_side(job)
    rss_mb = _rss_mb()
    tallies = [Noted(f"stream-{number}", "bench") for number in range(job.streams)]
    for number, tally in enumerate(tallies):
        arguments = (camera_of(number, job), tally, SystemClock(), make() if make else None)
        threading.Thread(target=_decode, args=arguments, daemon=True).start()
    _report(tallies, job, boss, rss_mb)


def _decode(camera: Camera, tally: Noted, clock: Clock, see: SeeRegions | None) -> None:
    try:
        while True:
            with opened(camera, clock=clock, wait=time.sleep) as stream:
                for frame in decoded(stream, clock=clock, tally=tally):
                    tally.frame(frame, Motion(see(frame), share=0.0) if see else STILL)
            if not camera.stream.loop:
                return
    except StreamError as error:
        tally.trouble = str(error)


def _warm(networks: Networks) -> None:
    """Let onnxruntime take the memory that all streams share, so that it is not one stream's."""
    networks.objects(np.zeros((720, 1280, 3), np.uint8))
    networks.snapshot.warm_up()


def until_stopped(work: Callable[..., None], *given: object) -> None:
    """What a process of the benchmark does; Ctrl-C ends it without a word, for we say it."""
    with contextlib.suppress(KeyboardInterrupt):
        work(*given)


def begin_side(job: Job) -> None:
    """What every side does first: it dies with its parent, and stays on its cores."""
    die_with_parent()
    if job.cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, job.cores)
    logs.begin("ERROR")


def _nowhere(_: Event) -> None:
    """Events of a benchmark go nowhere; the tally has counted them."""


def _report(tallies: list[Noted], job: Job, boss: Connection, rss_mb: float) -> None:
    """Tell how far it is, counted from when every stream gave a frame, and then what it cost."""
    clock, passed_s = SystemClock(), 0.0
    _all_begun(tallies)
    time.sleep(job.warm_s)
    before, begun_s = _cost(tallies, 0.0), time.monotonic()
    for passed_s in _seconds(job.seconds, clock):
        boss.send_bytes(msgspec.json.encode(passed_s))
    cost = _since(before, _cost(tallies, passed_s))
    stream_s = sum(_lasted_s(tally, begun_s, passed_s) for tally in tallies)
    cost = structs.replace(cost, stream_s=stream_s, rss_mb=_rss_mb() - rss_mb)
    boss.send_bytes(msgspec.json.encode(cost))
    os._exit(0)


def _lasted_s(tally: Noted, begun_s: float, passed_s: float) -> float:
    """How much of the time a stream went on; the pause between two packets is not its end."""
    heard_s = max(0.0, tally.heard_s - begun_s)
    return passed_s if passed_s - heard_s < _PAUSE_S else heard_s


def _all_begun(tallies: list[Noted]) -> None:
    until_s = time.monotonic() + _PATIENCE_S
    while not all(tally.frames or tally.trouble for tally in tallies):
        if time.monotonic() > until_s:
            return
        time.sleep(0.01)


def _seconds(seconds: float, clock: Clock) -> Iterator[float]:
    begun_s = clock.ticks_s()
    while (passed_s := clock.ticks_s() - begun_s) < seconds:
        time.sleep(min(REPORT_S, seconds - passed_s))
        yield clock.ticks_s() - begun_s


def _cost(tallies: list[Noted], passed_s: float) -> Cost:
    """All that was counted since the process began."""
    return Cost(
        passed_s=passed_s,
        stream_s=0.0,
        cpu_s=time.process_time(),
        packets=sum(tally.packets for tally in tallies),
        decoded=sum(tally.decoded for tally in tallies),
        skipped=sum(tally.skipped for tally in tallies),
        frames=sum(tally.frames for tally in tallies),
        detector_calls=sum(tally.looks for tally in tallies),
        events=sum(tally.events for tally in tallies),
        rss_mb=0.0,
        mode=tallies[0].mode,
        mode_why=tallies[0].mode_why,
        clip_s=max(0.0, tallies[0].captured_s - tallies[0].first_s),
        late_ms=[value for tally in tallies for value in tally.late_ms],
        motions=tallies[0].of_clip(tallies[0].motions),
        looks=tallies[0].of_clip(tallies[0].shown),
        found=tallies[0].of_clip(tallies[0].found),
        trouble="; ".join(sorted({tally.trouble for tally in tallies if tally.trouble})),
        look_cpu_s=sum(tally.look_cpu_s for tally in tallies),
    )


def _since(before: Cost, after: Cost) -> Cost:
    """What was counted between the two."""
    return structs.replace(
        after, cpu_s=after.cpu_s - before.cpu_s,
        packets=after.packets - before.packets, decoded=after.decoded - before.decoded,
        frames=after.frames - before.frames, look_cpu_s=after.look_cpu_s - before.look_cpu_s,
    )  # fmt: skip


def camera_of(number: int, job: Job) -> Camera:
    """One of the job's cameras, with a rule on everything."""
    return Camera(
        id=f"stream-{number}", place="bench", url=_found(job.source),
        substream=_found(job.substream), mode=job.mode, stream=Stream(loop=job.loop),
        zones=(_EVERYWHERE,), rules=(Intrusion(zone="all"),),
        purpose="to measure", legal_basis="drawn or given clips", office="who measures",
    )  # fmt: skip


def _found(source: str) -> str:
    return source if "://" in source or not source else str(Path(source).resolve())


def _rss_mb() -> float:
    """Resident memory of this process that is its own: not the libraries' files."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024 / 1e6


Side = Callable[[Job, Connection], None]
