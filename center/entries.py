"""What the watch list asks for, entry by entry: what is watched where and when, and what follows.

An entry has exactly one form: a `rule`, alone or counted; `then`, `together`, `nothing` or
`unbadged`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

import msgspec

from center.happening import Happening
from center.places import Grade, Kind, Text
from pipelines.flow import Direction, Rule
from pipelines.schedule import Schedule
from pipelines.settings import Id

Form = Literal["single", "counted", "then", "together", "nothing", "unbadged"]
HEALTH: tuple[Rule, ...] = (
    "signal-loss", "reconnecting", "camera-blind", "too-dark", "too-bright", "out-of-focus",
    "picture-frozen", "scene-changed", "clock-drift", "rate-changed", "size-changed",
)  # fmt: skip
RULES: tuple[Rule, ...] = get_args(Rule)
Asked = Literal[Rule, "camera-health"]
"""A rule, or any that tells of a camera's health."""

MERGE_MOST_S = 86400
"""No entry merges what lies farther apart."""

Span = Annotated[float, msgspec.Meta(gt=0, le=86400)]
Least = Annotated[int, msgspec.Meta(ge=2, le=1000)]
LEVELS: tuple[Kind, ...] = ("community", "street", "district")


class What(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events are meant; what is left out may be anything.

    place      where, within the entry's own place
    label      class of thing, `class` in the file
    device     id of the camera, door or help point that speaks
    line       over which something went, and which way
    """

    rule: Asked | None = None
    label: str | None = msgspec.field(default=None, name="class")
    device: Id | None = None
    line: Id | None = None
    direction: Direction | None = None
    place: Id | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of events that are meant."""
        if self.rule is None:
            return RULES
        return HEALTH if self.rule == "camera-health" else (self.rule,)

    def means(self, happening: Happening) -> bool:
        """Say whether a happening of a place and rule that fit is meant."""
        return (
            self.label in (None, happening.label)
            and self.device in (None, happening.camera)
            and self.line in (None, happening.line)
            and self.direction in (None, happening.direction)
        )


class Leg(What, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of what comes after the other.

    within_s  after the one before it; the first has none
    """

    within_s: Span | None = None


class Together(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same time at several cameras, or at several places.

    at_least  so many different ones
    """

    what: Annotated[tuple[What, ...], msgspec.Meta(min_length=1, max_length=8)]
    at_least: Least = 2
    of: Literal["cameras", "places"] = "cameras"
    within_s: Span


class Nothing(What, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was expected and did not come.

    every_s  how often it is expected, counted from the schedule's beginning; once in it if left out
    late_s   how long a word of it may be under way before it is missed
    """

    every_s: Annotated[float, msgspec.Meta(ge=1, le=86400)] | None = None
    late_s: Annotated[float, msgspec.Meta(ge=0, le=86400)] = 60.0


class Unbadged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """More go over a door's line than badges were granted at the door.

    door       whose `badge-granted` counts
    window_s   for how long a grant lets one over
    ahead_s    how far the door's clock may be behind the camera's
    late_s     how long a word of a grant may be under way
    """

    door: Id
    camera: Id | None = None
    line: Id
    direction: Direction = "a-to-b"
    label: str | None = msgspec.field(default="person", name="class")
    window_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 10.0
    ahead_s: Annotated[float, msgspec.Meta(ge=0, le=30)] = 1.0
    late_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 3.0

    @property
    def over(self) -> What:
        """What goes over the line."""
        return What(
            rule="line-crossing", label=self.label, device=self.camera, line=self.line,
            direction=self.direction,
        )  # fmt: skip

    @property
    def grant(self) -> What:
        """What lets one over."""
        return What(rule="badge-granted", device=self.door)


class Entry(What, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is watched at a place and all that lies within it, when, and what to do about it.

    id        by which its alerts name it; made of what it says when left out
    name      as the title of its alerts
    at_least  so many within `within_s`; one when left out
    scope     whether a pattern's parts may lie anywhere in `place`, or at one place within it
    schedule  when it counts; the time is the event's, not its arrival
    grade     that of the event's place when left out; a pattern's is its own place's
    merge_s   events within this many seconds of each other make one alert
    steps     what the operator does; an alert that asks for nothing is none
    tell      contacts of the place and what holds it, or channels, by their ids
    acknowledge_within_s  else it rises; by its grade when left out
    rises_to  to which levels of the tree
    """

    place: Id
    id: Id | None = None
    name: Text | None = None
    at_least: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    within_s: Span | None = None
    then: Annotated[tuple[Leg, ...], msgspec.Meta(max_length=8)] = ()
    together: Together | None = None
    nothing: Nothing | None = None
    unbadged: Unbadged | None = None
    scope: Literal["anywhere", "one-place"] = "anywhere"
    schedule: Schedule = Schedule()
    grade: Grade | None = None
    merge_s: Annotated[float, msgspec.Meta(ge=0, le=MERGE_MOST_S)] = 120.0
    steps: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=12)]
    tell: tuple[Id, ...] = ()
    acknowledge_within_s: Annotated[float, msgspec.Meta(ge=5, le=86400)] | None = None
    rises_to: tuple[Kind, ...] = LEVELS

    @property
    def form(self) -> Form:
        """Which of the forms it has, once it was checked."""
        return next(iter(self.forms), "single")

    @property
    def forms(self) -> tuple[Form, ...]:
        """All forms that it seems to have."""
        return tuple(self._forms())

    def _forms(self) -> Iterator[Form]:
        if self.rule is not None:
            yield "single" if self.at_least == 1 else "counted"
        if self.then:
            yield "then"
        if self.together is not None:
            yield "together"
        if self.nothing is not None:
            yield "nothing"
        if self.unbadged is not None:
            yield "unbadged"

    @property
    def parts(self) -> tuple[What, ...]:
        """What its pattern is made of; of a rule alone, the rule."""
        if self.then:
            return self.then
        if self.together is not None:
            return self.together.what
        if self.nothing is not None:
            return (self.nothing,)
        return (self.unbadged.over, self.unbadged.grant) if self.unbadged is not None else (self,)

    @property
    def about(self) -> Rule:
        """The rule that its alerts are about: of a chain its last, else its first."""
        return self.parts[-1 if self.then else 0].rules[0]

    @property
    def reach_s(self) -> float:
        """How far from an event the others of its pattern may lie."""
        if self.then:
            return sum(leg.within_s or 0.0 for leg in self.then)
        return (self.together.within_s if self.together else self.within_s) or 0.0

    def counts(self, happening: Happening) -> bool:
        """Say whether it holds at the time of a happening."""
        return self.schedule.holds(datetime.fromtimestamp(happening.at_s, UTC))


def names_of(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """What each entry is called: its id, or what it says, numbered where that repeats."""
    found: list[str] = []
    for entry in entries:
        said = (entry.place, entry.rule or entry.form, entry.label, entry.device)
        name = entry.id or "-".join(word for word in said if word).replace(" ", "-")
        alike = sum(each.split("#")[0] == name for each in found)
        found.append(f"{name}#{alike + 1}" if alike else name)
    return tuple(found)
