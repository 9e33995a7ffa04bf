"""What a process that hosts boxes is told, and what it answers: values that go through a pipe."""

from typing import Literal

import msgspec

from tocsin.simulate.workload import Site

Order = Literal["go", "hush", "cut power", "cut line", "back", "end"]
"""Begin to speak; say no more and send what waits; a storm begins or is over; let go of all."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the fleet's boxes, for one process.

    run        number of the run, in each id
    sites      where its boxes stand
    passwords  of their users, in the same order
    brokers    host and MQTT port of each; a box tries the next when one does not answer
    folder     of the spools
    limit_mib  of a spool
    per_s      events per second that one camera has to say, in the mean of a day
    day_in_s   in which a day passes; None: it is always the mean hour
    flat_out   say the next as soon as the last were taken, whenever they would be due
    most       events that a box says at all; None: no end
    """

    run: int
    seed: int
    sites: tuple[Site, ...]
    passwords: tuple[str, ...]
    brokers: tuple[tuple[str, int], ...]
    folder: str
    limit_mib: int = 64
    per_s: float = 0.16
    day_in_s: float | None = None
    picture_kib: int = 0
    flat_out: bool = False
    most: int | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How the boxes of one process do; all but `live` count from the beginning.

    live      boxes that the broker has let in
    put       events that went into a spool
    acked     that the broker has acknowledged, and the spool has let go of
    dropped   that a full spool gave up
    redials   lines that broke and were dialled again
    cpu_s     of the process
    rss_mib   of the process
    trouble   why the last line broke
    """

    live: int = 0
    put: int = 0
    acked: int = 0
    dropped: int = 0
    redials: int = 0
    cpu_s: float = 0.0
    rss_mib: float = 0.0
    trouble: str = ""

    @property
    def waiting(self) -> int:
        """Events in spools."""
        return self.put - self.acked - self.dropped

    def __add__(self, other: "Tally") -> "Tally":
        names = [name for name in self.__struct_fields__ if name != "trouble"]
        summed = {name: getattr(self, name) + getattr(other, name) for name in names}
        return Tally(**summed, trouble=self.trouble or other.trouble)


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What one box leaves behind.

    put      numbers of its events: 0 to before this
    waiting  those that are still in its spool: nobody has acknowledged them
    dropped  how many a full spool gave up; which, nobody knows
    """

    box: int
    put: int
    waiting: tuple[int, ...] = ()
    dropped: int = 0
