"""Frames of one camera in, findings out: the heart of the matter, on one screen."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from pipelines.flow import Finding, Frame, Look, Motion, Track
from pipelines.judging import Judge

See = Callable[[Frame], Motion]
Detect = Callable[[Frame, Motion, Sequence[Track]], Look | None]
Follow = Callable[[float, Look | None], tuple[Track, ...]]
Tell = Callable[[Frame, Motion, Look | None, tuple[Track, ...]], None]


def watch(
    frames: Iterable[Frame],
    *,
    motion: See,
    detect: Detect,
    track: Follow,
    judges: Sequence[Judge],
    tell: Tell,
) -> Iterator[Finding]:
    """Judge each frame in turn.

    motion  what moved in the frame
    detect  what a network finds where it moved or where a track is; None when it did not look
    track   the tracks that follow from it
    judges  the camera's rules
    tell    is told of each frame, to count
    """
    tracks: tuple[Track, ...] = ()
    for frame in frames:
        moving = motion(frame)
        look = detect(frame, moving, tracks)
        tracks = track(frame.captured_s, look)
        tell(frame, moving, look, tracks)
        for judge in judges:
            yield from judge(frame, moving, tracks)
