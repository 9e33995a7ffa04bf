"""Tracks in, where each was seen in the last seconds out: what rules about movement ask."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.feet import Key, key_of
from pipelines.flow import Track

MOST = 64  # sights of one track that are remembered


class Sight(NamedTuple):
    """Where the foot point was when a track was seen, in pixels."""

    at_s: float
    x: float
    y: float


class Trails:
    """Remembers the sights of tracks for `over_s`; where one should be by now is no sight."""

    def __init__(self, over_s: float) -> None:
        self.over_s = over_s
        self.trails: dict[Key, deque[Sight]] = {}
        self.seen_s: dict[Key, float] = {}

    def __call__(
        self, now_s: float, tracks: Sequence[Track]
    ) -> list[tuple[Track, Sequence[Sight]]]:
        """The tracks that are seen at `now_s`, each with its sights, the oldest first."""
        alive = {key_of(track) for track in tracks}
        self.trails = {key: trail for key, trail in self.trails.items() if key in alive}
        fresh = [track for track in tracks if self.seen_s.get(key_of(track)) != track.seen_s]
        self.seen_s = {key_of(track): track.seen_s for track in tracks}
        return [(track, self._longer(track, now_s)) for track in fresh]

    def _longer(self, track: Track, now_s: float) -> Sequence[Sight]:
        trail = self.trails.setdefault(key_of(track), deque(maxlen=MOST))
        trail.append(Sight(now_s, *track.box.foot))
        while now_s - trail[0].at_s > self.over_s:
            trail.popleft()
        return trail
