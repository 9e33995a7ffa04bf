"""Tracks in, those that are too fast over the ground out."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import msgspec
import numpy as np

from pipelines.errors import ConfigError
from pipelines.feet import Key, case_of, foot_of, key_of, wanted
from pipelines.flow import Facts, Finding, Frame, Motion, Track
from pipelines.ground import Ground
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.rules import Speed
from pipelines.trails import Sight, Trails
from pipelines.zones import Zone

ENOUGH = 4  # sights that a speed needs
SPAN = 0.6  # and the share of the time over which it is measured that they must span
KMH = 3.6  # in a metre per second
LAST = 3  # speeds of which the median decides
MOST = 100  # speeds of which the median is told
EDGE_PX = 2.0  # nearer to the picture's edge a box is cut off, and its foot point is not its own


@dataclass(slots=True)
class _Measured:
    """One track's speeds, km/h: the last few, and those since it was too fast, if it is."""

    last: deque[float]
    fast: deque[float] | None = None


class SpeedJudge:
    """A life for each track that is too fast.

    A box trembles, and so does its speed: a median decides, and a median over all that was measured
    since the track was too fast is told, never the highest.
    """

    def __init__(self, rule: Speed, zone: Zone, facts: Facts, new_id: NewId) -> None:
        if zone.calibration is None:
            raise ConfigError(f"zone {zone.id!r} has no calibration; *speed* needs one")
        self.rule, self.zone, self.ground = rule, zone, Ground(zone.calibration)
        self.facts = msgspec.structs.replace(
            facts, rule="speed", zone=zone.id, limit=rule.limit_kmh
        )
        self.lives, self.passed = Lives(rule, new_id), Passed()
        self.trails = Trails(rule.over_s)
        self.measured: dict[Key, _Measured] = {}

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Measure those that are seen, and tell of those that are too fast."""
        now_s = self.passed(frame.captured_s)
        whole = {key_of(track): track for track in tracks if _is_whole(track, frame)}
        self.measured = {key: each for key, each in self.measured.items() if key in whole}
        for track, trail in self.trails(now_s, tuple(whole.values())):
            self._measure(track, trail, frame)
        cases = {
            key: self._case(whole[key], each.fast, frame)
            for key, each in self.measured.items() if each.fast
        }  # fmt: skip
        yield from self.lives(now_s, frame, tracks, cases)

    def _measure(self, track: Track, trail: Sequence[Sight], frame: Frame) -> None:
        """Note the speed of a track, and whether it is too fast."""
        counts = wanted(self.rule, track, frame) and self.zone.holds(*foot_of(track, frame))
        speed = self._kmh(trail, frame) if counts else None
        if speed is None:
            self.measured.pop(key_of(track), None)
            return
        each = self.measured.setdefault(key_of(track), _Measured(deque(maxlen=LAST)))
        each.last.append(speed)
        slack = self.rule.hysteresis_kmh if each.fast else 0.0
        if len(each.last) < LAST or median(each.last) <= self.rule.limit_kmh - slack:
            each.fast = None
        else:
            each.fast = each.fast or deque(each.last, maxlen=MOST)
            each.fast.append(speed)

    def _kmh(self, trail: Sequence[Sight], frame: Frame) -> float | None:
        """The slope of a straight line through the places on the ground, by least squares."""
        placed = [
            (sight.at_s, *spot)
            for sight in trail
            if (spot := self.ground((sight.x / frame.width, sight.y / frame.height)))
        ]
        if len(placed) < ENOUGH or placed[-1][0] - placed[0][0] < SPAN * self.rule.over_s:
            return None
        times, east, north = np.array(placed).T
        apart = times - times.mean()
        speeds = (apart @ east, apart @ north) / (apart @ apart)
        return KMH * float(np.hypot(*speeds))

    def _case(self, track: Track, speeds: Sequence[float], frame: Frame) -> Case:
        facts = msgspec.structs.replace(self.facts, speed_kmh=round(median(speeds), 1))
        return case_of([track], frame, facts)


def _is_whole(track: Track, frame: Frame) -> bool:
    """No edge of the picture cuts the thing off at its sides or feet."""
    x0, _, x1, y1 = track.box
    return x0 >= EDGE_PX and x1 <= frame.width - EDGE_PX and y1 <= frame.height - EDGE_PX
