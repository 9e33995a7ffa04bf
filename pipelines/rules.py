"""What a camera is watched by: each rule as data, told apart in YAML by its key `rule`."""

from typing import Annotated, get_args

import msgspec

from pipelines.flow import Rule
from pipelines.schedule import Schedule
from pipelines.settings import Id
from pipelines.zones import Share

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
Classes = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Timed(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="rule"
):
    """What all rules have in common.

    schedule      when the rule is armed
    cooldown_s    after a life's end in which the same thing begins no other
    ends_after_s  for which nothing may break the rule before its life ends
    update_s      from one word about a life that goes on to the next
    """

    schedule: Schedule = Schedule()
    cooldown_s: Seconds = 30.0
    ends_after_s: Seconds = 5.0
    update_s: Annotated[float, msgspec.Meta(ge=1, le=300)] = 30.0


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


class Blind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The camera shows nothing: covered, black or white.

    after_s     that it must last
    detail      grey levels, mean step between neighbouring blocks under which nothing is shown
    """

    after_s: Seconds = 3.0
    detail: Annotated[float, msgspec.Meta(gt=0)] = 1.5


AnyRule = Intrusion


def name_of(rule: AnyRule) -> Rule:
    """What the rule is called in YAML and in its events."""
    tag = rule.__struct_config__.tag
    return next(name for name in get_args(Rule) if name == tag)
