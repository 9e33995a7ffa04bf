"""How far two passes over a recording have come in, bars on the terminal out."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tocsin.redacting.filming import PASSES, Progressed


@contextmanager
def bar(name: str, seconds: float | None, console: Console) -> Iterator[Progressed]:
    """Two bars, one after the other, which are gone at the end.

    seconds  that the recording has, if it says so
    """
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        add = partial(progress.add_task, total=seconds)
        tasks = {each: add(f"{name}: {each}", visible=False) for each in PASSES}

        def progressed(which: str, at_s: float) -> None:
            progress.update(tasks[which], completed=at_s, visible=True)

        yield progressed
