"""What a camera is watched by: each rule as data, told apart in YAML by its key `rule`."""

import itertools
from collections.abc import Sequence
from typing import Annotated, Literal, get_args

import msgspec

from pipelines.flow import Rule, RuleState
from pipelines.schedule import Schedule
from pipelines.settings import Id
from pipelines.shares import Corner, Share

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
Classes = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


VEHICLES = ("car", "truck", "bus", "motorcycle")


class Timed(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="rule"
):
    """What all rules have in common.

    id            of the rule at its camera; else its kind and its zone or line: `intrusion-yard`
    armed         whether it holds at all; a command may say otherwise
    schedule      when it does
    cooldown_s    after a life's end in which the same thing begins no other
    ends_after_s  for which nothing may break the rule before its life ends
    update_s      from one word about a life that goes on to the next
    evidence      whether what breaks it is recorded and sealed, on a box that has custodians
    """

    id: Id | None = None
    armed: bool = True
    schedule: Schedule = Schedule()
    cooldown_s: Seconds = 30.0
    ends_after_s: Seconds = 5.0
    update_s: Annotated[float, msgspec.Meta(ge=1, le=300)] = 30.0
    evidence: bool = True


class OfThings(Timed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule about things of some classes, by their foot points.

    classes         names of COCO-80
    confidence      a track's score must reach it
    minimum_height  that a box must have, as a share of the picture's
    hysteresis      share of the picture's height by which a foot point must be beyond a border
                    before it counts as having gone back over it
    """

    classes: Classes = ("person",)
    confidence: Score = 0.5
    minimum_height: Share = 0.0
    hysteresis: Share = 0.01


class Intrusion(OfThings, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="intrusion"):
    """Something of a class is inside a zone.

    dwell_s     that the foot point must stay inside
    """

    zone: Id
    dwell_s: Seconds = 0.5


class Loitering(OfThings, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="loitering"):
    """Something of a class stays in a zone for long.

    dwell_s     that the same track must stay
    away_s      for which it may be outside and still be the one that stays
    """

    zone: Id
    dwell_s: Seconds = 60.0
    away_s: Seconds = 5.0


class Occupancy(OfThings, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="occupancy"):
    """As many things as a limit are in a zone.

    limit       things that break the rule
    ends_below  things under which its life ends, the limit when left out
    dwell_s     for which they must be so many
    """

    zone: Id
    limit: Annotated[int, msgspec.Meta(ge=1)]
    ends_below: Annotated[int, msgspec.Meta(ge=1)] | None = None
    dwell_s: Seconds = 3.0

    def __post_init__(self) -> None:
        if self.ends_below is not None and self.ends_below > self.limit:
            raise ValueError(f"`ends_below` must not be over `limit`, which is {self.limit}")


class LineCrossing(
    OfThings, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="line-crossing"
):
    """A foot point goes over a line.

    direction   that is told of; both are counted. A is to the left and B to the right of the line,
                seen from its first point towards its last
    """

    line: Id
    direction: Literal["both", "a-to-b", "b-to-a"] = "both"
    cooldown_s: Seconds = 0.0
    ends_after_s: Seconds = 10.0


class WrongDirection(
    OfThings, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="wrong-direction"
):
    """Something of a class moves against the way that a zone has.

    way         the right way: from one point of the picture to another
    within_deg  of the opposite way that is wrong
    travel      that a thing must have gone so, in heights of its own box
    over_s      the last seconds, in which it must have
    """

    zone: Id
    way: tuple[Corner, Corner]
    within_deg: Annotated[float, msgspec.Meta(gt=0, le=90)] = 60.0
    travel: Annotated[float, msgspec.Meta(gt=0)] = 0.5
    over_s: Annotated[float, msgspec.Meta(gt=0, le=30)] = 3.0

    def __post_init__(self) -> None:
        if self.way[0] == self.way[1]:
            raise ValueError("`way` must lead from one point to another")


class StoppedVehicle(
    OfThings, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="stopped-vehicle"
):
    """A vehicle stands in a zone.

    dwell_s     that it must stand
    moved       that its foot point may move meanwhile, in heights of its own box
    """

    zone: Id
    classes: Classes = VEHICLES
    dwell_s: Seconds = 60.0
    moved: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.2
    ends_after_s: Seconds = 10.0


class Speed(OfThings, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="speed"):
    """Something is faster than a limit, over the ground of a calibrated zone.

    limit_kmh       that must be exceeded
    hysteresis_kmh  under the limit by which it must be before the life ends
    over_s          the last seconds, over which it is measured
    """

    zone: Id
    classes: Classes = VEHICLES
    limit_kmh: Annotated[float, msgspec.Meta(gt=0)]
    hysteresis_kmh: Annotated[float, msgspec.Meta(ge=0)] = 3.0
    over_s: Annotated[float, msgspec.Meta(ge=0.5, le=10)] = 1.5
    ends_after_s: Seconds = 2.0


class MotionOnly(Timed, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="motion"):
    """Something moves in a zone, whatever it is.

    share    of the zone that must move
    dwell_s  for which it must go on; a pause of less than a second is none
    """

    zone: Id
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.02
    dwell_s: Seconds = 1.0


class OfScene(Timed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule about what changed in the scene and stays so.

    dwell_s       that it must stay so
    adopt_s       after which it belongs to the scene, and its life ends
    minimum_area  of what changed, as a share of the picture
    maximum_area
    """

    zone: Id
    dwell_s: Annotated[float, msgspec.Meta(ge=5)] = 30.0
    adopt_s: Annotated[float, msgspec.Meta(ge=120)] = 600.0
    minimum_area: Share = 0.0005
    maximum_area: Share = 0.05

    def __post_init__(self) -> None:
        if self.adopt_s <= self.dwell_s:
            raise ValueError(f"`adopt_s` must be over `dwell_s`, which is {self.dwell_s:g}")


class ObjectLeft(OfScene, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="object-left"):
    """Something was put down in a zone and left there."""


class ObjectTaken(
    OfScene, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="object-taken"
):
    """Something that belongs to the scene was taken out of a zone."""


OverTracks = (
    Intrusion | Loitering | Occupancy | LineCrossing | WrongDirection | StoppedVehicle | Speed
)
OverSights = MotionOnly | ObjectLeft | ObjectTaken
AnyRule = OverTracks | OverSights


def name_of(rule: Timed) -> Rule:
    """What the rule is called in YAML and in its events."""
    tag = rule.__struct_config__.tag
    return next(name for name in get_args(Rule) if name == tag)


def where(rule: AnyRule) -> str:
    """The zone or line that it watches."""
    return rule.line if isinstance(rule, LineCrossing) else rule.zone


def ids_of(rules: Sequence[AnyRule]) -> tuple[str, ...]:
    """What each of a camera's rules is called; derived ids that repeat are numbered."""
    found: list[str] = [rule.id or "" for rule in rules]
    for place, rule in enumerate(rules):
        if not found[place]:
            plain = f"{name_of(rule)}-{where(rule)}"
            numbered = (f"{plain}-{number}" for number in itertools.count(2))
            found[place] = next(n for n in itertools.chain([plain], numbered) if n not in found)
    return tuple(found)


def state_of(rule_id: str, rule: AnyRule, *, armed: bool) -> RuleState:
    """A rule as a heartbeat tells of it."""
    classes = rule.classes if isinstance(rule, OfThings) else ()
    return RuleState(id=rule_id, rule=name_of(rule), armed=armed, classes=tuple(classes))
