"""A camera's rules in, their judges out; a judge takes motion and tracks and gives findings."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from pipelines.flow import Facts, Finding, Frame, Motion, Rule, Track
from pipelines.inside import IntrusionJudge
from pipelines.lives import NewId
from pipelines.rules import AnyRule, Blind
from pipelines.zones import Zone

Judge = Callable[[Frame, Motion, tuple[Track, ...]], Iterator[Finding]]


def judge_of(rule: AnyRule, zones: Mapping[str, Zone], facts: Facts, new_id: NewId) -> Judge:
    """The judge of one rule, with a memory of its own."""
    return IntrusionJudge(rule, zones[rule.zone], facts, new_id)


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
