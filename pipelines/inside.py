"""Tracks in, what happens inside a zone out: rules that ask who is there, and for how long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from pipelines.feet import Key, case_of, foot_of, key_of, wanted
from pipelines.flow import Facts, Finding, Frame, Motion, Track
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.rules import Intrusion, Loitering, Occupancy, OfThings, name_of
from pipelines.zones import Zone


@dataclass(frozen=True, slots=True)
class Stay:
    """A track inside a zone; `since_s`: when its foot point came in."""

    track: Track
    since_s: float


class Stays:
    """Remembers since when each track has been inside a zone; forgets who left or ended.

    away_s  for which a track may be outside without having left
    """

    def __init__(self, rule: OfThings, zone: Zone, *, away_s: float = 0.0) -> None:
        self.rule, self.zone, self.away_s = rule, zone, away_s
        self.since_s: dict[Key, float] = {}
        self.inside_s: dict[Key, float] = {}

    def __call__(self, now_s: float, frame: Frame, tracks: Sequence[Track]) -> list[Stay]:
        """Say who is inside at `now_s`."""
        inside = [track for track in tracks if self._holds(track, frame)]
        self.inside_s |= {key_of(track): now_s for track in inside}
        alive = {key_of(track) for track in tracks}
        self.inside_s = {
            key: s for key, s in self.inside_s.items() if key in alive and now_s - s <= self.away_s
        }
        self.since_s = {key: self.since_s.get(key, now_s) for key in self.inside_s}
        return [Stay(track, self.since_s[key_of(track)]) for track in inside]

    def _holds(self, track: Track, frame: Frame) -> bool:
        """Inside; whoever is leaves only when well outside."""
        if not wanted(self.rule, track, frame):
            return False
        foot = foot_of(track, frame)
        if key_of(track) not in self.since_s:
            return self.zone.holds(*foot)
        return self.zone.away(foot, frame.width / frame.height) <= self.rule.hysteresis


class StayJudge:
    """Intrusion and loitering: a life for each class of things that have stayed long enough."""

    def __init__(
        self, rule: Intrusion | Loitering, zone: Zone, facts: Facts, new_id: NewId
    ) -> None:
        self.rule = rule
        self.facts = msgspec.structs.replace(facts, rule=name_of(rule), zone=zone.id)
        self.long = isinstance(rule, Loitering)
        away_s = rule.away_s if isinstance(rule, Loitering) else 0.0
        self.stays, self.lives = Stays(rule, zone, away_s=away_s), Lives(rule, new_id)
        self.passed = Passed()

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Tell of those who have stayed inside for the dwell time."""
        now_s = self.passed(frame.captured_s)
        stays = self.stays(now_s, frame, tracks)
        due = [stay for stay in stays if now_s - stay.since_s >= self.rule.dwell_s]
        cases = {label: self._case(now_s, some, frame) for label, some in _by_class(due).items()}
        yield from self.lives(now_s, frame, tracks, cases)

    def _case(self, now_s: float, stays: Sequence[Stay], frame: Frame) -> Case:
        stayed_s = round(now_s - min(stay.since_s for stay in stays), 1)
        facts = msgspec.structs.replace(self.facts, dwell_s=stayed_s) if self.long else self.facts
        return case_of([stay.track for stay in stays], frame, facts)


class OccupancyJudge:
    """One life while as many as the limit, or nearly, are inside."""

    def __init__(self, rule: Occupancy, zone: Zone, facts: Facts, new_id: NewId) -> None:
        self.rule, self.stays = rule, Stays(rule, zone)
        self.facts = msgspec.structs.replace(
            facts, rule="occupancy", zone=zone.id, limit=float(rule.limit),
            label=rule.classes[0] if len(rule.classes) == 1 else None,
        )  # fmt: skip
        self.lives, self.passed = Lives(rule, new_id), Passed()
        self.since_s: float | None = None

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Compare how many are inside with the limit."""
        now_s = self.passed(frame.captured_s)
        count = len(self.stays(now_s, frame, tracks))
        if self.lives.lives:
            full = count >= (self.rule.ends_below or self.rule.limit)
        else:
            full = self._lasts(count, now_s)
        level = round(count / self.rule.limit, 2)
        facts = msgspec.structs.replace(self.facts, count=count, level=level)
        cases = {None: Case(facts, frozenset({"all of them"}))} if full else {}
        yield from self.lives(now_s, frame, tracks, cases, left=count)

    def _lasts(self, count: int, now_s: float) -> bool:
        """Whether there have been as many as the limit for long enough."""
        if count < self.rule.limit:
            self.since_s = None
            return False
        self.since_s = now_s if self.since_s is None else self.since_s
        return now_s - self.since_s >= self.rule.dwell_s


def _by_class(stays: Sequence[Stay]) -> dict[str, list[Stay]]:
    found: dict[str, list[Stay]] = {}
    for stay in stays:
        found.setdefault(stay.track.label, []).append(stay)
    return found
