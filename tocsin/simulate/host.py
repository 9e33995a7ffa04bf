"""A job in, its boxes running in one process out: one loop, many sockets, a tick for all."""

import gc
import logging
import resource
import selectors
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from edge.clock import SystemClock
from edge.process import die_with_parent
from pipelines.errors import ConfigError, LinkError
from tocsin.simulate.box import Box
from tocsin.simulate.job import Job, Left, Order, Tally
from tocsin.simulate.line import Line

TICK_S = 0.05
"""As long as the publisher of a box waits for the next word."""

TELL_S = 0.25
FILES_EACH = 6
"""That a box has open: its spool with two beside it, its socket, and some in passing."""


def run(job: Job, pipe: Connection) -> None:
    """Host boxes until told to end; tallies go up the pipe, orders come down."""
    die_with_parent()
    logging.disable(logging.WARNING)
    allow_files(FILES_EACH * len(job.sites) + 100)
    host = Host(job, pipe)
    gc.freeze()
    host.run()
    pipe.send(host.end())
    pipe.recv()  # until the last word was heard


def allow_files(number: int) -> None:
    """Let this process have so many files open at once. Raises ConfigError when it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= number:
        return
    if hard != resource.RLIM_INFINITY and hard < number:
        raise ConfigError(
            f"a process may have {hard} files open here, and these boxes need {number}; "
            "raise it with `ulimit -n`, take more --processes, or fewer --boxes"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))


class Host:
    """The boxes of one process."""

    def __init__(self, job: Job, pipe: Connection) -> None:
        self.pipe, self.clock = pipe, SystemClock()
        self.boxes = [Box(job, index, self.clock) for index in range(len(job.sites))]
        self.selector = selectors.DefaultSelector()
        self.selector.register(pipe, selectors.EVENT_READ)
        self.begun_s: float | None = None
        self.speaking = self.over = self.power = False
        self._told_s, self._begun_cpu_s = 0.0, 0.0

    def run(self) -> None:
        """Tick, and between two ticks serve the sockets, until told to end."""
        while not self.over:
            begun_s = self.clock.ticks_s()
            for box in self.boxes:
                self._serve(box, begun_s)
            self._tell(begun_s)
            self._listen(begun_s + TICK_S)

    def end(self) -> list[Left]:
        """Let go of all boxes; what they leave behind."""
        found = []
        for box in self.boxes:
            box.let_go(politely=True)
            found.append(box.left())
        return found

    def tally(self) -> Tally:
        """How all do now."""
        use = resource.getrusage(resource.RUSAGE_SELF)
        return Tally(
            live=sum(box.live for box in self.boxes),
            put=sum(box.put for box in self.boxes),
            acked=sum(box.spool.acked for box in self.boxes),
            redials=sum(box.redials for box in self.boxes),
            cpu_s=use.ru_utime + use.ru_stime - self._begun_cpu_s,
            rss_mib=_rss_mib(),
            trouble=next((box.trouble for box in self.boxes if box.trouble), ""),
        )

    def _serve(self, box: Box, now_s: float) -> None:
        """One box's part of a tick."""
        if box.dark and self.power:
            return
        news = self.speaking and self.begun_s is not None and box.speak(now_s - self.begun_s)
        try:
            if box.may_dial(now_s):
                self._watch(box, box.dial(now_s))
            box.turn(now_s, news=news)
            self._heed(box)
        except LinkError as error:
            self._lose(box, str(error))

    def _watch(self, box: Box, line: Line) -> None:
        """The first that a line does is write."""
        self.selector.register(line.socket, selectors.EVENT_WRITE, box)

    def _heed(self, box: Box) -> None:
        """Watch for room to write only while there is something to write."""
        if box.line is None:
            return
        wanted = selectors.EVENT_READ
        if box.line.wants_to_write:
            wanted |= selectors.EVENT_WRITE
        if self.selector.get_key(box.line.socket).events != wanted:
            self.selector.modify(box.line.socket, wanted, box)

    def _listen(self, until_s: float) -> None:
        """Serve sockets and orders until the next tick is due."""
        left_s = until_s - self.clock.ticks_s()
        for key, mask in self._ready(max(left_s, 0.0)):
            if key.data is None:
                self._obey(self.pipe.recv())
            else:
                self._exchange(key.data, mask)
        rest_s = until_s - self.clock.ticks_s()
        if rest_s > 0:
            time.sleep(rest_s)  # what comes meanwhile is read at once, which costs less

    def _ready(self, within_s: float) -> Iterator[tuple[selectors.SelectorKey, int]]:
        yield from self.selector.select(within_s)

    def _exchange(self, box: Box, mask: int) -> None:
        if box.line is None:
            return
        try:
            if mask & selectors.EVENT_READ:
                box.line.read()
            if mask & selectors.EVENT_WRITE:
                box.line.write()
            self._heed(box)
        except LinkError as error:
            self._lose(box, str(error))

    def _lose(self, box: Box, why: str) -> None:
        if box.line is not None:
            self.selector.unregister(box.line.socket)
        box.lose(self.clock.ticks_s(), why)

    def _obey(self, order: Order) -> None:
        if order == "go":
            use = resource.getrusage(resource.RUSAGE_SELF)
            self.begun_s, self._begun_cpu_s = self.clock.ticks_s(), use.ru_utime + use.ru_stime
        self.speaking = {"go": True, "hush": False}.get(order, self.speaking)
        self.over = order == "end"
        if order in {"cut power", "cut line"}:
            self._cut(power=order == "cut power")
        if order == "back":
            self._back()

    def _cut(self, *, power: bool) -> None:
        self.power = power
        for box in self.boxes:
            if box.line is not None:
                self.selector.unregister(box.line.socket)
            box.cut(power=power)

    def _back(self) -> None:
        passed_s = self.clock.ticks_s() - (self.begun_s or 0.0)
        for box in self.boxes:
            box.back(passed_s, power=self.power)
        self.power = False

    def _tell(self, now_s: float) -> None:
        if now_s - self._told_s >= TELL_S:
            self._told_s = now_s
            self.pipe.send(self.tally())


def _rss_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)
