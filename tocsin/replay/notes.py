"""Moments of a clip in, what is to be said of them out: a table, remarks, JSON."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from rich.table import Table

from edge.config import Camera
from edge.naming import new_id
from pipelines.flow import Event, Finding
from pipelines.wire import event_from
from tocsin.replay.playing import Moment

_COLUMNS = ("camera", "rule", "zone", "line", "class", "count", "phase")

Progressed = Callable[[float], None]
"""Told how far the clip has been played, in its seconds."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event, and where in the clip it happened."""

    at_s: float
    event: Event


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay found.

    start    when the clip is assumed to begin
    seconds  of the clip that were watched
    looks    frames of which the network was shown a part
    unarmed  rules that were armed at no moment of it
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
        unarmed = [
            f"{' of '.join(named(rule))}, {rule.schedule.hours} {rule.schedule.timezone}"
            for number, rule in enumerate(self.camera.rules)
            if number not in self.armed
        ]
        return Replay(
            clip=str(self.clip), camera=self.camera.id, start=self.start,
            seconds=round(max(0.0, self.last_s - self.begin_s), 3), frames=self.frames,
            looks=self.looks, blank=blank, unarmed=tuple(unarmed), events=tuple(self.told),
        )  # fmt: skip


def table(replay: Replay) -> Table:
    """The events as a person reads them."""
    start = f"{replay.start:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    title = f"{Path(replay.clip).name}, as if it began at {start}"
    result = Table(title=title, min_width=len(title))
    rows = [msgspec.to_builtins(told.event.data) for told in replay.events]
    shown = [name for name in _COLUMNS if any(name in row for row in rows)]
    for name in ("clip", *shown):
        result.add_column(name, justify="right" if name in ("clip", "count") else "left")
    for told, row in zip(replay.events, rows, strict=True):
        result.add_row(clip_time(told.at_s), *(str(row.get(name, "")) for name in shown))
    return result


def remarks(replay: Replay) -> list[str]:
    """What else there is to say."""
    found = f"{len(replay.events)} events in {replay.seconds:.0f} s of camera {replay.camera}"
    lines = [f"{found}, {replay.frames} frames, {replay.looks} looks"]
    lines += [f"never armed: {rule}; try --at" for rule in replay.unarmed]
    if replay.blank:
        lines.append(f"{replay.blank} pictures could not be redacted and are black")
    return lines


def named(said: msgspec.Struct) -> tuple[str, str]:
    """What a rule is called and where it holds, of the rule itself or of the facts it told."""
    words = msgspec.to_builtins(said)
    return words["rule"], words.get("zone") or words.get("line") or "the picture"


def clip_time(at_s: float) -> str:
    """Minutes, seconds and tenths from the clip's beginning."""
    tenths = int(at_s * 10 + 0.5)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _told(finding: Finding, at_s: float) -> Told:
    event = event_from(finding.facts, happened_s=finding.frame.captured_s, new_id=new_id)
    return Told(at_s=round(at_s, 3), event=event)
