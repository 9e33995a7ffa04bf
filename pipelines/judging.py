"""A camera's rules in, their judges out; a judge takes motion and tracks and gives findings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from pipelines.crossing import LineJudge
from pipelines.flow import Facts, Finding, Frame, Motion, Rule, Track
from pipelines.inside import OccupancyJudge, StayJudge
from pipelines.lives import NewId
from pipelines.moving import WrongDirectionJudge
from pipelines.rules import (
    AnyRule,
    Blind,
    Intrusion,
    LineCrossing,
    Loitering,
    Occupancy,
    WrongDirection,
)
from pipelines.zones import Line, Zone

Judge = Callable[[Frame, Motion, tuple[Track, ...]], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is drawn over a camera's picture, by id."""

    zones: Mapping[str, Zone]
    lines: Mapping[str, Line]


def judge_of(rule: AnyRule, over: Sketch, facts: Facts, new_id: NewId) -> Judge:
    """The judge of one rule, with a memory of its own.

    over  the zones and lines that rules name
    """
    match rule:
        case Intrusion() | Loitering():
            return StayJudge(rule, over.zones[rule.zone], facts, new_id)
        case Occupancy():
            return OccupancyJudge(rule, over.zones[rule.zone], facts, new_id)
        case LineCrossing():
            return LineJudge(rule, over.lines[rule.line], facts, new_id)
        case WrongDirection():
            return WrongDirectionJudge(rule, over.zones[rule.zone], facts, new_id)


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
