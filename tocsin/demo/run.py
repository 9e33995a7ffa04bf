"""The demo from the first drawn frame to the verdict: cameras, a box and a centre on one machine.

Everything that it starts ends with it: at the end of its time, on Ctrl-C or on SIGTERM.
"""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Never

import msgspec
from rich.console import Console

from tocsin.demo import plan as plans
from tocsin.demo import report as reports
from tocsin.demo.board import Board
from tocsin.demo.children import Child, Children
from tocsin.demo.feeds import Alerts, Heartbeats
from tocsin.demo.guest import admitted
from tocsin.demo.plan import Plan, Watched
from tocsin.demo.report import Report
from tocsin.demo.rtsp import free_port
from tocsin.demo.sealed import sealed
from tocsin.demo.show import Bars, showing
from tocsin.demo.studio import draw_all
from tocsin.demo.watch import Watch

FOLDER = Path("build/demo")

_UP_S = 40.0
_ENDED_BY_HAND = 130


def run(
    *,
    seconds: float | None = None,
    sources: list[str] | None = None,
    folder: Path = FOLDER,
    port: int = 8080,
) -> int:
    """Run the demo and return the exit code: 0 when all that should come of it did.

    seconds  to run once all cameras are live, then judge; until Ctrl-C when left out
    sources  the user's cameras or files in place of the drawn ones
    folder   for everything that is written
    port     of the console; the next free one when it is taken

    Raises TocsinError when a part does not come up or dies, with the end of its log.
    """
    console = Console()
    try:
        with _ended_by_signals(), Children(folder) as children:
            rtsp_port = free_port()
            cameras = plans.own(sources) if sources else plans.drawn(rtsp_port)
            plan = plans.write(folder, cameras, console_port=port, evidence=True)
            if not sources:
                _serve_drawn(console, children, folder, rtsp_port)
            report = _through(console, children, plan, cameras, seconds)
            return _told(console, reports.judged(report, drawn=not sources), folder)
    except KeyboardInterrupt:
        console.print("ended by hand")
        return 0 if seconds is None else _ENDED_BY_HAND


def _serve_drawn(console: Console, children: Children, folder: Path, port: int) -> None:
    """Draw the clips where they are missing, and serve them."""
    with Bars(console) as bars:
        clips = draw_all(folder / "clips", bars)
    server = children.start("rtsp", ["tocsin.demo.rtsp", str(clips), str(port)])
    _come_up(console, server, "rtsp=")


def _through(
    console: Console,
    children: Children,
    plan: Plan,
    cameras: list[Watched],
    seconds: float | None,
) -> Report:
    """Start the centre, then the box; watch them; let the box drain."""
    guest = admitted(plan)
    centre = children.start("center", ["tocsin", "center", "run", str(plan.center)])
    url = _come_up(console, centre, "console=")
    console.print(f"console: {guest.link(url)}", soft_wrap=True, highlight=False)
    board, asked = Board(), guest.client(url)
    with asked, Heartbeats(plan, board), Alerts(asked, board) as alerts:
        alerts.wait_until_open(within_s=_UP_S)
        edge = children.start("edge", ["tocsin", "edge", "run", str(plan.edge)])
        watch = Watch(children, edge, board, cameras=len(cameras))
        with showing(console, url=guest.link(url), seconds=seconds) as show:
            watch.until_live(show, within_s=_UP_S)
            watch.go_on(show, seconds=seconds)
        report = watch.drained(asked)
    clips, wrong = sealed(plan.edge)
    return msgspec.structs.replace(report, sealed=clips, unverified=wrong)


def _come_up(console: Console, child: Child, sign: str) -> str:
    """Wait for a program with a spinner; return what it wrote after `sign`."""
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
def _ended_by_signals() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> Never:
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)  # SIGINT too: a shell's background job ignores it
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
