"""An order in, a redacted file out, with a bar that says how far it has come."""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import cv2
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from models.catalogue import AUTO
from models.load import face_network, object_network
from pipelines.searching import Search
from tocsin.redacting.filming import Progressed, film
from tocsin.redacting.order import Order
from tocsin.redacting.picturing import picture
from tocsin.redacting.reading import kind_of

WEAK = 0.2  # a score that is too weak for a rule is enough to cover a head


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
def searching() -> Iterator[Search]:
    """Both networks, on all processors: each looks at its own part."""
    objects, faces = object_network(AUTO, minimum_score=WEAK), face_network()
    hands = len(os.sched_getaffinity(0))
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(hands) as pool:
        yield Search(faces, objects, sight=objects.sight, spread=pool.map)


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
