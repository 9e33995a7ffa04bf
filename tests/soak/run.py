"""Hours in, a box and a centre that ran so long, and whether anything grew, out.

python -m tests.soak.run HOURS [--folder build/soak] [--every-s 5]

What runs is what `make demo` runs: drawn cameras over RTSP, a box and a centre with its broker,
each a program of its own; the story is told over and over. The exit code is 1 when anything grew,
died or lost a camera.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from benchmarks.page import machine
from tests.soak.judging import Point, Series
from tests.soak.processes import held
from tests.soak.report import Run, write
from tocsin.demo import plan as plans
from tocsin.demo.board import Board
from tocsin.demo.children import Children
from tocsin.demo.feeds import Heartbeats
from tocsin.demo.plan import Plan
from tocsin.demo.ports import free_port
from tocsin.demo.run import ended_by_signals
from tocsin.demo.show import Bars
from tocsin.demo.studio import draw_all

FOLDER = Path("build/soak")
SCENERY = "cameras"

_UP_S = 300.0
_SAY_S = 60.0
_LOST_S = 60.0  # without a camera that was live, after which the run is broken off


@dataclass(slots=True)
class Soak:
    """What runs, and what has been seen of it.

    broker  the file with its process's id: it leads a session of its own
    """

    children: Children
    board: Board
    spool: Path
    broker: Path
    cameras: int
    points: dict[tuple[str, str], list[Point]] = field(default_factory=dict)
    pids: list[dict[str, int]] = field(default_factory=list)
    load: list[float] = field(default_factory=list)

    def live(self) -> bool:
        """Whether every camera delivers. Raises ChildError when a program has ended."""
        self.children.check()
        return self.board.now().live == self.cameras

    def sample(self, at_s: float) -> None:
        """Note what all hold now."""
        leaders = {child.process.pid: child.name for child in self.children.running}
        now = held(leaders | {int(self.broker.read_text()): "broker"})
        for part, each in now.items():
            for what in ("rss_mib", "files", "threads"):
                self._note(part, what, at_s, getattr(each, what))
        size = sum(path.stat().st_size for path in self.spool.parent.glob(f"{self.spool.name}*"))
        self._note("spool", "kib", at_s, size / 1024)
        self._note("spool", "waiting", at_s, self.board.now().spool.waiting)
        self.pids.append({part: each.pid for part, each in now.items()})
        self.load.append(round(os.getloadavg()[0], 1))

    def _note(self, part: str, what: str, at_s: float, value: float) -> None:
        self.points.setdefault((part, what), []).append(Point(round(at_s, 1), round(value, 3)))


@contextmanager
def going(folder: Path, console: Console) -> Iterator[Soak]:
    """All parts, with every camera live."""
    folder.mkdir(parents=True, exist_ok=True)
    with Bars(console) as bars:
        clips = draw_all(folder / "clips", bars)
    port, board = free_port(), Board()
    cameras = plans.drawn(port)
    plan: Plan = plans.write(folder, cameras, console_port=free_port(), evidence=True)
    with Children(folder) as children:
        server = children.start(SCENERY, ["tocsin.demo.rtsp", str(clips), str(port)])
        server.wait_for("rtsp=", within_s=_UP_S)
        centre = children.start("centre", ["tocsin", "center", "run", str(plan.center)])
        console.print(f"console: {centre.wait_for('console=', within_s=_UP_S)}", highlight=False)
        children.start("box", ["tocsin", "edge", "run", str(plan.edge)])
        with Heartbeats(plan, board):
            soak = Soak(
                children, board, folder / "spool.db", folder / "center" / "broker.pid", len(cameras)
            )
            _until_live(soak)
            yield soak


def _until_live(soak: Soak) -> None:
    until_s = time.monotonic() + _UP_S
    while not soak.live() and time.monotonic() < until_s:
        time.sleep(0.25)


def watched(soak: Soak, console: Console, *, seconds: float, every_s: float) -> tuple[str, ...]:
    """Sample until it is over; say what broke it off, if anything did."""
    begun_s = seen_s = time.monotonic()
    said_s = float("-inf")
    while (passed_s := time.monotonic() - begun_s) < seconds:
        soak.sample(passed_s)
        if soak.live():
            seen_s = time.monotonic()
        elif time.monotonic() - seen_s > _LOST_S:
            return (f"a camera was not live for {_LOST_S:g} s, {passed_s:.0f} s after the start",)
        if passed_s - said_s >= _SAY_S:
            said_s = passed_s
            console.print(_line(soak, passed_s, seconds), highlight=False, soft_wrap=True)
        time.sleep(every_s)
    return ()


def _line(soak: Soak, passed_s: float, seconds: float) -> str:
    parts = (
        f"{part}={points[-1].value:.1f}" for (part, what), points in soak.points.items()
        if what == "rss_mib"
    )  # fmt: skip
    return f"minute={passed_s / 60:.0f} of={seconds / 60:.0f} mib {' '.join(parts)}"


def run(*, seconds: float, every_s: float, folder: Path, command: str) -> Run:
    """Run it all and see what it holds."""
    console, where = Console(), machine()
    with going(folder, console) as soak:
        broken = watched(soak, console, seconds=seconds, every_s=every_s)
        known = soak.board.now()
    return Run(
        command=command, seconds=seconds, every_s=every_s, machine=where,
        load=tuple(soak.load), pids=tuple(soak.pids),
        series=tuple(Series(*name, tuple(points)) for name, points in soak.points.items()),
        events=known.spool.put, acked=known.spool.acked,
        skipped=sum(camera.skipped for camera in known.cameras),
        broken=broken, unjudged=(SCENERY,),
    )  # fmt: skip


def main() -> int:
    """Run, write what was seen, and say by the exit code whether all stayed as it was."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.run")
    parser.add_argument("hours", type=float)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--every-s", type=float, default=5.0)
    asked = parser.parse_args()
    command = f"make soak HOURS={asked.hours:g}"
    with ended_by_signals():
        seen = run(
            seconds=asked.hours * 3600, every_s=asked.every_s, folder=asked.folder, command=command
        )
    write(seen, asked.folder.parent)
    for fault in seen.faults:
        sys.stdout.write(f"FAULT {fault}\n")
    sys.stdout.write(f"verdict={'flat' if not seen.faults else 'not flat'} {asked.folder}.md\n")
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
