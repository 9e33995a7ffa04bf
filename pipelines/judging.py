"""A camera's rules in, their judges out; a judge takes motion and tracks and gives findings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from pipelines.changing import SceneJudge
from pipelines.crossing import LineJudge
from pipelines.flow import Facts, Finding, Frame, Motion, Rule, Standing, Track
from pipelines.inside import OccupancyJudge, StayJudge
from pipelines.lives import NewId
from pipelines.moving import WrongDirectionJudge
from pipelines.rules import (
    Blind,
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


def judge_of(rule: OverTracks, camera: Sketch, new_id: NewId) -> Judge:
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


def sight_of(rule: OverSights, camera: Sketch, new_id: NewId) -> Judge:
    """The judge of a rule over the picture itself, with a memory of its own."""
    zone = camera.zones[rule.zone]
    if isinstance(rule, MotionOnly):
        return MotionJudge(rule, zone, camera.facts, new_id)
    return SceneJudge(rule, zone, camera.facts, new_id, camera.standing)


class BlindJudge:
    """Tells when the camera shows nothing, and when it sees again."""

    def __init__(self, rule: Blind, facts: Facts) -> None:
        self.rule, self.facts = rule, facts
        self.since_s: float | None = None
        self.blind = False

    def __call__(
        self, frame: Frame, motion: Motion, tracks: tuple[Track, ...]
    ) -> Iterator[Finding]:
        """Compare what detail the picture has with what any scene has."""
        empty = motion.detail < self.rule.detail
        if empty == self.blind:
            self.since_s = None
            return
        now_s = frame.captured_s
        self.since_s = now_s if self.since_s is None else min(self.since_s, now_s)
        if now_s - self.since_s >= self.rule.after_s:
            self.blind, self.since_s = empty, None
            yield self._finding("camera-blind" if empty else "camera-sees", frame, tracks)

    def _finding(self, rule: Rule, frame: Frame, tracks: tuple[Track, ...]) -> Finding:
        return Finding(msgspec.structs.replace(self.facts, rule=rule), frame, tracks)
