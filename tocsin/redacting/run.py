"""An order in, a redacted file out, with a bar that says how far it has come."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from models.looking import searching
from tocsin.redacting.filming import Progressed, film
from tocsin.redacting.order import Order
from tocsin.redacting.picturing import picture
from tocsin.redacting.reading import kind_of


def run(order: Order) -> None:
    """Redact a recording or a picture.

    Raises ConfigError, ModelError, StreamError or RedactionError; then there is no target.
    """
    console = Console(width=None if sys.stdout.isatty() else 132, stderr=True)
    if order.style.cover == "pixelate":
        console.print("pixelate is weaker than fill: cells can be compared with known faces")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with searching() as search:
        if order.is_picture:
            picture(order, search)
            return
        with _bar(order, console) as progressed:
            film(order, search, progressed)


@contextmanager
def _bar(order: Order, console: Console) -> Iterator[Progressed]:
    """Two bars, one after the other."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    total = kind_of(order.source).seconds
    with Progress(*columns, console=console, transient=True) as progress:
        add = partial(progress.add_task, total=total)
        tasks = {
            name: add(f"{order.source.name}: {name}", visible=False)
            for name in ("looking", "covering")
        }

        def progressed(name: str, at_s: float) -> None:
            progress.update(tasks[name], completed=at_s, visible=True)

        yield progressed
