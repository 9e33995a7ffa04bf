"""What cameras say in, a spool that the box's own publisher empties out: one box among many.

The spool, the publisher and the heartbeat are those of `edge`, as they run on a box. What the box
does in threads (`edge.writer`, `edge.link`) is done here when the host's loop comes by.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

import msgspec

from edge.config import Broker, Camera, EdgeConfig
from edge.overflow import overflow_event
from edge.publisher import BEAT_S, WINDOW, Publisher
from edge.spool import Spool
from edge.unwatched import end_of
from pipelines.backoff import Backoff
from pipelines.clock import Clock
from pipelines.errors import LinkError
from pipelines.flow import CameraState, Event, Facts, Heartbeat
from pipelines.wire import decode_event, event_from
from tocsin.simulate.ids import Name, id_of, name_of
from tocsin.simulate.job import Job, Left
from tocsin.simulate.kinds import KINDS
from tocsin.simulate.line import Line
from tocsin.simulate.rhythm import day_in, steady
from tocsin.simulate.workload import Site, Workload

ANSWER_S = 20.0
AHEAD = 2 * WINDOW
"""Events that wait in the spool of a box that speaks as fast as it is heard."""

_EVERYTHING = 1 << 31
_BACK = next(kind for kind in KINDS if kind.rule == "reconnecting")


class Counted(Spool):
    """A spool that counts what it lets go of."""

    acked = 0

    def done(self, rows: Iterable[int]) -> None:
        """Forget events that the broker has acknowledged."""
        gone = list(rows)
        super().done(gone)
        self.acked += len(gone)


class Nothing:
    """The memory of a box that retains nothing with the broker: it has no outlets."""

    def retained(self) -> set[str]:
        """None."""
        return set()

    def retain(self, topics: Iterable[str]) -> None:
        """There are none."""

    def cleared(self, topics: Iterable[str]) -> None:
        """There are none."""


class Box:
    """One simulated box; its host calls it often, and tells it the time."""

    def __init__(self, job: Job, index: int, clock: Clock) -> None:
        self.job, self.site, self.clock = job, job.sites[index], clock
        self.password = job.passwords[index]
        self.random = Random(f"{job.seed}/{self.site.number}/line")  # noqa: S311 -- drawn, and no secret
        self.config = _config(self.site, job, self.password)
        self.spool = self._opened()
        self.workload = self._workload()
        self.publisher = self._publisher()
        self.cameras = tuple(map(_camera, self.config.cameras))
        self.line: Line | None = None
        self.put = self.redials = 0
        self.dark = False
        self.trouble = ""
        self._beaten_s = clock.ticks_s() + self.random.random() * BEAT_S
        self._dial_s = 0.0
        self._fresh = False
        self._backoff = Backoff(self.random.random, first_s=0.25, most_s=5.0, healthy_s=5.0)
        self._broker = self.site.number

    @property
    def live(self) -> bool:
        """Whether the broker has let it in."""
        return self.line is not None and self.line.state == "live"

    def speak(self, passed_s: float) -> bool:
        """Put into the spool what is due; says whether there was anything."""
        if self.job.flat_out:
            words = self.workload.take(self._wanted())
        else:
            words = self.workload.until(passed_s) if self.workload.next_s <= passed_s else iter(())
        now_s = self.clock.now_s()
        events = [self._event(facts, now_s) for facts in words]
        if events:
            self.spool.put(events)
        return bool(events)

    def turn(self, now_s: float, *, news: bool) -> None:
        """Let the publisher do what there is to do, if there is. Raises LinkError."""
        line = self.line
        if line is None or line.state != "live":
            if line is not None and now_s - self._dial_s > ANSWER_S:
                raise LinkError("no answer")
            return
        if not self._fresh:
            self._fresh, news = True, True
            self.publisher.greet(line)
        if now_s - self._beaten_s >= BEAT_S:
            self._beaten_s, news = now_s, True
        if news or line.acks:
            self.publisher.turn(line)
            line.write()

    def may_dial(self, now_s: float) -> bool:
        """Whether it has no line and has waited long enough for another."""
        return self.line is None and not self.dark and now_s >= self._dial_s

    def dial(self, now_s: float) -> Line:
        """Begin a connection to a broker, another one each time."""
        brokers = self.job.brokers
        address = brokers[self._broker % len(brokers)]
        self._fresh, self._dial_s = False, now_s
        self.line = Line(
            address, name=self.site.box, password=self.password, will=self.publisher.will()
        )
        return self.line

    def lose(self, now_s: float, why: str) -> None:
        """The line is gone; dial again after a pause."""
        lasted_s = now_s - self._dial_s
        self.trouble, self.redials, self._broker = why, self.redials + 1, self._broker + 1
        self.let_go(politely=False)
        self._dial_s = now_s + self._backoff.pause_s(lasted_s)

    def let_go(self, *, politely: bool) -> None:
        """Close the line, with a last word or without."""
        if self.line is not None:
            self.line.hang_up(politely=politely)
            self.line = None

    def cut(self, *, power: bool) -> None:
        """The line is cut; without power, nothing is said or kept in memory either."""
        self.let_go(politely=False)
        self.dark = True
        if power:
            self.spool.close()
            self.workload.forget()

    def back(self, passed_s: float, *, power: bool) -> None:
        """What was cut is back: with power, every camera comes back at once, and says so."""
        self.dark, self._dial_s = False, 0.0
        self._backoff.failures = 0
        if power:
            self.workload.pause(passed_s)
            acked, self.spool = self.spool.acked, self._opened()
            self.spool.acked = acked
            self.publisher = self._publisher()
            self.spool.end_lives(self._ended, None)
            self.workload.add(_BACK, passed_s)

    def left(self) -> Left:
        """What it leaves behind, as its spool has it."""
        self.spool.close()
        with closing(self._opened()) as spool:  # that of a dark box is closed already
            rows, dropped = spool.waiting(after=0, limit=_EVERYTHING), spool.state().dropped
        names = [name_of(decode_event(row.body).id) for row in rows]
        waiting = tuple(name.number for name in names if name and name.run == self.job.run)
        return Left(box=self.site.number, put=self.put, waiting=waiting, dropped=dropped)

    def _wanted(self) -> int:
        """How many events it may say now, as fast as it is heard."""
        room = AHEAD - (self.put - self.spool.acked)
        return room if self.job.most is None else min(room, self.job.most - self.put)

    def _event(self, facts: Facts, now_s: float) -> Event:
        return event_from(facts, happened_s=now_s, new_id=partial(self._new_id, now_s))

    def _ended(self, last: Event) -> Event:
        """The end of a life that the box had begun before it went dark."""
        now_s = self.clock.now_s()
        return msgspec.structs.replace(end_of(self.clock, last), id=self._new_id(now_s))

    def _new_id(self, now_s: float) -> str:
        self.put += 1
        return id_of(Name(self.job.run, self.site.number, self.put - 1), now_s)

    def _beat(self, *, online: bool) -> Heartbeat:
        return Heartbeat(
            box=self.site.box, site=self.site.site, online=online, cameras=self.cameras,
            time=datetime.fromtimestamp(self.clock.now_s(), UTC), spool=self.spool.state(),
        )  # fmt: skip

    def _opened(self) -> Counted:
        path = Path(self.job.folder) / f"{self.site.box}.db"
        overflow: Callable[[int], Event] = partial(overflow_event, self.config, self.clock)
        return Counted(path, limit_mib=self.job.limit_mib, overflow=overflow)

    def _workload(self) -> Workload:
        return Workload(
            self.site, seed=self.job.seed, per_s=self.job.per_s * self.site.cameras,
            rate=day_in(self.job.day_in_s) if self.job.day_in_s else steady,
            picture_kib=self.job.picture_kib,
        )  # fmt: skip

    def _publisher(self) -> Publisher:
        return Publisher(
            self.config, self.spool, self.clock, self._beat, stopped=lambda: False,
            memory=Nothing(),
        )  # fmt: skip


def _config(site: Site, job: Job, password: str) -> EdgeConfig:
    host, port = job.brokers[site.number % len(job.brokers)]
    return EdgeConfig(
        site=site.site, box=site.box, broker=Broker(host=host, port=port, password=password),
        cameras=tuple(
            Camera(id=f"cam-{number:02d}", place=site.place("street"), url="simulated")
            for number in range(site.cameras)
        ),
    )  # fmt: skip


def _camera(camera: Camera) -> CameraState:
    """As a camera that does well says of itself, each second."""
    return CameraState(
        camera=camera.id, place=camera.place, state="live", width=1920, height=1080, fps_in=25.0,
        fps_decoded=5.0, mode="substream",
    )  # fmt: skip
