"""A seed and a box in, what its cameras and doors have to say out, each with its moment.

What begins is an inhomogeneous Poisson process, drawn by thinning (Lewis and Shedler, 1979): as
often as in the busiest hour, and then some are left out. What has begun goes on and ends by itself.
The same seed gives the same words, whatever the clock does.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, count
from random import Random
from typing import NamedTuple
from uuid import UUID

from pipelines.flow import Facts, Phase, Picture
from tocsin.simulate.kinds import EACH, KINDS, Kind
from tocsin.simulate.rhythm import Rate, busiest, steady

_BEFORE_S = 40.0  # a camera has been watching already; most of what began before has ended
_WEIGHTS = tuple(accumulate(kind.weight for kind in KINDS))


class Site(NamedTuple):
    """What one simulated box stands at.

    number     of the box, from 0
    box, site  their names, as the centre's configuration has them
    cameras    how many it has
    """

    number: int
    box: str
    site: str
    cameras: int

    def place(self, kind: str) -> str:
        """One of its places."""
        return f"{self.site}-{kind}"


def sites(boxes: int, cameras: int) -> tuple[Site, ...]:
    """Boxes, with the cameras dealt out among them."""
    each, more = divmod(cameras, boxes)
    return tuple(
        Site(number, f"box-{number:05d}", f"site-{number:05d}", each + (number < more))
        for number in range(boxes)
    )


@dataclass(slots=True, order=True)
class Word:
    """What is to be said, and how many seconds after the beginning."""

    due_s: float
    order: int
    facts: Facts = field(compare=False)


class Workload:
    """All that one box has to say, from its first second on.

    per_s        events per second, in the mean of a day
    rate         how busy it is when
    picture_kib  of a still that the first update of a life brings; none when 0
    """

    def __init__(
        self, site: Site, *, seed: int, per_s: float, rate: Rate = steady, picture_kib: int = 0
    ) -> None:
        self.site, self.rate = site, rate
        self.random = Random(f"{seed}/{site.number}")  # noqa: S311 -- drawn, and no secret
        most = 1.0 if rate is steady else busiest()
        self._gap_s = EACH / (per_s * most) if per_s > 0 else float("inf")
        self._share = 1 / most
        self._still = _still(picture_kib)
        self._order = count()
        self._words: list[Word] = []
        self._born_s = self.random.expovariate(1.0) * self._gap_s - _BEFORE_S
        for _ in self.until(0.0):
            pass  # it was said before we listened

    @property
    def next_s(self) -> float:
        """When there is something to say again, or may be."""
        return min(self._words[0].due_s, self._born_s) if self._words else self._born_s

    def until(self, passed_s: float) -> Iterator[Facts]:
        """What is due by then, in order."""
        while self.next_s <= passed_s:
            if self._born_s <= self.next_s:
                self._bear()
            else:
                yield heapq.heappop(self._words).facts

    def take(self, number: int) -> Iterator[Facts]:
        """So many words, whenever they would be due."""
        while number > 0:
            for facts in self.until(self.next_s):
                number -= 1
                yield facts

    def add(self, kind: Kind, at_s: float) -> None:
        """Let something happen at each camera at once, as after a power cut."""
        for camera in range(self.site.cameras):
            self._happen(kind, at_s, camera)

    def forget(self) -> None:
        """What had begun goes on for nobody: the box that saw it is dark."""
        self._words = []

    def pause(self, until_s: float) -> None:
        """Nothing begins before then."""
        self._born_s = max(self._born_s, until_s)

    def _bear(self) -> None:
        at_s = self._born_s
        self._born_s += self.random.expovariate(1.0) * self._gap_s
        if self.random.random() < self.rate(at_s) * self._share:
            kind = self.random.choices(KINDS, cum_weights=_WEIGHTS)[0]
            self._happen(kind, at_s, self.random.randrange(max(1, self.site.cameras)))

    def _happen(self, kind: Kind, at_s: float, camera: int) -> None:
        facts = self._facts(kind, camera)
        if kind.updates is None:
            self._say(at_s, facts())
            return
        lasts_s = self.random.expovariate(1.0) * kind.lasts_s
        life = str(UUID(int=self.random.getrandbits(128), version=4))
        self._say(at_s, facts("begin", life, 0.0))
        for step in range(1, kind.updates + 1):
            after_s = lasts_s * step / (kind.updates + 1)
            first = step == 1 and kind.label is not None
            self._say(at_s + after_s, facts("update", life, after_s, still=first))
        self._say(at_s + lasts_s, facts("end", life, lasts_s))

    def _say(self, due_s: float, facts: Facts) -> None:
        heapq.heappush(self._words, Word(due_s, next(self._order), facts))

    def _facts(self, kind: Kind, camera: int) -> "_Teller":
        return _Teller(self.site, kind, camera, self.random, self._still)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts one thing that happens into the facts of its events."""

    site: Site
    kind: Kind
    camera: int
    random: Random
    still: Picture | None

    def __call__(
        self, phase: Phase | None = None, life: str | None = None, after_s: float = 0.0,
        *, still: bool = False,
    ) -> Facts:  # fmt: skip
        kind, site = self.kind, self.site
        if kind.device:
            return Facts(
                site=site.site, camera=kind.device, place=site.place(kind.place), rule=kind.rule,
                phase=phase, episode=life, duration_s=round(after_s, 1) if life else None,
            )  # fmt: skip
        seen = kind.label is not None and phase != "end"
        crosses = kind.rule == "line-crossing"
        return Facts(
            site=site.site, camera=f"cam-{self.camera:02d}", place=site.place(kind.place),
            rule=kind.rule, label=kind.label, phase=phase, episode=life,
            zone=None if crosses or not seen else "zone-1", line="line-1" if crosses else None,
            direction=self.random.choice(("a-to-b", "b-to-a")) if crosses else None,
            duration_s=round(after_s, 1) if life and phase != "begin" else None,
            confidence=round(self.random.uniform(0.5, 0.97), 2) if seen else None,
            box=self._box() if seen else None, picture=self.still if still else None,
        )  # fmt: skip

    def _box(self) -> tuple[float, float, float, float]:
        left, top = self.random.random() * 0.8, self.random.random() * 0.7
        return round(left, 3), round(top, 3), round(left + 0.1, 3), round(top + 0.25, 3)


def _still(kib: int) -> Picture | None:
    """Noise between the marks of a JPEG: nobody decodes it, but it weighs what a still does."""
    if kib <= 0:
        return None
    noise = Random(0).randbytes(kib * 1024)  # noqa: S311 -- drawn, and no secret
    return Picture(width=640, height=360, data=b"\xff\xd8" + noise + b"\xff\xd9")
