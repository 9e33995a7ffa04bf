"""Clips in, what telling motion costs and what it sees out, beside what is commonly done.

python -m benchmarks.bench_motion [CLIP ...] [--seconds S] [--json FILE]

Each detector gets a decoder of its own, as in a pipeline; they take 50 frames of the clip in turn,
in another order each time, and their thread's processor time counts. Read the ratios: each is the
median over these pieces, with its 10th and 90th percentile. At a lower rate every frame is
decoded and some are looked at: its ratio to absdiff is that of all frames.

  object-frame  an object of which at least half is visible, in one frame; it is found when one
                region covers at least a quarter of its box
  idle frame    nothing is drawn there, not even a part; warm-up and tails count too

Where `<clip>.json` lies beside a clip, it is the truth; `<clip>_sub.mp4` shares that of `<clip>`.
Without clips, the demo's drawn cameras are taken.
"""

import argparse
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from edge.decoding import frame_of
from pipelines.flow import Box, Frame
from pipelines.motion import MotionDetector
from tocsin.bench.peers import AbsDiff, Subtractor
from tocsin.bench.truth import Scene, load
from tocsin.demo.script import SCENES
from tocsin.demo.show import Bars
from tocsin.demo.studio import draw_all

See = Callable[[Frame], tuple[Box, ...]]
CLIPS = Path("build/demo/clips")
JSON = Path("build/bench/motion.json")
OURS, DIFF = "tocsin", "absdiff"
COVERED = 0.25
PIECE = 50
SLOWER_FPS = (10.0, 5.0)


@dataclass
class Score:
    """What a detector found on a clip."""

    objects: int = 0
    found: int = 0
    idle: int = 0
    alarms: int = 0
    frames: int = 0
    moving: int = 0

    def add(self, regions: tuple[Box, ...], frame: Frame, at_s: float, scene: Scene | None) -> None:
        """Count one frame."""
        self.frames += 1
        self.moving += bool(regions)
        if scene is None:
            return
        index = round(at_s * scene.fps)
        if index < len(scene.boxes) and not scene.boxes[index]:
            self.idle += 1
            self.alarms += bool(regions)
        for share in scene.at(at_s).values():
            box = Box(*(part * size for part, size in zip(share, _size(frame), strict=True)))
            self.objects += 1
            self.found += any(r.overlap(box) >= COVERED * box.area for r in regions)

    @property
    def recall(self) -> float | None:
        """Share of object-frames that were found."""
        return self.found / self.objects if self.objects else None

    @property
    def idle_alarms(self) -> float | None:
        """Share of idle frames with a region."""
        return self.alarms / self.idle if self.idle else None


@dataclass
class Run:
    """One detector's way through a clip, with a decoder of its own; `see` of nothing only decodes.

    pieces_s  seconds that each piece took: decoding, telling motion
    """

    clip: Path
    see: See | None
    scene: Scene | None
    every_s: float = 0.0
    score: Score = field(default_factory=Score)
    spent_s: list[float] = field(default_factory=list)
    pieces_s: list[tuple[float, float]] = field(default_factory=list)
    next_s: float = 0.0

    def __post_init__(self) -> None:
        self.frames = _frames(self.clip)

    def piece(self) -> bool:
        """Take the next frames; say whether there were any."""
        decoding_s, before = 0.0, len(self.spent_s)
        frame = None
        for frame, at_s, decoded_s in itertools.islice(self.frames, PIECE):
            decoding_s += decoded_s
            if self.see is not None and at_s >= self.next_s - 1e-3:
                self._look(self.see, frame, at_s)
        self.pieces_s.append((decoding_s, sum(self.spent_s[before:])))
        return frame is not None

    def _look(self, see: See, frame: Frame, at_s: float) -> None:
        self.next_s = max(self.next_s + self.every_s, at_s)
        begin = time.thread_time()
        regions = see(frame)
        self.spent_s.append(time.thread_time() - begin)
        self.score.add(regions, frame, at_s, self.scene)

    def telling_s(self) -> list[float]:
        """What telling motion took in each whole piece; the first warms up."""
        return [telling for _, telling in self.pieces_s[1:-1]]

    def all_s(self) -> list[float]:
        """The same with decoding."""
        return [sum(both) for both in self.pieces_s[1:-1]]


class Row(msgspec.Struct, frozen=True):
    """One detector on one clip; the ratios are median, 10th and 90th percentile.

    over  its time over that of each of the others
    """

    clip: str
    detector: str
    microseconds: float
    to_absdiff: tuple[float, float, float]
    over: dict[str, tuple[float, float, float]]
    to_decode_only: tuple[float, float, float]
    recall: float | None
    idle_alarms: float | None
    moving: float


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", type=Path)
    asked.add_argument("--seconds", type=float, default=120.0, help="of each clip, at 25 fps")
    asked.add_argument("--json", type=Path, default=JSON)
    words = asked.parse_args()
    hold_still()
    console, rows = Console(width=None if sys.stdout.isatty() else 132), []
    for clip in words.clips or _drawn(console):
        of_clip = measured(clip, words.seconds)
        console.print(table(of_clip))
        rows += of_clip
    for line in (__doc__ or "").split("\n\n")[3].splitlines():
        console.print(line, highlight=False)
    words.json.parent.mkdir(parents=True, exist_ok=True)
    words.json.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2))


def hold_still() -> None:
    """One core and one thread for all."""
    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _drawn(console: Console) -> list[Path]:
    bars = Bars(console)
    with bars.progress:
        folder = draw_all(CLIPS, bars)
    return [folder / f"{scene.name}.mp4" for scene in SCENES]


def measured(clip: Path, seconds: float) -> list[Row]:
    """Run all detectors through one clip."""
    truth = clip.with_name(f"{clip.stem.removesuffix('_sub')}.json")
    scene = load(truth) if truth.exists() else None
    runs = {name: Run(clip, see, scene) for name, see in _detectors().items()}
    slower = {f"{OURS} at {fps:g} fps": Run(clip, _ours(), scene, 1 / fps) for fps in SLOWER_FPS}
    bare = Run(clip, None, None)
    for turn in range(max(3, round(seconds * 25 / PIECE))):
        everyone = [bare, *runs.values(), *slower.values()]
        start = turn % len(everyone)
        done = [run.piece() for run in everyone[start:] + everyone[:start]]
        if not all(done):
            break
    return [_row(clip, name, run, runs, bare) for name, run in (runs | slower).items()]


def _detectors() -> dict[str, See]:
    return {
        OURS: _ours(),
        DIFF: AbsDiff(),
        "absdiff, every 4th pixel": AbsDiff(cv2.INTER_LINEAR),
        "MOG2": Subtractor(cv2.createBackgroundSubtractorMOG2()),
        "KNN": Subtractor(cv2.createBackgroundSubtractorKNN()),
    }


def _ours() -> See:
    detector = MotionDetector()
    return lambda frame: detector(frame).regions


def _frames(clip: Path) -> Iterator[tuple[Frame, float, float]]:
    """Frames, their time in the clip, and how long decoding each took."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        pictures = container.decode(stream)
        for number in itertools.count():
            begin = time.thread_time()
            picture = next(pictures, None)
            if picture is None:
                return
            spent_s = time.thread_time() - begin
            at_s = picture.time if picture.time is not None else number / 25
            yield frame_of(picture, 1e9 + at_s), at_s, spent_s


def _row(clip: Path, name: str, run: Run, others: dict[str, Run], bare: Run) -> Row:
    score = run.score
    over = {of: _ratios(run.telling_s(), each.telling_s()) for of, each in others.items()}
    return Row(
        clip.stem,
        name,
        1e6 * float(np.mean(run.spent_s)),
        over[DIFF],
        over,
        _ratios(run.all_s(), bare.all_s()),
        score.recall,
        score.idle_alarms,
        score.moving / max(1, score.frames),
    )


def _ratios(mine: list[float], theirs: list[float]) -> tuple[float, float, float]:
    """Median and spread of the ratio, piece by piece."""
    middle, low, high = np.percentile(np.divide(mine, theirs), (50, 10, 90)).tolist()
    return middle, low, high


def _size(frame: Frame) -> tuple[int, int, int, int]:
    return frame.width, frame.height, frame.width, frame.height


def table(rows: list[Row]) -> Table:
    """One clip's rows as a person reads them."""
    result = Table(title=rows[0].clip)
    result.add_column("detector", min_width=17)
    for name in (
        "µs mean",
        "× absdiff",
        "× decode only",
        "recall",
        "idle alarms",
        "frames with motion",
    ):
        result.add_column(name, justify="right")
    for row in rows:
        result.add_row(
            row.detector,
            f"{row.microseconds:.0f}",
            _spread(row.to_absdiff),
            _spread(row.to_decode_only),
            "–" if row.recall is None else f"{row.recall:.3f}",
            "–" if row.idle_alarms is None else f"{row.idle_alarms:.4f}",
            f"{row.moving:.3f}",
        )
    return result


def _spread(ratio: tuple[float, float, float]) -> str:
    middle, low, high = ratio
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


if __name__ == "__main__":
    main()
