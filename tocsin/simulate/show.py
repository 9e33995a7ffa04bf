"""Tallies in, a bar on a terminal out, or now and then a line where there is none."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tocsin.simulate.job import Tally

_LINE_EVERY_S = 5.0


class Show:
    """Says how the fleet does."""

    def __init__(self, write: Callable[[str], None], bars: Progress | None, seconds: float) -> None:
        self.write, self.bars, self.seconds = write, bars, seconds
        self.task = bars.add_task("", total=seconds, told="") if bars else None
        self._line_s, self._stage = 0.0, ""
        self._last = (0.0, 0)

    def note(self, what: str) -> None:
        """Say that something has happened."""
        self.write(what)

    def connecting(self, tally: Tally, wanted: int) -> None:
        """How many of the boxes are in."""
        self._move("connecting", tally.live / wanted, f"{tally.live:,} of {wanted:,} boxes")

    def speaking(self, tally: Tally, passed_s: float) -> None:
        """What was said and taken so far."""
        was_s, was = self._last
        per_s = (tally.acked - was) / max(passed_s - was_s, 1e-3)
        if passed_s - was_s >= 1.0:
            self._last = (passed_s, tally.acked)
        told = f"{tally.acked:,} acknowledged, {per_s:,.0f}/s, {tally.waiting:,} in spools"
        self._move("speaking", passed_s / self.seconds, told, passed_s)

    def draining(self, tally: Tally) -> None:
        """What is left to do."""
        share = tally.acked / max(tally.put, 1)
        self._move("draining", share, f"{tally.acked:,} of {tally.put:,} acknowledged")

    def _move(self, stage: str, share: float, told: str, passed_s: float = 0.0) -> None:
        if self.bars is not None and self.task is not None:
            at = min(share, 1.0) * self.seconds
            self.bars.update(self.task, description=stage, completed=at, told=told)
            return
        if stage != self._stage or passed_s >= self._line_s:
            self._stage, self._line_s = stage, passed_s + _LINE_EVERY_S
            self.write(f"{stage}: {told}")


@contextlib.contextmanager
def showing(console: Console, seconds: float) -> Iterator[Show]:
    """A bar on a terminal, lines elsewhere."""
    write = partial(console.print, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        yield Show(write, None, seconds)
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bars:
        yield Show(write, bars, seconds)
