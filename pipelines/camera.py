"""Frames of one camera in, wishes to look and findings out: the heart, on one screen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pipelines.flow import STILL, Box, Finding, Frame, Look, Motion, Track
from pipelines.judging import Judge
from pipelines.looking import Looker, Wish
from pipelines.swaying import Sway

See = Callable[[Frame], Motion]
Follow = Callable[[float, Look | None], tuple[Track, ...]]


Left = tuple[tuple[Track, ...], tuple[int, int]]
"""Tracks, and width and height of the frames in whose pixels they are."""

NOBODY: Left = ((), (0, 0))

IDLE_S = 0.3
"""From one question to the rules over tracks to the next, while nothing is followed."""

LEFT_S = 10.0
"""For so long whoever was followed when a stream broke off is looked for where they were."""


class Watch:
    """One camera's stages and what they remember; a new stream gets a new one.

    Where whoever was followed in the last stream stands still, no motion would tell of them, so the
    first look of the new one is also for the places at which they were. Their numbers end.

    motion  what moved in a frame
    looker  where to look, and what a network finds there
    track   the tracks that follow from it
    judges  rules over tracks, asked whenever the tracks are brought up to date, and while none is
    sights  rules over the picture itself, asked for each frame
    before  the watch over the stream that broke off
    """

    def __init__(
        self,
        *,
        motion: See,
        looker: Looker,
        track: Follow,
        judges: Sequence[Judge],
        sights: Sequence[Judge] = (),
        before: "Watch | None" = None,
    ) -> None:
        self.motion, self.looker, self.track = motion, looker, track
        self.judges, self.sights = judges, sights
        self.tracks: tuple[Track, ...] = ()
        self.shown = (0, 0)
        self.moving = STILL
        self.last_look: Look | None = None
        self.sway = Sway()
        self.asked_s = float("-inf")
        self.left: Left = before.leaves() if before else NOBODY

    def leaves(self) -> Left:
        """Who was followed last, for the watch over the next stream."""
        return (self.tracks, self.shown) if self.tracks else self.left

    def see(self, frame: Frame) -> Iterator[Finding]:
        """Take in a frame of the stream on which motion is seen.

        While nothing is followed the rules over tracks are asked here, now and then: a life may
        have to end.
        """
        self.moving = self.motion(frame)
        tracks = resized(self.tracks, self.shown, (frame.width, frame.height))
        yield from self._asked(self.sights, frame, tracks)
        if not tracks and not 0 <= frame.captured_s - self.asked_s < IDLE_S:
            yield from self._asked(self.judges, frame, tracks)

    def wish(self, at_s: float, shown: tuple[int, int], seen: tuple[int, int]) -> Wish | None:
        """Where to look now, in pixels of the frame that can be shown.

        shown  width and height of the frames that the network gets
        seen   width and height of the frames on which motion is seen
        """
        tracks, size = self.left
        if tracks:
            lately = tuple(each for each in tracks if 0 <= at_s - each.seen_s <= LEFT_S)
            self.looker.unsure = [each.box for each in resized(lately, size, shown)]
            self.left = NOBODY
        return self.looker.wish(at_s, shown, scaled(self.moving, seen, shown), self.tracks)

    def look(self, frame: Frame, wish: Wish) -> Iterator[Finding]:
        """Show a frame to the network and judge what follows from it."""
        look, moved = self.looker.look(frame, wish, self.tracks), self.sway(frame)
        self.last_look = replace(look, moved=moved)
        self.shown = frame.width, frame.height
        self.tracks = self.track(frame.captured_s, self.last_look)
        yield from self._asked(self.judges, frame, self.tracks)

    def wait(self, frame: Frame) -> Iterator[Finding]:
        """Carry the tracks on to a frame at which nobody looks, and judge it."""
        if self.tracks:
            self.tracks = self.track(frame.captured_s, None)
            yield from self._asked(self.judges, frame, self.tracks)

    def _asked(
        self, judges: Iterable[Judge], frame: Frame, tracks: tuple[Track, ...]
    ) -> Iterator[Finding]:
        if judges is self.judges:
            self.asked_s = frame.captured_s
        for judge in judges:
            yield from judge(frame, self.moving, tracks)


def scaled(moving: Motion, seen: tuple[int, int], shown: tuple[int, int]) -> Motion:
    """The same motion in the pixels of a larger or smaller picture of the same view."""
    if seen == shown or not moving:
        return moving
    return replace(moving, regions=tuple(_laid(box, seen, shown) for box in moving.regions))


def resized(
    tracks: tuple[Track, ...], shown: tuple[int, int], seen: tuple[int, int]
) -> tuple[Track, ...]:
    """The same tracks in the pixels of a larger or smaller picture of the same view."""
    if shown == seen:
        return tracks
    return tuple(replace(track, box=_laid(track.box, shown, seen)) for track in tracks)


def _laid(box: Box, old: tuple[int, int], new: tuple[int, int]) -> Box:
    x, y = new[0] / old[0], new[1] / old[1]
    return Box(box.x0 * x, box.y0 * y, box.x1 * x, box.y1 * y)
