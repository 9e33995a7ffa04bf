"""A clip and its truth in, what a network finds on each frame out, once for all trackers."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.error import FFmpegError

from edge.config import Camera, EdgeConfig, Stream
from models.tiles import Network, parts, seen
from pipelines.errors import ConfigError, StreamError
from pipelines.flow import Bytes, Frame, Look
from pipelines.regions import Sight
from pipelines.swaying import Sway
from tocsin.evaluate.truth import Row, load
from tocsin.replay.playing import Moment, Player

Looking = Callable[[], Look | None]

Plan = Literal["whole", "turns", "tiles", "live"]

PLANS: dict[Plan, tuple[tuple[int, ...], ...]] = {
    "whole": ((0,),),
    "turns": ((0, 1), (0, 2)),
    "tiles": ((0, 1, 2),),
    "live": (),
}
"""Which of the whole and two halves are shown, in turn; `live`: where a box would look."""

_ROUNDED_S = 0.01  # by so much a container's times may be off


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame, once a network has seen it.

    at_s   from the clip's beginning
    look   nothing where nobody looked
    truth  what stands on it
    """

    at_s: float
    look: Look | None
    truth: list[Row]


@dataclass(frozen=True, slots=True)
class Watching:
    """How clips are looked at.

    network  a BGR picture in, detections in its pixels out
    label    the class that the truth is about
    plan     which parts of a frame are shown
    fps      frames per second that are taken; 0 for all
    sight    what the network sees best; a live box shows it things at that size
    """

    network: Network
    label: str
    plan: Plan
    fps: float
    sight: Sight


def length_s(clip: Path) -> float:
    """Seconds that a clip lasts; 0 when it does not say. Raises StreamError."""
    try:
        with av.open(str(clip)) as container:
            return (container.duration or 0) / 1e6
    except FFmpegError as error:
        raise StreamError(f"{clip}: {error.strerror}") from error


def shots(
    clip: Path, truth: Path, watching: Watching, progressed: Callable[[float], None]
) -> list[Shot]:
    """Look at a clip. Raises ConfigError or StreamError.

    progressed  is told the time of each frame
    """
    rows, frame, due_s = load(truth), -1, -math.inf
    taken: list[Shot] = []
    looks = _live(clip, watching) if watching.plan == "live" else _planned(clip, watching)
    for frame, (at_s, look) in enumerate(looks):
        progressed(at_s)
        if at_s >= due_s - _ROUNDED_S:
            taken.append(Shot(at_s, _of(look(), watching.label), rows.get(frame, [])))
            if watching.fps:
                due_s = max(due_s, taken[0].at_s) + 1 / watching.fps
    if max(rows) > frame:
        raise ConfigError(f"{truth}: speaks of frame {max(rows) + 1}, {clip} has {frame + 1}")
    return taken


def played(clip: Path, network: Network, sight: Sight) -> Iterator[Moment]:
    """What a box with its own settings makes of a clip, frame by frame. Raises StreamError."""
    camera = Camera(
        id="clip", place="clip", url=str(clip), stream=Stream(loop=False, realtime=False),
        purpose="to measure", legal_basis="a given clip", office="who measures",
    )  # fmt: skip
    config = EdgeConfig(site="clip", box="clip", cameras=(camera,))
    player = Player(config, camera, network, start_s=0.0, sight=sight)
    return player.moments(begin_s=0.0, end_s=math.inf)


def _of(look: Look | None, label: str) -> Look | None:
    """A look with what carries a label."""
    if look is None:
        return None
    return replace(look, found=tuple(each for each in look.found if each.label == label))


def _planned(clip: Path, watching: Watching) -> Iterator[tuple[float, Looking]]:
    """Times of the frames, and how to look at each."""
    turns, sway = cycle(PLANS[watching.plan]), Sway()

    def look(picture: Bytes, luma: Bytes) -> Look:
        height, width = picture.shape[:2]
        whole = parts(width, height)
        regions = tuple(whole[index] for index in next(turns))
        moved = sway(Frame(0.0, width, height, luma, luma, luma))
        return Look(regions, seen(watching.network, picture, regions), moved)

    for at_s, picture, luma in _frames(clip):
        yield at_s, partial(look, picture, luma)


def _live(clip: Path, watching: Watching) -> Iterator[tuple[float, Looking]]:
    """Times of the frames, and what a box saw of each."""
    for moment in played(clip, watching.network, watching.sight):
        yield moment.at_s, partial(_same, moment.look)


def _same(look: Look | None) -> Look | None:
    return look


def _frames(clip: Path) -> Iterator[tuple[float, Bytes, Bytes]]:
    """Times, BGR pictures, brightness; a frame without a time stamp gets that of its place."""
    try:
        with av.open(str(clip)) as container:
            rate = float(container.streams.video[0].average_rate or 25)
            for count, frame in enumerate(container.decode(video=0)):
                at_s = count / rate if frame.time is None else frame.time
                picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                yield at_s, picture, np.asarray(frame.to_ndarray(format="gray"), np.uint8)
    except (FFmpegError, IndexError) as error:
        raise StreamError(f"{clip}: {getattr(error, 'strerror', None) or error}") from error
