"""Harms in, a real worker that watches them beside a healthy camera out."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from edge.clock import SystemClock
from edge.config import Camera, Detector, EdgeConfig, Spool, Stream
from edge.crew import Crew, Work
from edge.spool import Spool as Disk
from pipelines.flow import CameraState, Event
from pipelines.rules import Intrusion
from pipelines.wire import decode_event
from pipelines.zones import Zone
from tests.builders import STATED
from tests.hell.caller import Caller
from tests.hell.films import AWAY_S, FPS, THERE_S
from tests.hell.harms import Known, plain
from tests.hell.server import Hostile, doing
from tests.hell.watching import watch

WELL = "well"
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
_ROUND = (THERE_S + AWAY_S) * FPS
_ALL = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))


@dataclass(slots=True)
class Healthy:
    """An honest camera that knows how often it has shown somebody who came and went."""

    shown: int = 0

    def __call__(self, caller: Caller) -> None:
        """Play."""
        caller.greet(plain())
        stamp = 0
        while not caller.over.is_set():
            stamp = caller.play(plain(), stamp=stamp, pictures=_ROUND)
            self.shown += 1


@dataclass(slots=True)
class Hall:
    """What runs, and what has been said so far.

    said  every trouble of each camera
    """

    crew: Crew
    healthy: Healthy
    spool: Path
    servers: dict[str, Hostile]
    said: dict[str, set[str]] = field(default_factory=dict)
    lived: set[str] = field(default_factory=set)

    def until(
        self, done: Callable[[], bool], *, within_s: float,
        unless: "Callable[[Hall], object] | None" = None,
    ) -> None:  # fmt: skip
        """Tend the crew until something has come true; the test fails when it does not.

        unless  tells what is lacking then
        """
        until_s = time.monotonic() + within_s
        while not done():
            assert time.monotonic() < until_s, unless(self) if unless else self.states()
            self.crew.tend()
            for state in self.crew.cameras():
                self.said.setdefault(state.camera, set()).add(state.trouble)
                if state.state == "live" or state.frames:  # it may be so between two looks
                    self.lived.add(state.camera)
            time.sleep(0.05)

    def states(self) -> dict[str, CameraState]:
        """What the worker says of its cameras now."""
        return {state.camera: state for state in self.crew.cameras()}

    def events(self, camera: str = WELL) -> list[Event]:
        """What a camera's events are, so far."""
        disk = Disk(self.spool, limit_mib=64, overflow=lambda _: _none())
        told = [decode_event(each.body) for each in disk.waiting(after=0, limit=9999)]
        disk.close()
        return [event for event in told if event.data.camera == camera]

    def rss_mib(self) -> float:
        """Memory of all workers."""
        pids = [worker.pid for worker in self.crew.states()]
        return sum(
            int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MIB for pid in pids
        )


def _none() -> Event:
    raise AssertionError


@contextmanager
def hall(harms: Mapping[str, Known], folder: Path, work: Work = watch) -> Iterator[Hall]:
    """One worker that watches a camera with each harm, and a healthy one."""
    healthy = Healthy()
    with ExitStack() as undone:
        servers = {name: undone.enter_context(doing(each.harm)) for name, each in harms.items()}
        well = undone.enter_context(doing(healthy))
        urls = {name: server.url for name, server in servers.items()} | {WELL: well.url}
        spool = folder / "spool.db"
        config = EdgeConfig(
            site="s", box="b", workers=1, spool=Spool(path=str(spool)),
            detector=Detector(looks_per_s=10.0),
            cameras=tuple(_camera(name, url) for name, url in urls.items()),
        )  # fmt: skip
        crew = Crew(config, SystemClock(), lambda _: None, work)
        undone.callback(crew.dismiss, within_s=5.0)
        yield Hall(crew, healthy, spool, servers)


def _camera(name: str, url: str) -> Camera:
    rule = Intrusion(zone="all", dwell_s=0.0, ends_after_s=1.0, cooldown_s=0.0)
    return msgspec.structs.replace(
        Camera(id=name, place="p", url=url, **STATED),
        stream=Stream(open_s=4.0, stall_s=20.0 if name == WELL else 3.0), zones=(_ALL,),
        rules=(rule,), mode="full", health=None,
    )  # fmt: skip
