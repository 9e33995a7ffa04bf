"""A fleet and a centre in, one run from the first dial to the figures out."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from rich.console import Console

from edge.clock import SystemClock
from pipelines.errors import ConfigError
from tocsin.simulate.alerts import Alerts
from tocsin.simulate.asked import Asked
from tocsin.simulate.centre import Running
from tocsin.simulate.disk import sync_us
from tocsin.simulate.fleet import Fleet
from tocsin.simulate.job import Left, Tally
from tocsin.simulate.meter import Meter
from tocsin.simulate.report import Report
from tocsin.simulate.show import Show, showing
from tocsin.simulate.verdict import (
    Verdict,
    alerts_since,
    counted,
    ids_in,
    judge,
    last_stored_s,
    refusal,
)

_DARK_S = 3.0
_LOOK_S = 0.5
_SELDOM = 10.0  # times as long as counting took is rested from it
_STUCK_S = 30.0
_LET_IN_S = 180.0
"""A loaded machine takes long to start the processes that host boxes."""
_Storm = tuple[float, Literal["cut power", "cut line", "back"], str]


@dataclass(slots=True)
class Course:
    """One run.

    number   of the run, which is in each id
    sync_us  of the disk, before it; and the machine's load
    before   events that the store had already
    begun_s  Unix time at which the boxes began to speak, and ended
    """

    asked: Asked
    centre: Running
    fleet: Fleet
    number: int
    console: Console
    by_hand: bool = False
    before: int = 0
    sync_us: float = 0.0
    load: float = 0.0
    begun_s: float = 0.0
    hushed_s: float = 0.0
    meter: Meter = field(init=False)
    clock: SystemClock = field(default_factory=SystemClock)

    def run(self) -> Report:
        """Connect, speak, drain, judge; Ctrl-C goes straight to the last."""
        self.meter, self.before = Meter(self.centre), counted(self.centre.store)
        self.load = round(os.getloadavg()[0], 1)
        self.sync_us = round(sync_us(Path(self.centre.config.state)), 1)
        with self._hearing() as hearing:
            with showing(self.console, self.asked.seconds) as show:
                self._through(show)
            left = self._ended()
        self.meter.end(self.fleet.tally.cpu_s, self.fleet.tally.rss_mib)
        with self.console.status("comparing with the store, id by id"):
            verdict = judge(self.number, left, ids_in(self.centre.store))
        return self._report(verdict, left, hearing)

    def _hearing(self) -> Alerts:
        watchers = self.centre.config.watchers
        if not watchers:
            raise ConfigError("the centre has no watcher - at $.watchers; alerts are heard as one")
        (host, port), who = self.centre.brokers[0], watchers[0]
        return Alerts(host, port, user=who.name, password=who.password, clock=self.clock)

    def _through(self, show: Show) -> None:
        try:
            self._connect(show)
            self.meter.begin()
            self.fleet.tell("go")
            self.begun_s = self.hushed_s = self.clock.now_s()
            self._speak(show)
            self.hushed_s = self.clock.now_s()
            self.fleet.tell("hush")
            self._drain(show)
        except KeyboardInterrupt:
            self.by_hand = True
            self.hushed_s = max(self.hushed_s, self.clock.now_s())
            self.begun_s = self.begun_s or self.hushed_s
            show.note("ended by hand")

    def _connect(self, show: Show) -> None:
        wanted = sum(len(job.sites) for job in self.fleet.jobs)
        stuck = _Stuck(self.clock.ticks_s, _LET_IN_S)
        while (tally := self.fleet.hear(_LOOK_S)).live < wanted:
            show.connecting(tally, wanted)
            if stuck.over(tally.live):
                why = tally.trouble or "the broker does not answer"
                raise ConfigError(f"{tally.live} of {wanted} boxes are connected, no more: {why}")

    def _speak(self, show: Show) -> None:
        storms, begun_s = self._storms(), self.clock.ticks_s()
        while (passed_s := self.clock.ticks_s() - begun_s) < self.asked.seconds:
            tally = self.fleet.hear(min(_LOOK_S, self.asked.seconds - passed_s))
            self.meter.look(tally.rss_mib)
            show.speaking(tally, passed_s)
            if self.asked.events is not None and tally.put >= self.asked.events:
                return
            while storms and storms[0][0] <= passed_s:
                _, order, what = storms.pop(0)
                self.fleet.tell(order)
                show.note(what)

    def _storms(self) -> list[_Storm]:
        if self.asked.storm == "none":
            return []
        at_s, power = self.asked.seconds / 3, self.asked.storm == "power-cut"
        dark_s = min(_DARK_S, self.asked.seconds / 6)
        return [
            (at_s, "cut power" if power else "cut line", f"{self.asked.storm}: all boxes at once"),
            (at_s + dark_s, "back", "all boxes come back at once"),
        ]

    def _drain(self, show: Show) -> None:
        """Wait until the spools are empty, as long as they become emptier."""
        stuck = _Stuck(self.clock.ticks_s)
        while (tally := self.fleet.hear(_LOOK_S)).waiting > 0 and not stuck.over(tally.acked):
            self.meter.look(tally.rss_mib)
            show.draining(tally)

    def _ended(self) -> list[Left]:
        """Let go of the boxes, and wait until the store has what they believe acknowledged."""
        with self.console.status("letting go of the boxes") as status:
            left = self.fleet.end()
            acked = sum(each.put - len(each.waiting) - each.dropped for each in left)
            stuck = _Stuck(self.clock.ticks_s)
            while (stored := self._stored()) < acked and not stuck.over(stored):
                status.update(f"storing: {stored:,} of {acked:,}")
                self.meter.look(self.fleet.tally.rss_mib)
        return left

    def _stored(self) -> int:
        """How many events of this run are in the store; counting millions must not hold them up."""
        begun_s = self.clock.ticks_s()
        stored = counted(self.centre.store) - self.before
        time.sleep(max(_LOOK_S, _SELDOM * (self.clock.ticks_s() - begun_s)))
        return stored

    def _report(self, verdict: Verdict, left: list[Left], hearing: Alerts) -> Report:
        tally: Tally = self.fleet.tally
        per_event, busy = self.meter.shares(verdict.stored)
        last_s = max(last_stored_s(self.centre.store), self.hushed_s)
        chosen = {"run": self.number, "per_s": self.asked.per_s}
        return Report(
            settings=msgspec.to_builtins(self.asked, enc_hook=str) | chosen,
            seconds=round(self.hushed_s - self.begun_s, 2),
            drained_s=round(last_s - self.hushed_s, 2),
            events_per_s=round(verdict.stored / max(last_s - self.begun_s, 1e-3), 1),
            sent=sum(each.put for each in left), acknowledged=verdict.acknowledged,
            stored=verdict.stored, lost=verdict.lost, duplicated=verdict.duplicated,
            unsent=verdict.unsent, dropped=verdict.dropped, redials=tally.redials,
            latency_ms=hearing.quantiles(), alerts=alerts_since(self.centre.store, self.begun_s),
            cpu_us_per_event=per_event, busy_cores=busy, rss_mib=self.meter.memory(),
            sync_us=self.sync_us, load=self.load, trouble=tally.trouble, ended_by_hand=self.by_hand,
            examples=verdict.examples, refusal=refusal(self.centre.store),
        )  # fmt: skip


class _Stuck:
    """Notices when something has stayed the same for long."""

    def __init__(self, ticks_s: Callable[[], float], patience_s: float = _STUCK_S) -> None:
        self.ticks_s, self.moved_s, self.patience_s = ticks_s, ticks_s(), patience_s
        self.last: object = None

    def over(self, now: object) -> bool:
        """Whether it has been the same for too long."""
        if now != self.last:
            self.last, self.moved_s = now, self.ticks_s()
        return self.ticks_s() - self.moved_s > self.patience_s
