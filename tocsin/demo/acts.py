"""Alerts in, which acts of the demo's story they prove out. Pure.

Each act has its time in a camera's film, so a run knows what is due, however slow the machine is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from tocsin.demo.cues import TURNS
from tocsin.demo.films import Film
from tocsin.demo.script import LOOP_S

ROUND_S = TURNS * LOOP_S
"""After which the whole story comes again."""

_YARD = {"yard-east", "yard-west"}


class Seen(Protocol):
    """What of an alert an act looks at, be it on the console's stream or in a report."""

    @property
    def place(self) -> str:
        """Where it is."""
        ...

    @property
    def rule(self) -> str:
        """What it is about."""
        ...

    @property
    def entry(self) -> str:
        """Of the watch list, under which it falls."""
        ...

    @property
    def grade(self) -> int:
        """From 1, the gravest, to 4."""
        ...

    @property
    def cameras(self) -> tuple[str, ...]:
        """Cameras and devices that told of it."""
        ...

    @property
    def nearest(self) -> tuple[str, ...]:
        """Cameras near the device that spoke."""
        ...

    @property
    def level(self) -> int:
        """How far it rose."""
        ...


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that the story shows.

    name     in `build/demo.json`
    says     in a line
    film     by whose clock it goes
    from_s   when it can begin, in seconds of the film
    over_s   when it has surely been told of
    of       whether an alert is of this act
    shows    whether such an alert has all that it takes
    every_s  after which it comes again; never where it may come more often
    """

    name: str
    says: str
    film: str
    from_s: float
    over_s: float
    of: Callable[[Seen], bool]
    shows: Callable[[Seen], bool] = lambda _: True
    every_s: float | None = ROUND_S

    def is_due(self, films: Iterable[Film]) -> bool:
        """Say whether the film has shown it whole."""
        return self.least(films) > 0

    def least(self, films: Iterable[Film]) -> int:
        """How often it has surely been told of."""
        every_s = self.every_s or ROUND_S
        return sum(film.times(self.over_s, every_s) for film in films if film.camera == self.film)

    def most(self, films: Iterable[Film]) -> int:
        """How often it can have begun."""
        every_s = self.every_s or ROUND_S
        return sum(film.times(self.from_s, every_s) for film in films if film.camera == self.film)


ACTS = (
    Act(
        "intrusion", "somebody in the yard, seen by two cameras", "yard-east", 10.0, 26.0,
        lambda alert: (alert.place, alert.entry) == ("yard", "intrusion"),
        lambda alert: set(alert.cameras) == _YARD,
    ),
    Act(
        "help-point", "a help point is pressed", "yard-east", 30.0, 36.0,
        lambda alert: alert.rule == "help-point",
        lambda alert: alert.grade == 1 and len(alert.nearest) > 1,
    ),
    Act(
        "covered", "somebody covers a camera", "gate", 24.0, 36.0,
        lambda alert: (alert.place, alert.rule) == ("gate", "camera-blind"), every_s=LOOP_S,
    ),
    Act(
        "escalation", "nobody acknowledges, so an alert rises", "yard-east", 40.0, 52.0,
        lambda alert: alert.level > 0, every_s=None,
    ),
    Act(
        "tailgating", "two go through the smart door on one badge", "hall-door", 47.0, 59.0,
        lambda alert: (alert.place, alert.entry) == ("hall", "tailgating"), every_s=LOOP_S,
    ),
    Act(
        "break-in", "a door is forced, then somebody comes: one alert", "yard-east", 65.0, 86.0,
        lambda alert: (alert.place, alert.entry) == ("yard", "break-in"),
        lambda alert: alert.grade == 1 and "passage" in alert.cameras and len(alert.cameras) > 1,
    ),
)  # fmt: skip
"""The story, in the order in which it is told."""

Told = TypeVar("Told", bound=Seen)


def told(act: Act, alerts: Iterable[Told]) -> Told | None:
    """The first alert that proves an act, if any does."""
    return next((alert for alert in alerts if act.of(alert) and act.shows(alert)), None)
