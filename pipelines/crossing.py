"""Tracks in, who goes over a line out, with running counts for each direction."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from pipelines.feet import Key, case_of, foot_of, key_of, wanted
from pipelines.flow import Direction, Facts, Finding, Frame, Motion, Track
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.rules import LineCrossing
from pipelines.shares import Point
from pipelines.zones import Line


@dataclass(slots=True)
class _Walk:
    """Where a track was seen last, and what it went over since it was last clear of the line.

    clear  whether it ever was: whoever appears on the line has come from nowhere
    """

    seen_s: float
    foot: Point
    clear: bool
    over: int = 0


class LineJudge:
    """A life for each class and direction; each look at which somebody crosses is told of.

    A track counts once it is clear of the line, so whoever walks to and fro on it counts once or
    not at all. Only where tracks were seen counts, not where they should be by now.
    """

    def __init__(self, rule: LineCrossing, line: Line, facts: Facts, new_id: NewId) -> None:
        self.rule, self.line = rule, line
        self.facts = msgspec.structs.replace(facts, rule="line-crossing", line=line.id)
        self.lives, self.passed = Lives(rule, new_id), Passed()
        self.walks: dict[Key, _Walk] = {}
        self.counts: dict[Direction, int] = {"a-to-b": 0, "b-to-a": 0}

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Follow each foot point, and count those that have gone over."""
        now_s = self.passed(frame.captured_s)
        alive = {key_of(track) for track in tracks}
        self.walks = {key: walk for key, walk in self.walks.items() if key in alive}
        over: dict[tuple[str, Direction], list[Track]] = {}
        for track in tracks:
            way = self._gone_over(track, frame) if wanted(self.rule, track, frame) else None
            if way is not None:
                over.setdefault((track.label, way), []).append(track)
        if over and self.lives.armed(frame):
            for key, some in over.items():
                self.counts[key[1]] += len(some)
        told = {key: some for key, some in over.items() if self.rule.direction in ("both", key[1])}
        cases = {key: self._case(key[1], some, frame) for key, some in told.items()}
        yield from self.lives(now_s, frame, tracks, cases)

    def _gone_over(self, track: Track, frame: Frame) -> Direction | None:
        """Which way a track has gone over the line with this sight of it, if it has."""
        foot, walk = foot_of(track, frame), self.walks.get(key_of(track))
        clear = self.line.away(foot, frame.width / frame.height) >= self.rule.hysteresis
        if walk is None:
            self.walks[key_of(track)] = _Walk(track.seen_s, foot, clear)
            return None
        if walk.seen_s == track.seen_s:
            return None
        walk.over += self.line.crossed(walk.foot, foot)
        walk.seen_s, walk.foot = track.seen_s, foot
        if not clear:
            return None
        over, walk.over, walk.clear = walk.over if walk.clear else 0, 0, True
        return "a-to-b" if over > 0 else "b-to-a" if over < 0 else None

    def _case(self, way: Direction, tracks: list[Track], frame: Frame) -> Case:
        a_to_b, b_to_a = self.counts["a-to-b"], self.counts["b-to-a"]
        facts = msgspec.structs.replace(self.facts, direction=way, a_to_b=a_to_b, b_to_a=b_to_a)
        return case_of(tracks, frame, facts, news=True)
