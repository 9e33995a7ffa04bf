"""Moments of a clip in, what is to be said of them out: a table, remarks, JSON."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from rich.table import Table

from edge.config import Camera
from edge.naming import new_id
from pipelines.flow import Event, Facts, Finding
from pipelines.rules import ids_of
from pipelines.wire import event_from
from tocsin.measures import measures
from tocsin.replay.playing import Moment

_RIGHT = ("clip", "life", "count")

Progressed = Callable[[float], None]
"""Told how far the clip has been played, in its seconds."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event, and where in the clip it happened."""

    at_s: float
    event: Event


class Lives(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule came to in a clip.

    rule       its id at the camera
    lives      that began
    going      of these, that had not ended when the clip did
    longest_s  that one of them lasted
    """

    rule: str
    lives: int
    going: int
    longest_s: float


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay found.

    start    when the clip is assumed to begin
    seconds  of the clip that were watched
    looks    frames of which the network was shown a part
    unarmed  rules that were armed at no moment of it
    rules    the camera's, and what of its health was told
    blank    pictures of the video that could not be redacted and are black
    """

    clip: str
    camera: str
    start: datetime
    seconds: float = 0.0
    frames: int = 0
    looks: int = 0
    blank: int = 0
    unarmed: tuple[str, ...] = ()
    rules: tuple[Lives, ...] = ()
    events: tuple[Told, ...] = ()


@dataclass(slots=True)
class Notes:
    """What is written down while a clip plays.

    start    when the clip is assumed to begin
    begin_s  where in the clip the part begins that is watched
    """

    clip: Path
    camera: Camera
    start: datetime
    begin_s: float
    frames: int = 0
    looks: int = 0
    last_s: float = 0.0
    told: list[Told] = field(default_factory=list)
    armed: set[int] = field(default_factory=set)

    def taken(self, moments: Iterator[Moment], progressed: Progressed) -> Iterator[Moment]:
        """The same moments, noted."""
        noted = -1
        for moment in moments:
            self.frames += 1
            self.looks += moment.looked
            self.last_s = moment.at_s
            self.told += [_told(finding, moment.at_s) for finding in moment.findings]
            if int(moment.at_s) != noted:
                noted = int(moment.at_s)
                self._note_armed(moment.at_s)
                progressed(moment.at_s)
            yield moment

    def _note_armed(self, at_s: float) -> None:
        now = self.start + timedelta(seconds=at_s)
        rules = enumerate(self.camera.rules)
        self.armed |= {number for number, rule in rules if rule.schedule.holds(now)}

    def replay(self, *, blank: int = 0) -> Replay:
        """All of it."""
        ids = ids_of(self.camera.rules)
        unarmed = [
            f"{ids[number]}, {rule.schedule.hours} {rule.schedule.timezone}"
            for number, rule in enumerate(self.camera.rules)
            if number not in self.armed
        ]
        return Replay(
            clip=str(self.clip), camera=self.camera.id, start=self.start,
            seconds=round(max(0.0, self.last_s - self.begin_s), 3), frames=self.frames,
            looks=self.looks, blank=blank, unarmed=tuple(unarmed),
            rules=tuple(_lives(ids, self.told, self.last_s)), events=tuple(self.told),
        )  # fmt: skip


def tables(replay: Replay) -> Iterator[Table]:
    """The events as a person reads them, and what each rule came to."""
    start = f"{replay.start:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    title = f"{Path(replay.clip).name}, as if it began at {start}"
    events = Table(title=title, min_width=len(title))
    for name in ("clip", "rule", "life", "", "class", "count", "measured"):
        events.add_column(name, justify="right" if name in _RIGHT else "left")
    lives: dict[str | None, str] = {None: ""}
    for told in replay.events:
        facts = told.event.data
        life = lives.setdefault(facts.episode, str(len(lives)))
        events.add_row(
            clip_time(told.at_s), rule_of(facts), life, facts.phase or "", facts.label or "",
            str(facts.count), measures(facts),
        )  # fmt: skip
    yield events
    rules = Table("rule", title="What each rule came to")
    for name in ("lives", "going on at the end", "longest"):
        rules.add_column(name, justify="right")
    for each in replay.rules:
        longest = f"{each.longest_s:.1f} s" if each.lives else ""
        rules.add_row(each.rule, str(each.lives), str(each.going or ""), longest)
    yield rules


def remarks(replay: Replay) -> list[str]:
    """What else there is to say."""
    found = f"{len(replay.events)} events in {replay.seconds:.0f} s of camera {replay.camera}"
    lines = [f"{found}, {replay.frames} frames, {replay.looks} looks"]
    lines += [f"never armed: {rule}; try --at" for rule in replay.unarmed]
    if replay.blank:
        lines.append(f"{replay.blank} pictures could not be redacted and are black")
    return lines


def rule_of(facts: Facts) -> str:
    """The rule's id at its camera; those of a camera's own health have but a name."""
    return facts.rule_id or facts.rule


def clip_time(at_s: float) -> str:
    """Minutes, seconds and tenths from the clip's beginning."""
    tenths = int(at_s * 10 + 0.5)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _told(finding: Finding, at_s: float) -> Told:
    event = event_from(finding.facts, happened_s=finding.frame.captured_s, new_id=new_id)
    return Told(at_s=round(at_s, 3), event=event)


def _lives(ids: tuple[str, ...], told: list[Told], end_s: float) -> Iterator[Lives]:
    """Of each rule under its id, and of whatever else was told."""
    lasted_s: dict[str, dict[str | None, float]] = defaultdict(dict)
    going: dict[str, dict[str | None, float]] = defaultdict(dict)
    for each in told:
        facts, rule = each.event.data, rule_of(each.event.data)
        lasted_s[rule][facts.episode] = facts.duration_s or 0.0
        if facts.phase in {"begin", "update"}:
            began_s = going[rule].setdefault(facts.episode, each.at_s)
            lasted_s[rule][facts.episode] = end_s - began_s
        else:
            going[rule].pop(facts.episode, None)
    for rule in dict.fromkeys((*ids, *lasted_s)):
        of_rule, left = lasted_s[rule], len(going[rule])
        longest_s = round(max(of_rule.values(), default=0.0), 3)
        yield Lives(rule=rule, lives=len(of_rule), going=left, longest_s=longest_s)
