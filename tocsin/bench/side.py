"""One side of a comparison: a source in, what N streams of it cost out, in a process of its own."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import numpy as np

from edge import logs
from edge.camera import Networks, watch_once
from edge.clock import SystemClock
from edge.config import Camera, Detector
from edge.decoding import decoded
from edge.process import die_with_parent
from edge.stream import opened
from edge.tally import Tally
from edge.worker import load_networks
from pipelines.clock import Clock
from pipelines.errors import StreamError
from pipelines.flow import Event, Frame, Look, Motion, Track
from pipelines.rules import Intrusion
from pipelines.zones import Zone

REPORT_S = 0.5
_EVERYWHERE = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What N streams cost so far.

    stream_s  seconds of video that went through, all streams together
    cpu_s     seconds of CPU of their threads
    rss_mb    memory since before the first stream was opened, all streams together
    late_ms   from capture to the end of the last stage, one value per frame
    """

    passed_s: float
    stream_s: float
    cpu_s: float
    packets: int
    decoded: int
    frames: int
    detector_calls: int
    events: int
    rss_mb: float
    late_ms: list[float]
    trouble: str


@dataclass(slots=True)
class _Timed(Tally):
    """A tally that also keeps how late each frame was, and how much video it has seen."""

    late_ms: list[float] = field(default_factory=list)
    stream_s: float = 0.0
    last_s: float = 0.0

    def frame(
        self, frame: Frame, moving: Motion, look: Look | None, tracks: tuple[Track, ...]
    ) -> None:
        Tally.frame(self, frame, moving, look, tracks)
        self.late_ms.append((time.time() - frame.captured_s) * 1000)
        if self.last_s:
            self.stream_s += min(max(frame.captured_s - self.last_s, 0.0), 1.0)
        self.last_s = frame.captured_s


def pipeline(source: str, streams: int, seconds: float, boss: Connection) -> None:
    """The real wiring of a camera, with a rule on everything; events are counted, not sent."""
    networks = load_networks(Detector())
    _warm(networks)
    _measure(partial(_watch, networks), source, streams, seconds, boss)


def decoding(source: str, streams: int, seconds: float, boss: Connection) -> None:
    """Packets decoded and thrown away: what any design must pay."""
    _measure(_decode, source, streams, seconds, boss)


Work = Callable[[Camera, _Timed, Clock, threading.Event], bool]


def _watch(
    networks: Networks, camera: Camera, tally: _Timed, clock: Clock, stop: threading.Event
) -> bool:
    return watch_once(
        camera, site="bench", detector=Detector(), networks=networks, tally=tally, clock=clock,
        wait=stop.wait, put=_nowhere,
    )  # fmt: skip


def _decode(camera: Camera, tally: _Timed, clock: Clock, stop: threading.Event) -> bool:
    nothing = Motion(regions=(), share=0.0, mean=0.0, detail=0.0)
    with opened(camera, clock=clock, wait=stop.wait) as stream:
        for frame in decoded(stream, clock=clock, tally=tally):
            tally.frame(frame, nothing, None, ())
    return True


def _warm(networks: Networks) -> None:
    """Let onnxruntime take the memory that all streams share, so that it is not one stream's."""
    blank = np.zeros((720, 1280, 3), np.uint8)
    for network in (networks.objects, networks.snapshot.find_objects, networks.snapshot.find_faces):
        network(blank)


def _nowhere(_: Event) -> None:
    """Events of a benchmark go nowhere; the tally has counted them."""


def _measure(work: Work, source: str, streams: int, seconds: float, boss: Connection) -> None:
    die_with_parent()
    logs.begin("ERROR")
    before_mb, stop, clock = _rss_mb(), threading.Event(), SystemClock()
    tallies = [_Timed(f"stream-{number}", "bench") for number in range(streams)]
    for tally in tallies:
        camera = _camera(tally.camera, source)
        threading.Thread(
            target=_again, args=(work, camera, tally, clock, stop), daemon=True
        ).start()
    for passed_s in _seconds(seconds, clock):
        boss.send_bytes(msgspec.json.encode(_cost(tallies, passed_s, _rss_mb() - before_mb)))
    os._exit(0)


def _again(work: Work, camera: Camera, tally: _Timed, clock: Clock, stop: threading.Event) -> None:
    try:
        while work(camera, tally, clock, stop):
            tally.last_s = 0.0
    except StreamError as error:
        tally.trouble = str(error)


def _seconds(seconds: float, clock: Clock) -> Iterator[float]:
    begun_s = clock.ticks_s()
    while (passed_s := clock.ticks_s() - begun_s) < seconds:
        time.sleep(min(REPORT_S, seconds - passed_s))
        yield clock.ticks_s() - begun_s


def _cost(tallies: list[_Timed], passed_s: float, rss_mb: float) -> Cost:
    return Cost(
        passed_s=passed_s,
        stream_s=sum(tally.stream_s for tally in tallies),
        cpu_s=sum(tally.cpu_s for tally in tallies),
        packets=sum(tally.packets for tally in tallies),
        decoded=sum(tally.decoded for tally in tallies),
        frames=sum(tally.frames for tally in tallies),
        detector_calls=sum(tally.looks for tally in tallies),
        events=sum(tally.events for tally in tallies),
        rss_mb=rss_mb,
        late_ms=[value for tally in tallies for value in tally.late_ms],
        trouble="; ".join(sorted({tally.trouble for tally in tallies if tally.trouble})),
    )


def _camera(name: str, source: str) -> Camera:
    url = source if "://" in source else str(Path(source).resolve())
    return Camera(
        id=name, place="bench", url=url, zones=(_EVERYWHERE,), rules=(Intrusion(zone="all"),)
    )


def _rss_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
