"""Files and folders in, scenes out: a main stream, the small one beside it, the truth, the kind.

A scene is `X.mp4`, `X_sub.mp4` and `X.json`. Pieces of it are cut, repeated and turned packet by
packet: nothing is encoded again, so that what is decoded is what the camera sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import av
import msgspec
import numpy as np

from pipelines.errors import ConfigError
from tocsin.bench.truth import Scene, load

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

PIECES = Path("build/bench/pieces")
STEADY = 0.06  # standard deviation over mean of what groups of pictures weigh, in a constant rate
RICH, POOR = 0.05, 0.03  # bits per pixel: a constant rate has more, a low rate less
DARK = 50.0  # mean brightness under which there is low light

Rate = Literal["CBR", "low-rate VBR", "VBR"]
Group: TypeAlias = "list[Packet[VideoStream]]"


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What sort of stream it is.

    rate  `CBR`: rich, and every group of pictures weighs the same; `low-rate VBR`: few bits for its
          pixels; `VBR`: what is neither
    """

    rate: Rate
    width: int
    height: int
    fps: float
    kbit_per_s: int
    dark: bool


@dataclass(frozen=True)
class Clip:
    """One scene."""

    main: Path
    small: Path
    truth: Path

    @property
    def name(self) -> str:
        """As tables call it."""
        return self.main.stem

    @cached_property
    def scene(self) -> Scene:
        """What is drawn on it."""
        return load(self.truth)

    @cached_property
    def kind(self) -> Kind:
        """What sort of stream its main one is."""
        return kind_of(self.main)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.scene.boxes) / self.scene.fps

    @property
    def active(self) -> float:
        """Share of frames on which something is drawn."""
        return sum(map(bool, self.scene.boxes)) / len(self.scene.boxes)

    def idle_until_s(self) -> float:
        """Seconds from the beginning in which nothing is drawn."""
        first = next((n for n, rows in enumerate(self.scene.boxes) if rows), None)
        return self.seconds if first is None else first / self.scene.fps


def scenes_in(words: Sequence[Path]) -> list[Clip]:
    """All whole scenes in folders and files, those of a constant rate first, the dark ones last.

    Raises ConfigError where there is none.
    """
    files = [file for word in words for file in (sorted(word.glob("*.mp4")) or [word])]
    found = [
        Clip(file, small, truth)
        for file in files
        if (truth := file.with_suffix(".json")).exists()
        and (small := file.with_name(f"{file.stem}_sub.mp4")).exists()
    ]
    if not found:
        raise ConfigError(f"{', '.join(map(str, words))}: no X.mp4 with X_sub.mp4 and X.json there")
    return sorted(found, key=lambda clip: (clip.kind.rate != "CBR", clip.kind.dark, clip.name))


def kind_of(path: Path) -> Kind:
    """Decide by the weight of its packets and one picture."""
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0))
        light = float(np.frombuffer(memoryview(picture.planes[0]), np.uint8).mean())
        width, height = picture.width, picture.height
    groups, fps = _groups(path)
    weights = [sum(packet.size for packet in group) for group in groups]
    seconds = sum(map(len, groups)) / fps
    bits = 8 * sum(weights) / (seconds * fps * width * height)
    whole = weights[1:-1] or weights
    steady = float(np.std(whole) / np.mean(whole)) <= STEADY
    rate: Rate = "CBR" if steady and bits >= RICH else "low-rate VBR" if bits < POOR else "VBR"
    return Kind(
        rate=rate, width=width, height=height, fps=fps, dark=light < DARK,
        kbit_per_s=round(8 * sum(weights) / seconds / 1000),
    )  # fmt: skip


def idle_piece(source: Path, until_s: float, *, seconds: float, slower: int = 1) -> Path:
    """The beginning of a stream up to `until_s`, again and again until it lasts `seconds`.

    slower  play it so many times slower: for counts of streams that no core could decode
    """
    groups, fps = _groups(source)
    ends = np.cumsum([len(group) for group in groups]) / fps
    kept = max(1, int(np.searchsorted(ends, until_s, side="right")))
    rounds = max(1, round(seconds / float(ends[kept - 1]) / slower + 0.5))
    name = f"{source.stem}.idle{'' if slower == 1 else slower}.mp4"
    return _written(PIECES / name, source, groups[:kept] * rounds, fps / slower)


def turned(source: Path, share: float) -> Path:
    """A stream that begins at a share of its length, and ends where it began."""
    groups, fps = _groups(source)
    first = round(share * len(groups)) % len(groups)
    return _written(
        PIECES / f"{source.stem}.turned{first}.mp4", source, groups[first:] + groups[:first], fps
    )


def _groups(path: Path) -> tuple[list[Group], float]:
    """A file's packets, a list for each keyframe, and its frames per second."""
    groups: list[Group] = []
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        for packet in container.demux(video):
            if packet.is_keyframe:
                groups.append([])
            if packet.size and groups:
                groups[-1].append(packet)
        return groups, float(video.average_rate or 25)


def _written(path: Path, like: Path, groups: list[Group], fps: float) -> Path:
    """Write packets, one frame time after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ticks = Fraction(1, 90000)
    step = round(90000 / fps)
    with av.open(str(like)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(packet for group in groups for packet in group):
            copied = av.Packet(bytes(packet))
            copied.time_base, copied.pts, copied.dts = ticks, number * step, number * step
            copied.duration, copied.is_keyframe, copied.stream = step, packet.is_keyframe, stream
            target.mux(copied)
    return path
