"""Motion and tracks in, findings out: one camera's rules and what they remember."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from pipelines.flow import Box, Facts, Finding, Frame, Motion, Rule, Track
from pipelines.rules import Blind, Intrusion
from pipelines.zones import Zone

Judge = Callable[[Frame, Motion, tuple[Track, ...]], Iterator[Finding]]


class IntrusionJudge:
    """One rule over one zone; it forgets a track as soon as the track has ended."""

    def __init__(self, rule: Intrusion, zone: Zone, facts: Facts) -> None:
        self.rule, self.zone, self.facts = rule, zone, facts
        self.entered_s: dict[int, float] = {}
        self.told_s: dict[int, float] = {}

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Find those who have stayed inside for the dwell time and were not told of lately."""
        inside = [track for track in tracks if self._holds(track, frame)]
        now_s = frame.captured_s
        self.entered_s = {t.number: self.entered_s.get(t.number, now_s) for t in inside}
        alive = {track.number for track in tracks}
        self.told_s = {number: s for number, s in self.told_s.items() if number in alive}
        due = [track for track in inside if self._due(track, now_s)]
        if due and self.rule.schedule.holds(datetime.fromtimestamp(now_s, UTC)):
            self.told_s |= {track.number: now_s for track in due}
            yield self._finding(due, len(inside), frame, tracks)

    def _holds(self, track: Track, frame: Frame) -> bool:
        x, below = track.box.foot
        y = min(below, frame.height - 0.5)  # feet that the lower edge cuts off are on its last row
        wanted = track.label in self.rule.classes and track.score >= self.rule.confidence
        return wanted and self.zone.holds(x / frame.width, y / frame.height)

    def _due(self, track: Track, now_s: float) -> bool:
        stayed_s = now_s - self.entered_s[track.number]
        quiet_s = now_s - self.told_s.get(track.number, float("-inf"))
        return stayed_s >= self.rule.dwell_s and quiet_s >= self.rule.cooldown_s

    def _finding(
        self, due: list[Track], count: int, frame: Frame, tracks: tuple[Track, ...]
    ) -> Finding:
        surest = max(due, key=lambda track: track.score)
        facts = Facts(
            site=self.facts.site, camera=self.facts.camera, place=self.facts.place,
            rule="intrusion", zone=self.zone.id, label=surest.label, count=count,
            confidence=round(surest.score, 3), box=shares(surest.box, frame),
        )  # fmt: skip
        return Finding(facts, frame, tracks)


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
        facts = Facts(
            site=self.facts.site, camera=self.facts.camera, place=self.facts.place, rule=rule
        )
        return Finding(facts, frame, tracks)


def shares(box: Box, frame: Frame) -> tuple[float, float, float, float]:
    """A box as shares 0..1 of the picture, to four digits."""
    inside = box.clipped(frame.width, frame.height)
    return (
        round(inside.x0 / frame.width, 4),
        round(inside.y0 / frame.height, 4),
        round(inside.x1 / frame.width, 4),
        round(inside.y1 / frame.height, 4),
    )
