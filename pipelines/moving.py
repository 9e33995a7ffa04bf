"""Tracks in, those that go the wrong way out."""

import math
from collections.abc import Iterator, Sequence

import msgspec

from pipelines.feet import Key, foot_of, key_of, own_cases, wanted
from pipelines.flow import Facts, Finding, Frame, Motion, Track
from pipelines.lives import Lives, NewId, Passed
from pipelines.rules import WrongDirection
from pipelines.trails import Sight, Trails
from pipelines.zones import Zone


class WrongDirectionJudge:
    """A life for each track that goes the wrong way in a zone."""

    def __init__(self, rule: WrongDirection, zone: Zone, facts: Facts, new_id: NewId) -> None:
        self.rule, self.zone = rule, zone
        self.facts = msgspec.structs.replace(facts, rule="wrong-direction", zone=zone.id)
        self.lives, self.passed = Lives(rule, new_id), Passed()
        self.trails = Trails(rule.over_s)
        self.wrong: dict[Key, bool] = {}

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Compare where each track went lately with the zone's way."""
        now_s = self.passed(frame.captured_s)
        for track, trail in self.trails(now_s, tracks):
            self.wrong[key_of(track)] = self._is_wrong(track, trail, frame)
        self.wrong = {key_of(t): self.wrong[key_of(t)] for t in tracks}
        wrong = [track for track in tracks if self.wrong[key_of(track)]]
        yield from self.lives(now_s, frame, tracks, own_cases(wrong, frame, self.facts))

    def _is_wrong(self, track: Track, trail: Sequence[Sight], frame: Frame) -> bool:
        """It is in the zone and went far enough, within the angle of the opposite way."""
        if not (wanted(self.rule, track, frame) and self.zone.holds(*foot_of(track, frame))):
            return False
        dx, dy = trail[-1].x - trail[0].x, trail[-1].y - trail[0].y
        gone = math.hypot(dx, dy)
        if gone < max(self.rule.travel * track.box.height, 1.0):
            return False
        (x0, y0), (x1, y1) = self.rule.way
        way_x, way_y = (x1 - x0) * frame.width, (y1 - y0) * frame.height
        along = (dx * way_x + dy * way_y) / (gone * math.hypot(way_x, way_y))
        return along <= -math.cos(math.radians(self.rule.within_deg))
