"""A frame's size in, what privacy masks cost beside decoding out, on drawn pictures.

python -m benchmarks.bench_blackening [--seconds N]

A clip is decoded in turns, without a mask, with one over a tenth of the picture and with one over
all of it; what is told is CPU time of the one thread per frame, and the others over the first.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from edge.clock import SystemClock
from edge.config import Camera, Stream
from edge.decoding import decoded
from edge.stream import opened
from edge.tally import Tally
from pipelines.flow import Bytes
from pipelines.zones import Zone
from tocsin.demo.clips import write_clip

SIZES = ((640, 360), (1280, 720), (1920, 1080))
FPS, ROUNDS = 25, 5
TENTH = Zone(id="tenth", polygon=((0, 0), (0.4, 0), (0.4, 0.25), (0, 0.25)))
ALL = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--seconds", type=int, default=4, help="of each clip")
    words = asked.parse_args()
    table = Table("picture", "decoding, µs", "a tenth masked", "all masked", box=None)
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            clip = Path(folder) / f"{size[1]}.mp4"
            write_clip(clip, pictures(size, words.seconds * FPS), fps=FPS)
            plain, *masked = measured(clip)
            ratios = (f"{each:.0f} ({each / plain:.2f}×)" for each in masked)
            table.add_row(f"{size[0]}×{size[1]}", f"{plain:.0f}", *ratios)
    Console().print(table)


def pictures(size: tuple[int, int], count: int) -> Iterator[Bytes]:
    """A wall with noise, over which a square walks; (H * 3 / 2, W) uint8 I420."""
    width, height = size
    random = np.random.default_rng(1)
    wall = random.integers(60, 160, (height * 3 // 2, width), np.uint8)
    for number in range(count):
        picture = wall + random.integers(0, 6, wall.shape, np.uint8)
        x = number * width // (2 * count)
        picture[height // 3 : height // 2, x : x + height // 6] = 230
        yield picture


def measured(clip: Path) -> list[float]:
    """Microseconds of CPU per frame without a mask and with each; medians over rounds in turn."""
    sides: tuple[tuple[Zone, ...], ...] = ((), (TENTH,), (ALL,))
    spent = [[cost(clip, *masks) for masks in sides] for _ in range(ROUNDS)]
    return [float(each) for each in np.median(np.array(spent), axis=0)]


def cost(clip: Path, *masks: Zone) -> float:
    """Microseconds of CPU per frame."""
    stream = Stream(realtime=False, loop=False)
    camera = Camera(id="a", place="p", url=str(clip), stream=stream, privacy_masks=masks)
    tally = Tally("a", "p")
    with opened(camera, clock=SystemClock(), wait=time.sleep) as source:
        begun_s = time.thread_time()
        frames = sum(1 for _ in decoded(source, clock=SystemClock(), tally=tally))
        return 1e6 * (time.thread_time() - begun_s) / frames


if __name__ == "__main__":
    main()
