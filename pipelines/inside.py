"""Tracks in, what happens inside a zone out: rules that ask who is there, and for how long."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from pipelines.feet import Key, foot_of, key_of, shares, wanted
from pipelines.flow import Facts, Finding, Frame, Motion, Track
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.rules import Intrusion, OfThings
from pipelines.zones import Zone


@dataclass(frozen=True, slots=True)
class Stay:
    """A track inside a zone; `since_s`: when its foot point came in."""

    track: Track
    since_s: float


class Stays:
    """Remembers since when each track has been inside a zone; forgets who left or ended."""

    def __init__(self, rule: OfThings, zone: Zone) -> None:
        self.rule, self.zone = rule, zone
        self.since_s: dict[Key, float] = {}

    def __call__(self, now_s: float, frame: Frame, tracks: Sequence[Track]) -> list[Stay]:
        """Say who is inside at `now_s`."""
        inside = [track for track in tracks if self._holds(track, frame)]
        self.since_s = {key_of(t): self.since_s.get(key_of(t), now_s) for t in inside}
        return [Stay(track, self.since_s[key_of(track)]) for track in inside]

    def _holds(self, track: Track, frame: Frame) -> bool:
        """Inside; whoever is leaves only when well outside."""
        if not wanted(self.rule, track, frame):
            return False
        foot = foot_of(track, frame)
        if key_of(track) not in self.since_s:
            return self.zone.holds(*foot)
        return self.zone.away(foot, frame.width / frame.height) <= self.rule.hysteresis


class IntrusionJudge:
    """One life for each class of things that are inside the zone."""

    def __init__(self, rule: Intrusion, zone: Zone, facts: Facts, new_id: NewId) -> None:
        self.rule, self.zone = rule, zone
        self.facts = msgspec.structs.replace(facts, rule="intrusion", zone=zone.id)
        self.stays, self.lives, self.passed = Stays(rule, zone), Lives(rule, new_id), Passed()

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Tell of those who have stayed inside for the dwell time."""
        now_s = self.passed(frame.captured_s)
        stays = self.stays(now_s, frame, tracks)
        due = [stay.track for stay in stays if now_s - stay.since_s >= self.rule.dwell_s]
        cases = {label: case(some, frame, self.facts) for label, some in by_class(due).items()}
        yield from self.lives(now_s, frame, tracks, cases)


def by_class(tracks: Sequence[Track]) -> dict[Hashable, list[Track]]:
    """Tracks by the class of thing."""
    found: dict[Hashable, list[Track]] = {}
    for track in tracks:
        found.setdefault(track.label, []).append(track)
    return found


def case(tracks: Sequence[Track], frame: Frame, facts: Facts) -> Case:
    """Some tracks of one class as one case: how many they are, and the surest of them."""
    surest = max(tracks, key=lambda track: track.score)
    told = msgspec.structs.replace(
        facts, label=surest.label, count=len(tracks), confidence=round(surest.score, 3),
        box=shares(surest.box, frame),
    )  # fmt: skip
    return Case(told, frozenset(map(key_of, tracks)))
