"""A running box and a filling board in, the run's report out."""

import time
from dataclasses import dataclass

import httpx

from center.alert import Alert
from tocsin.demo import films
from tocsin.demo.acts import ACTS, Act, told
from tocsin.demo.board import Board, Known
from tocsin.demo.children import Child, ChildError, Children
from tocsin.demo.cpu import session_cpu_s
from tocsin.demo.desk import crossings, detail, has_clip, has_picture, settled
from tocsin.demo.devices import Devices
from tocsin.demo.films import Film
from tocsin.demo.plan import CLIP_WITHIN_S
from tocsin.demo.report import AlertLine, Report, latency_of
from tocsin.demo.show import Show

_LOOK_S = 0.25
_DRAIN_S = 30.0
_LAST_ALERTS_S = 1.0
_UNDER_WAY_S = 60.0
"""For which a slow machine may finish what the films have shown already."""


@dataclass(slots=True)
class Watch:
    """One run: it notes what cannot be read off the board afterwards.

    server, devices  of the drawn story; none where the cameras are somebody's own
    asked_s, ended_s  Unix time at which the box was asked to end, and did
    """

    children: Children
    edge: Child
    board: Board
    cameras: int
    server: Child | None = None
    devices: Devices | None = None
    seconds: float = 0.0
    told_s: float | None = None
    live: int = 0
    cpu_s: float | None = None
    asked_s: float | None = None
    ended_s: float | None = None

    def until_live(self, show: Show, *, within_s: float) -> None:
        """Wait until every camera delivers. Raises ChildError when one does not."""
        begun_s = time.monotonic()
        while (known := self.board.now()).live < self.cameras:
            self.children.check()
            waited_s = time.monotonic() - begun_s
            show(known, waited_s, _starting(known, self.cameras))
            if waited_s > within_s:
                raise ChildError(f"{_not_live(known)} not live yet{self.edge.tail()}")
            time.sleep(_LOOK_S)

    def go_on(self, show: Show, *, seconds: float | None) -> None:
        """Show the board for so long, or until Ctrl-C; then wait for what is under way."""
        begun_s, begun_cpu_s = time.monotonic(), session_cpu_s(self.edge.process.pid)
        try:
            while seconds is None or self.seconds < seconds:
                self._look(show, begun_s)
        except KeyboardInterrupt:
            if seconds is not None:
                raise
        else:
            self._finish(show, begun_s)
        ended_cpu_s = session_cpu_s(self.edge.process.pid)
        if begun_cpu_s is not None and ended_cpu_s is not None:
            self.cpu_s = ended_cpu_s - begun_cpu_s
        self.seconds = time.monotonic() - begun_s
        self.live = self.board.now().live

    def _look(self, show: Show, begun_s: float, note: str = "") -> None:
        self.children.check()
        self.seconds = time.monotonic() - begun_s
        known = self.board.now()
        if self.told_s is None and self.server and not _untold(ACTS, known):
            self.told_s = self.seconds
        show(known, self.seconds, note or self._note())
        time.sleep(_LOOK_S)

    def _note(self) -> str:
        if self.told_s is None:
            return ""
        return f"the story has been told in {self.told_s:.0f} s; all of it comes again"

    def _finish(self, show: Show, begun_s: float) -> None:
        """Give a slow machine the time to say what it has been shown."""
        due = [act for act in ACTS if act.is_due(self.films())]
        until_s = self.seconds + _UNDER_WAY_S
        while self.seconds < until_s and _untold(due, self.board.now()):
            self._look(show, begun_s, "waiting for what the cameras have seen already")

    def films(self) -> tuple[Film, ...]:
        """How long each drawn film has played."""
        if self.server is None:
            return ()
        return films.played(films.plays(self.server.said()), self.ended_s or time.time())

    def drained(self, centre: httpx.Client) -> Report:
        """End the box, which empties its spool, and count what arrived."""
        self.asked_s = time.time()
        self.edge.end(within_s=_DRAIN_S)
        self.ended_s = time.time()
        time.sleep(_LAST_ALERTS_S)
        known = self.board.now()
        spool = known.spool
        said = self.devices.said if self.devices else 0
        stored = settled(centre, put=spool.put - spool.dropped + said).stored
        return Report(
            seconds=round(self.seconds, 1),
            told_s=None if self.told_s is None else round(self.told_s, 1),
            cameras=self.cameras,
            live=self.live,
            frames=sum(camera.frames for camera in known.cameras),
            skipped=sum(camera.skipped for camera in known.cameras),
            events=spool.put,
            acked=spool.acked,
            dropped=spool.dropped,
            stored=stored,
            said=said,
            lost=spool.put - spool.dropped + said - stored,
            unsaid=self.devices.trouble if self.devices else "",
            alerts=tuple(_line(centre, known, each, self.asked_s) for each in known.alerts),
            films=self.films(),
            crossings=crossings(centre),
            latency_ms=latency_of(known.latencies_ms),
            cpu_per_camera=self._cpu_per_camera(),
        )

    def _cpu_per_camera(self) -> float | None:
        if self.cpu_s is None:
            return None
        return round(self.cpu_s / self.seconds / self.cameras, 3)


def _untold(acts: tuple[Act, ...] | list[Act], known: Known) -> list[Act]:
    return [act for act in acts if told(act, known.alerts) is None]


def _line(centre: httpx.Client, known: Known, alert: Alert, asked_s: float) -> AlertLine:
    more = detail(centre, alert.id)
    filmed_s = None if more.filmed_s is None else round(max(0.0, asked_s - more.filmed_s), 1)
    first_ms = known.first_ms.get(alert.id)
    return AlertLine(
        id=alert.id,
        place=alert.place,
        rule=alert.rule,
        entry=alert.entry,
        title=alert.title,
        rules=more.rules,
        grade=alert.grade,
        events=alert.events,
        cameras=alert.cameras,
        nearest=alert.nearest,
        level=alert.level,
        risen_to=alert.risen_to,
        seat=alert.seat,
        redacted_picture=alert.picture and has_picture(centre, alert.id),
        redacted_clip=has_clip(centre, alert.id),
        clips=tuple(dict.fromkeys(shown.clip for shown in more.clips)),
        filmed_s=filmed_s,
        clip_due=filmed_s is not None and filmed_s >= CLIP_WITHIN_S,
        latency_ms=None if first_ms is None else round(first_ms, 1),
    )


def _starting(known: Known, cameras: int) -> str:
    if not known.cameras:
        return "starting the box; it loads its networks first"
    return f"starting: {known.live} of {cameras} cameras are live"


def _not_live(known: Known) -> str:
    names = [f"{c.camera} ({c.trouble or c.state})" for c in known.cameras if c.state != "live"]
    return f"cameras {', '.join(names)} are" if names else "the box is"
