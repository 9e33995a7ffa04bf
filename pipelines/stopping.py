"""Tracks in, vehicles that stand out."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from pipelines.feet import Key, case_of, foot_of, key_of, wanted
from pipelines.flow import Facts, Finding, Frame, Motion, Track
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.rules import StoppedVehicle
from pipelines.trails import Trails
from pipelines.zones import Zone


@dataclass(slots=True)
class _Stand:
    """Where a vehicle came to stand, in pixels; `number` is its own, whatever the track's."""

    number: int
    x: float
    y: float
    since_s: float
    seen_s: float


class StoppedVehicleJudge:
    """A life for each vehicle that stands; a track that is lost hands its stand to the next one."""

    def __init__(self, rule: StoppedVehicle, zone: Zone, facts: Facts, new_id: NewId) -> None:
        self.rule, self.zone = rule, zone
        self.facts = msgspec.structs.replace(facts, rule="stopped-vehicle", zone=zone.id)
        self.lives, self.passed, self.trails = Lives(rule, new_id), Passed(), Trails(0.0)
        self.stands: dict[Key, _Stand] = {}
        self.number = 0

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Tell of those that have stood long enough."""
        now_s = self.passed(frame.captured_s)
        alive = {key_of(track) for track in tracks}
        self.stands = {
            key: stand for key, stand in self.stands.items()
            if key in alive or now_s - stand.seen_s < self.rule.ends_after_s
        }  # fmt: skip
        for track, _trail in self.trails(now_s, tracks):
            if wanted(self.rule, track, frame):
                self._see(track, now_s, alive)
        cases = dict(self._cases(now_s, frame, tracks))
        yield from self.lives(now_s, frame, tracks, cases)

    def _see(self, track: Track, now_s: float, alive: set[Key]) -> None:
        """Note where a vehicle is: still where it stood, or somewhere new."""
        key = key_of(track)
        stand = self.stands.get(key) or self._left_by_another(track, alive)
        if stand is None or not self._is_at(track, stand):
            self.number += 1
            stand = _Stand(self.number, *track.box.foot, now_s, now_s)
        stand.seen_s = now_s
        self.stands[key] = stand

    def _left_by_another(self, track: Track, alive: set[Key]) -> _Stand | None:
        for key, stand in list(self.stands.items()):
            if key not in alive and self._is_at(track, stand):
                return self.stands.pop(key)
        return None

    def _is_at(self, track: Track, stand: _Stand) -> bool:
        x, y = track.box.foot
        return math.hypot(x - stand.x, y - stand.y) <= self.rule.moved * track.box.height

    def _cases(
        self, now_s: float, frame: Frame, tracks: tuple[Track, ...]
    ) -> Iterator[tuple[int, Case]]:
        for track in tracks:
            stand = self.stands.get(key_of(track))
            if stand is None or not self.zone.holds(*foot_of(track, frame)):
                continue
            stood_s = now_s - stand.since_s
            if stood_s >= self.rule.dwell_s:
                facts = msgspec.structs.replace(self.facts, dwell_s=round(stood_s, 1))
                told = case_of([track], frame, facts).facts
                yield stand.number, Case(told, frozenset({stand.number}))
