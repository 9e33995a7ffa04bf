"""What breaks a rule, frame by frame, in; its lives out, in words: they begin, go on and end."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from pipelines.flow import Facts, Finding, Frame, Phase, Track
from pipelines.rules import Timed

NewId = Callable[[], str]
Key = TypeVar("Key", bound=Hashable)

NEWS_S = 1.0  # from one word of a life to the next, whatever happens
SET_BACK_S = 15.0  # from which time that runs backwards is a clock that was set
KNOWN_S = 60.0  # for which a life remembers what it has told of


class Passed:
    """A camera's time without its leaps: what comes late or again passes as nothing."""

    def __init__(self) -> None:
        self.now_s, self.latest_s = 0.0, float("inf")

    def __call__(self, captured_s: float) -> float:
        """Seconds that have passed, up to this frame; they never run backwards."""
        passed_s = captured_s - self.latest_s
        if passed_s > 0:
            self.now_s += passed_s
        if passed_s > 0 or passed_s < -SET_BACK_S:
            self.latest_s = captured_s
        return self.now_s


@dataclass(frozen=True, slots=True)
class Case:
    """What breaks a rule in one frame.

    facts    that would tell of it, but for the life's own
    members  the things that it is about
    news     whether it is told at once, without a picture, even if its life has begun already
    """

    facts: Facts
    members: frozenset[Hashable]
    news: bool = False


@dataclass(slots=True)
class _Life:
    """One life and what it has told so far; `known`: its members, and when they were seen last."""

    episode: str
    case: Case
    begun_s: float
    held_s: float
    told_s: float
    most: int = 0
    known: dict[Hashable, float] = field(default_factory=dict)
    shown: set[Hashable] = field(default_factory=set)


class Lives:
    """The lives of one rule, each under a key of its own; they are told in few words.

    A begin has a picture, and so has a word about things that no picture has shown yet.
    """

    def __init__(self, rule: Timed, new_id: NewId) -> None:
        self.rule, self.new_id, self.holds = rule, new_id, rule.armed
        self.lives: dict[Hashable, _Life] = {}
        self.cooling: dict[Hashable, float] = {}

    def __call__(
        self,
        now_s: float,
        frame: Frame,
        tracks: tuple[Track, ...],
        cases: Mapping[Key, Case],
        *,
        left: int = 0,
    ) -> Iterator[Finding]:
        """Tell what there is to tell at `now_s`, a time that never runs backwards.

        left  how many there still are when a life ends
        """
        if not cases and not self.lives:
            return
        armed = self.armed(frame)
        for key, case in cases.items() if armed else ():
            word = self._met(key, case, now_s)
            if word is not None:
                yield Finding(word[0], frame, tracks, pictured=word[1])
        for name, life in list(self.lives.items()):
            silent = name not in cases and now_s - life.held_s >= self.rule.ends_after_s
            if silent or not armed:
                yield Finding(self._ended(name, now_s, left), frame, tracks, pictured=False)

    def abandon(self, frame: Frame) -> Iterator[Finding]:
        """End all lives because nobody watches any more; what comes back begins anew."""
        for name, life in list(self.lives.items()):
            last = msgspec.structs.replace(self._ended(name, life.held_s, 0), unwatched=True)
            yield Finding(last, frame, (), pictured=False)
        self.cooling = {}

    def armed(self, frame: Frame) -> bool:
        """Say whether the rule holds at the frame's time; one that does not ends its lives."""
        return self.holds and self.rule.schedule.holds(
            datetime.fromtimestamp(frame.captured_s, UTC)
        )

    def _met(self, key: Hashable, case: Case, now_s: float) -> tuple[Facts, bool] | None:
        """Begin a life, or let one go on; what is to be said of it, and whether with a picture."""
        life = self.lives.get(key)
        if life is None:
            return None if self._cools(case, now_s) else self._begun(key, case, now_s)
        life.case, life.held_s = case, now_s
        life.known |= dict.fromkeys(case.members, now_s)
        return self._told(life, "update", now_s) if self._due(life, now_s) else None

    def _begun(self, key: Hashable, case: Case, now_s: float) -> tuple[Facts, bool]:
        known = dict.fromkeys(case.members, now_s)
        life = _Life(self.new_id(), case, now_s, now_s, now_s, known=known)
        self.lives[key] = life
        return self._told(life, "begin", now_s)

    def _cools(self, case: Case, now_s: float) -> bool:
        """All that the case is about was told of lately."""
        cool_s = self.rule.cooldown_s
        self.cooling = {each: s for each, s in self.cooling.items() if now_s - s < cool_s}
        return bool(case.members) and case.members <= self.cooling.keys()

    def _due(self, life: _Life, now_s: float) -> bool:
        """There is news, or it is time for another word."""
        quiet_s = now_s - life.told_s
        more = life.case.facts.count > life.most and quiet_s >= NEWS_S
        return life.case.news or more or quiet_s >= self.rule.update_s

    def _told(self, life: _Life, phase: Phase, now_s: float) -> tuple[Facts, bool]:
        pictured = phase == "begin" or not (life.case.news or life.case.members <= life.shown)
        life.known = {each: s for each, s in life.known.items() if now_s - s <= KNOWN_S}
        life.shown = life.shown & life.known.keys() | life.case.members
        life.told_s, life.most = now_s, max(life.most, life.case.facts.count)
        return _of(life, phase, now_s), pictured

    def _ended(self, key: Hashable, now_s: float, left: int) -> Facts:
        life = self.lives.pop(key)
        self.cooling |= dict.fromkeys(life.known, now_s)
        last = _of(life, "end", life.held_s)
        return msgspec.structs.replace(last, count=left, confidence=None, box=None)


def _of(life: _Life, phase: Phase, now_s: float) -> Facts:
    lasted_s = None if phase == "begin" else round(now_s - life.begun_s, 1)
    return msgspec.structs.replace(
        life.case.facts, phase=phase, episode=life.episode, duration_s=lasted_s
    )
