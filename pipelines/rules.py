"""Tracks and motion in, facts out: the rules that a camera is watched by."""

from typing import Annotated, Literal

import msgspec

from pipelines.schedule import Schedule
from pipelines.settings import Id

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Score = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Intrusion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something of a class is inside a zone while the rule is armed.

    classes     names of COCO-80
    confidence  a track's score must reach it
    dwell_s     that the foot point must stay inside
    cooldown_s  in which one track raises no second event
    """

    rule: Literal["intrusion"] = "intrusion"
    zone: Id
    classes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("person",)
    schedule: Schedule = Schedule()
    confidence: Score = 0.5
    dwell_s: Seconds = 0.5
    cooldown_s: Seconds = 30.0


class Blind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The camera shows nothing: covered, black or white.

    after_s     that it must last
    detail      grey levels, mean step between neighbouring blocks under which nothing is shown
    """

    after_s: Seconds = 3.0
    detail: Annotated[float, msgspec.Meta(gt=0)] = 1.5
