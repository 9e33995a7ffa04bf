"""Frames of one camera in, wishes to look and findings out: the heart, on one screen."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from pipelines.flow import STILL, Box, Finding, Frame, Look, Motion, Track
from pipelines.judging import Judge
from pipelines.looking import Looker, Wish

See = Callable[[Frame], Motion]
Follow = Callable[[float, Look | None], tuple[Track, ...]]


class Watch:
    """One camera's stages and what they remember; a new stream gets a new one.

    motion  what moved in a frame
    looker  where to look, and what a network finds there
    track   the tracks that follow from it
    judges  rules over tracks, asked whenever the tracks are brought up to date
    sights  rules over the picture itself, asked for each frame
    """

    def __init__(
        self,
        *,
        motion: See,
        looker: Looker,
        track: Follow,
        judges: Sequence[Judge],
        sights: Sequence[Judge] = (),
    ) -> None:
        self.motion, self.looker, self.track = motion, looker, track
        self.judges, self.sights = judges, sights
        self.tracks: tuple[Track, ...] = ()
        self.moving = STILL
        self.last_look: Look | None = None

    def see(self, frame: Frame) -> Iterator[Finding]:
        """Take in a frame of the stream on which motion is seen."""
        self.moving = self.motion(frame)
        yield from self._asked(self.sights, frame)

    def wish(self, at_s: float, shown: tuple[int, int], seen: tuple[int, int]) -> Wish | None:
        """Where to look now, in pixels of the frame that can be shown.

        shown  width and height of the frames that the network gets
        seen   width and height of the frames on which motion is seen
        """
        return self.looker.wish(at_s, shown, scaled(self.moving, seen, shown), self.tracks)

    def look(self, frame: Frame, wish: Wish) -> Iterator[Finding]:
        """Show a frame to the network and judge what follows from it."""
        self.last_look = self.looker.look(frame, wish, self.tracks)
        self.tracks = self.track(frame.captured_s, self.last_look)
        yield from self._asked(self.judges, frame)

    def wait(self, frame: Frame) -> Iterator[Finding]:
        """Carry the tracks on to a frame at which nobody looks, and judge it."""
        if self.tracks:
            self.tracks = self.track(frame.captured_s, None)
        yield from self._asked(self.judges, frame)

    def _asked(self, judges: Iterable[Judge], frame: Frame) -> Iterator[Finding]:
        for judge in judges:
            yield from judge(frame, self.moving, self.tracks)


def scaled(moving: Motion, seen: tuple[int, int], shown: tuple[int, int]) -> Motion:
    """The same motion in the pixels of a larger or smaller picture of the same view."""
    if seen == shown:
        return moving
    x, y = shown[0] / seen[0], shown[1] / seen[1]
    regions = tuple(Box(b.x0 * x, b.y0 * y, b.x1 * x, b.y1 * y) for b in moving.regions)
    return Motion(regions=regions, share=moving.share, mean=moving.mean, detail=moving.detail)
