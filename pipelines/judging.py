"""A camera's rules in, their judges out; a judge takes motion and tracks and gives findings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from pipelines.changing import SceneJudge
from pipelines.crossing import LineJudge
from pipelines.flow import Facts, Finding, Frame, Motion, Standing, Track
from pipelines.inside import OccupancyJudge, StayJudge
from pipelines.lives import Lives, NewId
from pipelines.moving import WrongDirectionJudge
from pipelines.rules import (
    Intrusion,
    LineCrossing,
    Loitering,
    MotionOnly,
    Occupancy,
    OverSights,
    OverTracks,
    Speed,
    StoppedVehicle,
    WrongDirection,
)
from pipelines.speeding import SpeedJudge
from pipelines.stirring import MotionJudge
from pipelines.stopping import StoppedVehicleJudge
from pipelines.zones import Line, Zone

Judge = Callable[[Frame, Motion, tuple[Track, ...]], Iterator[Finding]]


class RuleJudge(Protocol):
    """A judge of a rule that was configured; `lives.holds` arms and disarms it."""

    lives: Lives

    def __call__(
        self, frame: Frame, motion: Motion, tracks: tuple[Track, ...], /
    ) -> Iterator[Finding]:
        """Give what the rule finds in a frame."""
        ...


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a camera's rules need to know of it.

    facts     of its site, itself and its place
    zones     and lines, by id
    standing  what changed in its picture and has stood for so many seconds
    """

    facts: Facts
    zones: Mapping[str, Zone]
    lines: Mapping[str, Line]
    standing: Callable[[float], tuple[Standing, ...]]


def judge_of(rule: OverTracks, camera: Sketch, new_id: NewId) -> RuleJudge:
    """The judge of a rule over tracks, with a memory of its own."""
    match rule:
        case Intrusion() | Loitering():
            return StayJudge(rule, camera.zones[rule.zone], camera.facts, new_id)
        case Occupancy():
            return OccupancyJudge(rule, camera.zones[rule.zone], camera.facts, new_id)
        case LineCrossing():
            return LineJudge(rule, camera.lines[rule.line], camera.facts, new_id)
        case WrongDirection():
            return WrongDirectionJudge(rule, camera.zones[rule.zone], camera.facts, new_id)
        case StoppedVehicle():
            return StoppedVehicleJudge(rule, camera.zones[rule.zone], camera.facts, new_id)
        case Speed():
            return SpeedJudge(rule, camera.zones[rule.zone], camera.facts, new_id)


def sight_of(rule: OverSights, camera: Sketch, new_id: NewId) -> RuleJudge:
    """The judge of a rule over the picture itself, with a memory of its own."""
    zone = camera.zones[rule.zone]
    if isinstance(rule, MotionOnly):
        return MotionJudge(rule, zone, camera.facts, new_id)
    return SceneJudge(rule, zone, camera.facts, new_id, camera.standing)
