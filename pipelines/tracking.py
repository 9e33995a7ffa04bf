"""Looks in, tracks out: one camera's memory of what is there, and it ends with the camera.

Two rounds as in ByteTrack (Y. Zhang et al., ECCV 2022, arXiv:2110.06864): confident detections
first, weak ones for tracks that are left. Boxes are widened before they are compared (buffered
IoU, F. Yang et al., WACV 2023, arXiv:2211.13509) and moved on by their speed. No looks of a
person enter: a number means nothing outside its camera and after its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipelines.flow import Box, Detection, Look, Track

_TREMBLE_S = 0.05  # frames of one moment may be stamped microseconds apart, in either order


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSettings:
    """One set serves all cameras.

    sure       score from which a detection may begin a track
    near       buffered IoU from which two boxes can be the same thing
    widen      share of its sides by which a box is widened for that
    hits       looks that must find a thing before it counts
    lost_s     without being found, although looked for, after which a track ends
    forgotten_s without being found, looked for or not
    """

    sure: float = 0.45
    near: float = 0.15
    widen: float = 0.3
    hits: int = 2
    lost_s: float = 1.5
    forgotten_s: float = 10.0


@dataclass(frozen=True, slots=True)
class _Followed:
    """A track and what only the tracker needs: speed in px/s, finds, and misses since a find."""

    track: Track
    speed: tuple[float, float]
    hits: int
    misses: int

    def at(self, now_s: float) -> Box:
        passed_s = min(now_s - self.track.seen_s, 1.0)
        dx, dy = self.speed[0] * passed_s, self.speed[1] * passed_s
        box = self.track.box
        return Box(box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy)


class Tracker:
    """Follows things within one camera; call it with each frame's time and look."""

    def __init__(self, settings: TrackSettings | None = None) -> None:
        self.settings = settings or TrackSettings()
        self.followed: list[_Followed] = []
        self.next_number = 1

    def __call__(self, now_s: float, look: Look | None) -> tuple[Track, ...]:
        """Bring the tracks to `now_s`; without a look nothing is missed, only forgotten.

        Each comes with the box where it should be now, by its speed.
        When the clock was set back, all tracks end: nobody knows how long ago they were seen.
        """
        self.followed = [each for each in self.followed if self._remembered(each, now_s)]
        if look is not None:
            self._match(now_s, look)
        self.followed = [each for each in self.followed if not self._over(each, now_s)]
        sure = (each for each in self.followed if each.hits >= self.settings.hits)
        return tuple(replace(each.track, box=each.at(now_s)) for each in sure)

    def _match(self, now_s: float, look: Look) -> None:
        sure = [each for each in look.found if each.score >= self.settings.sure]
        weak = [each for each in look.found if each.score < self.settings.sure]
        kept, free, new = self._pair(self.followed, sure, now_s)
        rescued, free, _ = self._pair(free, weak, now_s)
        missed = [_missed(each, look, now_s) for each in free]
        begun = [self._begin(each, now_s) for each in new]
        self.followed = [*kept, *rescued, *missed, *begun]

    def _pair(
        self, followed: list[_Followed], found: list[Detection], now_s: float
    ) -> tuple[list[_Followed], list[_Followed], list[Detection]]:
        """Greedily join the nearest pairs; return who was found, who was not, what is new."""
        free, new, joined = list(followed), list(found), []
        for _, old, seen in sorted(self._likely(free, new, now_s), key=lambda pair: -pair[0]):
            if old in free and seen in new:
                free.remove(old)
                new.remove(seen)
                joined.append(_found(old, seen, now_s))
        return joined, free, new

    def _likely(
        self, followed: list[_Followed], found: list[Detection], now_s: float
    ) -> Iterable[tuple[float, _Followed, Detection]]:
        for old in followed:
            expected = old.at(now_s).grown(self.settings.widen)
            for seen in found:
                nearness = expected.iou(seen.box.grown(self.settings.widen))
                if seen.label == old.track.label and nearness >= self.settings.near:
                    yield nearness, old, seen

    def _begin(self, seen: Detection, now_s: float) -> _Followed:
        track = Track(self.next_number, seen.label, seen.box, seen.score, now_s, now_s)
        self.next_number += 1
        return _Followed(track, (0.0, 0.0), 1, 0)

    def _remembered(self, each: _Followed, now_s: float) -> bool:
        return -_TREMBLE_S <= now_s - each.track.seen_s <= self.settings.forgotten_s

    def _over(self, each: _Followed, now_s: float) -> bool:
        if each.hits < self.settings.hits:
            return each.misses >= 2
        return each.misses >= 2 and now_s - each.track.seen_s > self.settings.lost_s


def _found(old: _Followed, seen: Detection, now_s: float) -> _Followed:
    passed_s = max(now_s - old.track.seen_s, 1e-3)
    keep = 0.5 if old.hits > 1 else 0.0
    (old_x, old_y), (new_x, new_y) = old.track.box.foot, seen.box.foot
    speed = (
        keep * old.speed[0] + (1 - keep) * (new_x - old_x) / passed_s,
        keep * old.speed[1] + (1 - keep) * (new_y - old_y) / passed_s,
    )
    track = replace(old.track, box=seen.box, score=max(seen.score, old.track.score), seen_s=now_s)
    return _Followed(track, speed, old.hits + 1, 0)


def _missed(each: _Followed, look: Look, now_s: float) -> _Followed:
    """Count a miss, if the look covered most of the place where the thing should be."""
    expected = each.at(now_s)
    covered = max((expected.overlap(region) for region in look.regions), default=0.0)
    if covered < 0.5 * expected.area:
        return each
    return replace(each, misses=each.misses + 1)
