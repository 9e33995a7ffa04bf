"""A board in, a live terminal out, or plain lines where the output is no terminal."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from tocsin.demo.board import Known
from tocsin.demo.table import alert_line, progress_line, screen

_PROGRESS_EVERY_S = 10.0


class Show(Protocol):
    """Told what is known, several times a second."""

    def __call__(self, known: Known, elapsed_s: float) -> None:
        """Show it."""
        ...


@contextlib.contextmanager
def showing(console: Console, *, url: str, seconds: float | None) -> Iterator[Show]:
    """A live screen on a terminal, lines elsewhere."""
    if not console.is_terminal:
        yield Lines(partial(console.print, highlight=False, soft_wrap=True))
        return
    with Live(console=console, refresh_per_second=4, screen=False) as live:
        yield lambda known, elapsed_s: live.update(
            screen(known, console_url=url, elapsed_s=elapsed_s, seconds=seconds)
        )


class Lines:
    """Prints changes of state, new alerts, and now and then how it goes."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.write = write
        self.states: dict[str, str] = {}
        self.revisions: dict[str, int] = {}
        self.next_s = 0.0

    def __call__(self, known: Known, elapsed_s: float) -> None:
        """Write what is new since the last call."""
        for camera in known.cameras:
            if self.states.get(camera.camera) != camera.state:
                self.states[camera.camera] = camera.state
                self.write(f"camera {camera.camera}: {camera.state} {camera.trouble}".rstrip())
        for alert in known.alerts:
            if self.revisions.get(alert.id) != alert.revision:
                self.revisions[alert.id] = alert.revision
                self.write(alert_line(alert))
        if elapsed_s >= self.next_s:
            self.next_s = elapsed_s + _PROGRESS_EVERY_S
            self.write(progress_line(known, elapsed_s))


class Bars:
    """Progress of the clips that are being drawn; silent when all are there."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeRemainingColumn())
        self.progress = Progress(*columns, console=console, transient=True)
        self.tasks: dict[str, TaskID] = {}

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
