"""The demo from the first drawn frame to the verdict: cameras, a box and a centre on one machine.

Everything that it starts ends with it: at the end of its time, on Ctrl-C or on SIGTERM.
"""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple, Never

import msgspec
from rich.console import Console

from tocsin.demo import plan as plans
from tocsin.demo import report as reports
from tocsin.demo.acts import ACTS
from tocsin.demo.board import Board
from tocsin.demo.children import Child, Children
from tocsin.demo.devices import Devices
from tocsin.demo.feeds import Alerts, Heartbeats
from tocsin.demo.guest import admitted
from tocsin.demo.plan import Plan
from tocsin.demo.ports import free_port
from tocsin.demo.report import Report
from tocsin.demo.sealed import sealed
from tocsin.demo.show import Bars, showing
from tocsin.demo.studio import draw_all
from tocsin.demo.table import TRY
from tocsin.demo.watch import Watch

FOLDER = Path("build/demo")

_UP_S = 300.0
"""A machine with little to spare takes long to load what the box and the centre need."""

_ENDED_BY_HAND = 130


def run(
    *,
    seconds: float | None = None,
    sources: list[str] | None = None,
    folder: Path = FOLDER,
    port: int = 8080,
) -> int:
    """Run the demo and return the exit code: 0 when all that should come of it did.

    seconds  to run once all cameras are live, then judge; else until Ctrl-C, which judges too
    sources  the user's cameras or files in place of the drawn ones
    folder   for everything that is written
    port     of the console; the next free one when it is taken

    Raises TocsinError when a part does not come up or dies, with the end of its log.
    """
    console = Console()
    try:
        with ended_by_signals(), Children(folder) as children:
            rtsp_port = free_port()
            cameras = plans.own(sources) if sources else plans.drawn(rtsp_port)
            plan = plans.write(folder, cameras, console_port=port, evidence=True)
            server = None if sources else _serve_drawn(console, children, folder, rtsp_port)
            report = _through(console, children, plan, Cast(len(cameras), server), seconds)
            return _told(console, reports.judged(report, drawn=not sources), folder)
    except KeyboardInterrupt:
        console.print("ended by hand")
        return 0 if seconds is None else _ENDED_BY_HAND


class Cast(NamedTuple):
    """How many cameras there are, and who shows the drawn films, if they are drawn."""

    cameras: int
    server: Child | None


def _serve_drawn(console: Console, children: Children, folder: Path, port: int) -> Child:
    """Draw the clips where they are missing, and serve them."""
    with Bars(console) as bars:
        clips = draw_all(folder / "clips", bars)
    server = children.start("rtsp", ["tocsin.demo.rtsp", str(clips), str(port)])
    _come_up(console, server, "rtsp=")
    return server


def _through(
    console: Console,
    children: Children,
    plan: Plan,
    cast: Cast,
    seconds: float | None,
) -> Report:
    """Start the centre, then the box; watch them; let the box drain."""
    guest = admitted(plan)
    centre = children.start("center", ["tocsin", "center", "run", str(plan.center)])
    url = _come_up(console, centre, "console=")
    console.print(f"console: {guest.link(url)}\n{TRY}", soft_wrap=True, highlight=False)
    board, asked = Board(), guest.client(url)
    with asked, Heartbeats(plan, board), Alerts(asked, board) as alerts:
        alerts.wait_until_open(within_s=_UP_S)
        edge = children.start("edge", ["tocsin", "edge", "run", str(plan.edge)])
        watch = Watch(children, edge, board, cast.cameras, cast.server)
        with _devices(plan, cast) as watch.devices:
            _shown(console, watch, guest.link(url), seconds)
        report = watch.drained(asked)
    clips, wrong = sealed(plan.edge)
    return msgspec.structs.replace(report, sealed=clips, unverified=wrong)


@contextlib.contextmanager
def _devices(plan: Plan, cast: Cast) -> Iterator[Devices | None]:
    """Doors and a help point, where the story is told."""
    if cast.server is None:
        yield None
        return
    with Devices(plan, cast.server) as devices:
        yield devices


def _shown(console: Console, watch: Watch, url: str, seconds: float | None) -> None:
    acts = ACTS if watch.server else ()
    with showing(console, url=url, seconds=seconds, acts=acts) as show:
        watch.until_live(show, within_s=_UP_S)
        watch.go_on(show, seconds=seconds)


def _come_up(console: Console, child: Child, sign: str) -> str:
    """Wait for a program with a spinner; return what it wrote after `sign`."""
    console.print(f"starting {child.name}; it says how it goes in {child.log}", highlight=False)
    with console.status(f"starting {child.name}"):
        return child.wait_for(sign, within_s=_UP_S)


def _told(console: Console, report: Report, folder: Path) -> int:
    """Write the report, say what is missing, and return the exit code."""
    path = reports.path_beside(folder)
    reports.write(report, path)
    line = f"{path}: {reports.in_a_line(report)}"
    console.print(line, soft_wrap=True, highlight=False)
    for sentence in report.missing:
        console.print(f"missing: {sentence}", style="red", soft_wrap=True)
    return 1 if report.missing else 0


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGINT and SIGTERM end what runs within, as Ctrl-C would."""

    def stop(_number: int, _frame: FrameType | None) -> Never:
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)  # SIGINT too: a shell's background job ignores it
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
