"""Clips in, what watching a camera's health costs beside decoding it out.

python -m benchmarks.bench_health [CLIP ...]

Decodes each clip once, on one thread, and takes the CPU time of the decoder, of motion and of
health frame by frame. Read the shares; without clips, the demo's drawn cameras are taken.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import av
from rich.console import Console
from rich.table import Table

from edge.decoding import frame_of
from pipelines.flow import Facts, Frame
from pipelines.health import Health
from pipelines.healthrules import HealthRules
from pipelines.motion import MotionDetector
from tocsin.demo.script import SCENES
from tocsin.demo.show import Bars
from tocsin.demo.studio import draw_all

CLIPS = Path("build/demo/clips")
WARM_S = 5.0
Value = TypeVar("Value")


class Watch:
    """Adds up what some calls take."""

    def __init__(self) -> None:
        self.spent_s: list[float] = []

    def __call__(self, call: Callable[[], Value]) -> Value:
        """Make a call and note how long it took."""
        begun_s = time.thread_time()
        value = call()
        self.spent_s.append(time.thread_time() - begun_s)
        return value

    def per_s(self, fps: float) -> float:
        """Microseconds per second of video, after the first seconds."""
        warm = self.spent_s[round(WARM_S * fps) :] or self.spent_s
        return 1e6 * fps * sum(warm) / len(warm)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", type=Path)
    console = Console()
    table = Table("clip", "decoding, µs/s", "motion", "health", "of decoding", "told")
    for clip in asked.parse_args().clips or _drawn(console):
        table.add_row(*measured(clip))
    console.print(table)


def _drawn(console: Console) -> list[Path]:
    bars = Bars(console)
    with bars.progress:
        folder = draw_all(CLIPS, bars)
    return [folder / f"{scene.name}.mp4" for scene in SCENES]


def measured(clip: Path) -> tuple[str, ...]:
    """One clip's row: microseconds per second of video, and what health told of it."""
    detector = MotionDetector()
    facts = Facts(site="bench", camera="bench", place="bench", rule="intrusion")
    health = Health(HealthRules(), facts, lambda: "")
    decoding, motion, judging, nothing = Watch(), Watch(), Watch(), Watch()
    told: list[str] = []
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        fps = float(stream.average_rate or 25)
        frames = _frames(container.decode(stream), fps)
        while (frame := decoding(lambda: next(frames, None))) is not None:
            moving = motion(lambda frame=frame: detector(frame))  # type: ignore[misc]
            found = judging(lambda f=frame, m=moving: list(health(f, m, ())))  # type: ignore[misc]
            nothing(lambda: None)
            told += [f"{each.facts.rule} {each.facts.phase}" for each in found]
    looking_s = nothing.per_s(fps)  # what it takes to look at the clock
    spent = [watch.per_s(fps) - looking_s for watch in (decoding, motion, judging)]
    share = f"{100 * spent[2] / spent[0]:.2f} %"
    return clip.stem, *(f"{each:.0f}" for each in spent), share, ", ".join(told) or "nothing"


def _frames(pictures: Iterator[av.VideoFrame], fps: float) -> Iterator[Frame]:
    for number, picture in enumerate(pictures):
        yield frame_of(picture, 1e9 + (number / fps if picture.time is None else picture.time))


if __name__ == "__main__":
    main()
