"""Clips with their truth in, what each network finds of persons and what it costs out.

python -m benchmarks.bench_models [CLIP TRUTH ...] [--model NAME ...] [--every N] [--json FILE]

TRUTH is in the MOT format: frame from 1, id, left, top, width, height. Without clips the demo's
drawn yard is taken, with the walk that it was drawn from. Every network sees every frame in turn
within one run, so that noise on the machine hits all alike; time is that of the CPU; read the
ratios. F1 is that of persons at an IoU of a half, at the detector's default score and at the best
of several.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from models.catalogue import FP32, INT8
from models.load import object_network
from models.tiles import Network, tiled
from pipelines.flow import Box, Bytes, Detection
from tocsin.bench.truth import VISIBLE
from tocsin.demo.scenes import Painter
from tocsin.demo.script import SCENES

SCORES = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
DEFAULT = 0.4
JSON = Path("build/bench/models.json")

SAME = 0.5


@dataclass
class Row:
    """One network on one clip: hits, false finds and misses at each score, and its time.

    pictures  the same of each picture
    """

    counts: dict[float, list[int]] = field(
        default_factory=lambda: {score: [0, 0, 0] for score in SCORES}
    )
    spent_s: list[float] = field(default_factory=list)
    pictures: list[dict[float, tuple[int, int, int]]] = field(default_factory=list)

    def f1(self, score: float) -> float:
        """Harmonic mean of precision and recall."""
        hits, false, missed = self.counts[score]
        return 2 * hits / max(1, 2 * hits + false + missed)

    def best(self) -> float:
        """The best F1 of all scores."""
        return max(map(self.f1, SCORES))

    def add(self, judged: dict[float, tuple[int, int, int]]) -> None:
        """Count one picture."""
        self.pictures.append(judged)
        for score, counts in self.counts.items():
            counts[:] = [sum(pair) for pair in zip(counts, judged[score], strict=True)]

    def drawn_again(self, numbers: Sequence[int]) -> "Row":
        """The row that these pictures would give, some of them several times."""
        other = Row()
        for number in numbers:
            other.add(self.pictures[number])
        return other

    def milliseconds(self) -> float:
        """Median time of a picture."""
        return float(np.median(self.spent_s)) * 1000


def measure(
    networks: dict[str, Network], frames: Iterator[tuple[Bytes, list[Box]]]
) -> dict[str, Row]:
    """Show every frame to every network, in turn."""
    rows = {name: Row() for name in networks}
    for picture, truth in frames:
        for name, network in networks.items():
            began_s = time.thread_time()
            found = network(picture)
            rows[name].spent_s.append(time.thread_time() - began_s)
            persons = [each for each in found if each.label == "person"]
            judged = {
                score: judge([each for each in persons if each.score >= score], truth)
                for score in SCORES
            }
            rows[name].add(judged)
    return rows


def judge(found: list[Detection], truth: list[Box]) -> tuple[int, int, int]:
    """Hits, false finds and misses; the surest finds choose first."""
    left, hits = list(truth), 0
    for each in sorted(found, key=lambda each: -each.score):
        near = max(left, key=each.box.iou, default=None)
        if near is not None and each.box.iou(near) >= SAME:
            left.remove(near)
            hits += 1
    return hits, len(found) - hits, len(left)


def of_clip(clip: Path, truth: Path, every: int) -> Iterator[tuple[Bytes, list[Box]]]:
    """Every so manieth frame of a clip, with the persons that are on it."""
    boxes = truth_of(truth)
    with av.open(str(clip)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % every == 0:
                picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                yield picture, boxes.get(number, [])


def truth_of(path: Path) -> dict[int, list[Box]]:
    """All persons by frame, counted from 0, those too whom the truth says not to count."""
    boxes: dict[int, list[Box]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        number, _, x, y, width, height = map(float, line.split(",")[:6])
        boxes.setdefault(int(number) - 1, []).append(Box(x, y, x + width, y + height))
    return boxes


def of_yard(every: int) -> Iterator[tuple[Bytes, list[Box]]]:
    """The drawn yard, with the astronaut where she is at least half to be seen."""
    scene = SCENES[0]
    painter = Painter(scene)
    for at_s in np.arange(10.0, 24.0, every / scene.fps):
        there = [each.box for each in painter.outlines(at_s) if each.visible >= VISIBLE]
        planar = painter(at_s)
        yield np.asarray(cv2.cvtColor(planar, cv2.COLOR_YUV2BGR_I420), np.uint8), there


def main() -> None:
    """Measure, print and write the rows."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("clips", nargs="*", type=Path, metavar="CLIP TRUTH")
    asked.add_argument("--model", action="append", help="more than those that are shipped")
    asked.add_argument("--every", type=int, default=1, help="take every so manieth frame")
    asked.add_argument("--json", type=Path, default=JSON, help="write the rows here")
    words = asked.parse_args()
    pairs = list(zip(words.clips[::2], words.clips[1::2], strict=True))
    told = []
    for clip, truth in pairs or [(None, None)]:
        frames = of_clip(clip, truth, words.every) if clip and truth else of_yard(words.every * 5)
        rows = measured_networks(words.model or [], frames)
        told += show(clip.name if clip else "drawn yard", rows)
    words.json.parent.mkdir(parents=True, exist_ok=True)
    words.json.write_bytes(msgspec.json.format(msgspec.json.encode(told)))


def measured_networks(
    more: Sequence[str], frames: Iterator[tuple[Bytes, list[Box]]]
) -> dict[str, Row]:
    """What is shipped and `more`, on some frames."""
    return measure(networks(more), frames)


def networks(more: Sequence[str]) -> dict[str, Network]:
    """What is compared, the FP32 that everything is measured against first."""
    names = (FP32, INT8, *more)
    made: dict[str, Network] = {n: object_network(n, minimum_score=SCORES[0] / 2) for n in names}
    return made | {f"{INT8}, whole + 2 tiles": tiled(made[INT8])}


def show(clip: str, rows: dict[str, Row]) -> list[dict[str, object]]:
    """Print a table; returns its rows."""
    base = rows[FP32]
    table = Table(clip, "F1 at .4", "best F1", "less FP32's", "ms", "of FP32's", box=None)
    told: list[dict[str, object]] = []
    for name, row in rows.items():
        ratio = row.milliseconds() / base.milliseconds()
        f1, best, less = row.f1(DEFAULT), row.best(), row.best() - base.best()
        table.add_row(
            name, f"{f1:.3f}", f"{best:.3f}", f"{less:+.3f}", f"{row.milliseconds():.1f}",
            f"{ratio:.2f}",
        )  # fmt: skip
        told.append({"clip": clip, "model": name, "f1": f1, "best_f1": best, "time_ratio": ratio})
    Console().print(table)
    return told


if __name__ == "__main__":
    main()
