"""A running box and a filling board in, the run's report out."""

import time
from dataclasses import dataclass

import httpx

from tocsin.demo.board import Board, Known
from tocsin.demo.children import Child, ChildError, Children
from tocsin.demo.cpu import session_cpu_s
from tocsin.demo.desk import crossings, has_clip, has_picture, settled
from tocsin.demo.report import AlertLine, Report, latency_of
from tocsin.demo.show import Show

_LOOK_S = 0.25
_DRAIN_S = 8.0
_LAST_ALERTS_S = 1.0


@dataclass(slots=True)
class Watch:
    """One run: it notes what cannot be read off the board afterwards."""

    children: Children
    edge: Child
    board: Board
    cameras: int
    seconds: float = 0.0
    live: int = 0
    cpu_s: float | None = None

    def until_live(self, show: Show, *, within_s: float) -> None:
        """Wait until every camera delivers. Raises ChildError when one does not."""
        begun_s = time.monotonic()
        while (known := self.board.now()).live < self.cameras:
            self.children.check()
            show(known, 0.0)
            if time.monotonic() - begun_s > within_s:
                raise ChildError(f"{_not_live(known)} not live yet{self.edge.tail()}")
            time.sleep(_LOOK_S)

    def go_on(self, show: Show, *, seconds: float | None) -> None:
        """Show the board for so long, or until Ctrl-C."""
        begun_s, begun_cpu_s = time.monotonic(), session_cpu_s(self.edge.process.pid)
        while seconds is None or self.seconds < seconds:
            self.children.check()
            self.seconds = time.monotonic() - begun_s
            show(self.board.now(), self.seconds)
            time.sleep(_LOOK_S)
        ended_cpu_s = session_cpu_s(self.edge.process.pid)
        if begun_cpu_s is not None and ended_cpu_s is not None:
            self.cpu_s = ended_cpu_s - begun_cpu_s
        self.live = self.board.now().live

    def drained(self, centre: httpx.Client) -> Report:
        """End the box, which empties its spool, and count what arrived."""
        self.edge.end(within_s=_DRAIN_S)
        time.sleep(_LAST_ALERTS_S)
        known = self.board.now()
        spool = known.spool
        stored = settled(centre, put=spool.put - spool.dropped).stored
        return Report(
            seconds=round(self.seconds, 1),
            cameras=self.cameras,
            live=self.live,
            frames=sum(camera.frames for camera in known.cameras),
            events=spool.put,
            acked=spool.acked,
            dropped=spool.dropped,
            stored=stored,
            lost=spool.put - spool.dropped - stored,
            alerts=tuple(_line(centre, known, index) for index in range(len(known.alerts))),
            crossings=crossings(centre),
            latency_ms=latency_of(known.latencies_ms),
            cpu_per_camera=self._cpu_per_camera(),
        )

    def _cpu_per_camera(self) -> float | None:
        if self.cpu_s is None:
            return None
        return round(self.cpu_s / self.seconds / self.cameras, 3)


def _line(centre: httpx.Client, known: Known, index: int) -> AlertLine:
    alert = known.alerts[index]
    return AlertLine(
        id=alert.id,
        place=alert.place,
        rule=alert.rule,
        grade=alert.grade,
        events=alert.events,
        cameras=alert.cameras,
        redacted_picture=alert.picture and has_picture(centre, alert.id),
        redacted_clip=has_clip(centre, alert.id),
    )


def _not_live(known: Known) -> str:
    names = [f"{c.camera} ({c.trouble or c.state})" for c in known.cameras if c.state != "live"]
    return f"cameras {', '.join(names)} are" if names else "the box is"
