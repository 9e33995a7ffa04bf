"""Clips with their truth in, at which size a network knows persons best out.

python -m benchmarks.bench_sizes [CLIP TRUTH ...] [--model NAME] [--every N]

TRUTH is in the MOT format. Each person is cut out of the frame and shown so tall, in pixels of the
canvas; found is one whose box is met at an IoU of a half, with a score of .4. The cost is that of
the look over one of 416 × 416. Without clips the demo's drawn yard is taken. `models/nanodet.py`
takes its size from here.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.bench_models import DEFAULT, SAME, of_clip, of_yard
from models.catalogue import INT8
from models.families import Detector
from models.load import object_network
from pipelines.flow import Box, Bytes
from pipelines.pixels import scaled
from pipelines.regions import Sight, Target, patch

HEIGHTS = (24, 36, 48, 60, 72, 84, 96, 108, 120, 140, 160, 180, 210, 250)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", type=Path, metavar="CLIP TRUTH")
    asked.add_argument("--model", default=INT8)
    asked.add_argument("--every", type=int, default=10, help="take every so manieth frame")
    words = asked.parse_args()
    network = object_network(words.model, minimum_score=DEFAULT)
    pairs = list(zip(words.clips[::2], words.clips[1::2], strict=True))
    for clip, truth in pairs or [(None, None)]:
        frames = of_clip(clip, truth, words.every) if clip and truth else of_yard(words.every)
        title = f"{clip.name if clip else 'drawn yard'}, {words.model}"
        Console().print(table(title, network, list(frames)))


def table(title: str, network: Detector, frames: Sequence[tuple[Bytes, list[Box]]]) -> Table:
    """A row for each height."""
    result = Table("pixels tall", "found", "mean score", "cost", "persons", title=title, box=None)
    for tall in HEIGHTS:
        seen = list(scores(network, frames, Sight(1 << 12, free=True, tall_px=tall)))
        found = np.mean([score >= DEFAULT for score, _ in seen])
        score, cost = np.mean(seen, axis=0)
        result.add_row(
            str(tall), f"{found:.2f}", f"{score:.2f}", f"{cost:.0%}", str(len(seen))
        )  # fmt: skip
    return result


def scores(
    network: Detector, frames: Sequence[tuple[Bytes, list[Box]]], sight: Sight
) -> Iterator[tuple[float, float]]:
    """For each person the best score with which it is found, and what the look costs."""
    for picture, truth in frames:
        height, width = picture.shape[:2]
        for person in truth:
            (region, scale) = part = patch(Target(person), sight, width, height)
            x0, y0, x1, y1 = (int(side) for side in region)
            shown = scaled(picture[y0:y1, x0:x1], scale)
            wanted = Box(*((a - b) * scale for a, b in zip(person, (x0, y0, x0, y0), strict=True)))
            met = (
                each.score
                for each in network(shown)
                if each.label == "person" and each.box.iou(wanted) >= SAME
            )
            yield max(met, default=0.0), part.cost(Sight(free=True))


if __name__ == "__main__":
    main()
