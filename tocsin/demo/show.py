"""A board in, a live terminal out, or plain lines where the output is no terminal."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from tocsin.demo.acts import Act, told
from tocsin.demo.board import Known
from tocsin.demo.table import Header, act_line, alert_line, progress_line, screen

_PROGRESS_EVERY_S = 10.0


class Show(Protocol):
    """Told what is known, several times a second."""

    def __call__(self, known: Known, elapsed_s: float, note: str = "") -> None:
        """Show it; `note` says what is waited for, or what has been reached."""
        ...


@contextlib.contextmanager
def showing(
    console: Console, *, url: str, seconds: float | None, acts: tuple[Act, ...]
) -> Iterator[Show]:
    """A live screen on a terminal, lines elsewhere.

    acts  of the story that is told, if one is
    """
    if not console.is_terminal:
        yield Lines(partial(console.print, highlight=False, soft_wrap=True), acts)
        return
    with Live(console=console, refresh_per_second=4, screen=False) as live:

        def show(known: Known, elapsed_s: float, note: str = "") -> None:
            header = Header(url, elapsed_s, seconds, note)
            live.update(screen(known, header, acts))

        yield show


class Lines:
    """Prints changes of state, new alerts, acts as they are told, and now and then how it goes."""

    def __init__(self, write: Callable[[str], None], acts: tuple[Act, ...] = ()) -> None:
        self.write, self.acts = write, acts
        self.told: set[str] = set()
        self.note = ""
        self.states: dict[str, str] = {}
        self.revisions: dict[str, int] = {}
        self.next_s = 0.0

    def __call__(self, known: Known, elapsed_s: float, note: str = "") -> None:
        """Write what is new since the last call."""
        if note != self.note:
            self.note = note
            self.write(note or "all cameras are live; the story begins")
            self.next_s = elapsed_s + _PROGRESS_EVERY_S if note else 0.0
        for camera in known.cameras:
            if self.states.get(camera.camera) != camera.state:
                self.states[camera.camera] = camera.state
                self.write(f"camera {camera.camera}: {camera.state} {camera.trouble}".rstrip())
        for alert in known.alerts:
            if self.revisions.get(alert.id) != alert.revision:
                self.revisions[alert.id] = alert.revision
                self.write(alert_line(alert))
        for act in self.acts:
            proof = told(act, known.alerts)
            if proof is not None and act.name not in self.told:
                self.told.add(act.name)
                self.write(f"act {len(self.told)} of {len(self.acts)}: {act_line(act, proof)}")
        if elapsed_s >= self.next_s:
            self.next_s = elapsed_s + _PROGRESS_EVERY_S
            self.write(progress_line(known, elapsed_s))


class Bars:
    """Progress of the clips that are being drawn; silent when all are there."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeRemainingColumn())
        self.progress = Progress(*columns, console=console, transient=True)
        self.tasks: dict[str, TaskID] = {}
        self.quarters: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.tasks:
            self.progress.stop()

    def __call__(self, name: str, done: int, total: int) -> None:
        """Move one clip's bar."""
        if not self.tasks:
            self.progress.console.print("drawing the cameras; the next run finds them drawn")
            self.progress.start()
        if name not in self.tasks:
            self.tasks[name] = self.progress.add_task(name, total=total)
        self.progress.update(self.tasks[name], completed=done)
        self._say(name, done, total)

    def _say(self, name: str, done: int, total: int) -> None:
        """A line for each quarter, where there are no bars."""
        quarter = 4 * done // total
        if quarter > self.quarters.get(name, 0) and not self.progress.console.is_terminal:
            self.quarters[name] = quarter
            self.progress.console.print(f"drawing {name}: {25 * quarter} %", highlight=False)
