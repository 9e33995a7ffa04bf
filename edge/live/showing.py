"""All live views of a worker in, their parts out: one thread redacts and encodes for all.

It has less right to the processor than those that watch, and takes what these hand over.
"""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from edge.clock import thread_cpu_s
from edge.evidence.filming import Redact
from edge.live.settings import LiveViews
from edge.live.view import View
from edge.stepping import step_back
from edge.tally import Tally
from pipelines.clock import Clock
from pipelines.commands import Live

log = logging.getLogger("tocsin.live")

_WAITING = 128  # parts that nobody has taken yet
_REST_S = 0.25  # after which leases are looked at
_NICE = 5


class Said(NamedTuple):
    """A part of a camera's view."""

    camera: str
    data: bytes


class Showing:
    """Shows what is asked for.

    redactor  makes the one function that redacts, for one camera's pictures
    """

    def __init__(self, settings: LiveViews, redactor: Callable[[], Redact], clock: Clock) -> None:
        self.settings, self.redactor, self.clock = settings, redactor, clock
        self.views: dict[str, View] = {}
        self.ready = threading.Event()
        self.parts: queue.Queue[Said] = queue.Queue(_WAITING)

    def view_of(self, tally: Tally) -> View:
        """A camera's view; nothing is shown before somebody asks."""
        view = View(tally, self.settings, self.redactor, self._put, self.ready, self.clock)
        self.views[tally.camera] = view
        return view

    def start(self) -> None:
        """Begin, in a thread of its own."""
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def open(self, command: Live) -> None:
        """Begin a view, or let it go on."""
        self.views[command.camera].open(command.rate, command.lease_s)

    def taken(self) -> list[Said]:
        """Parts since the last call."""
        found = list[Said]()
        with suppress(queue.Empty):
            while True:
                found.append(self.parts.get_nowait())
        return found

    def _put(self, camera: str, data: bytes) -> None:
        """What nobody takes in time makes room for what is newer."""
        while True:
            try:
                self.parts.put_nowait(Said(camera, data))
            except queue.Full:
                with suppress(queue.Empty):
                    self.parts.get_nowait()
            else:
                return

    def _run(self) -> None:
        step_back(_NICE)
        while True:
            self.ready.clear()
            busy = [self._step(view) for view in self.views.values()]
            if not any(busy):
                self.ready.wait(_REST_S)

    def _step(self, view: View) -> bool:
        if view.rate is None:
            return False
        begun_s = thread_cpu_s()
        busy = view.step()
        view.tally.live_cpu_s += thread_cpu_s() - begun_s
        return busy
