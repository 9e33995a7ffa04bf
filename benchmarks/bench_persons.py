"""Clips with their truth in, how well a box's own looks and tracks find persons, and at what cost.

python -m benchmarks.bench_persons CLIP TRUTH [CLIP TRUTH ...] [--json FILE]

TRUTH is in the MOT format. Motion, looks and tracks are a box's: once with a look at each frame,
once with the five per second that a camera may have. Found is a track that was seen within the last
quarter of a second, or that no look has missed since, at an IoU of a half. The time is that of
looks and tracks, per frame, over that of a pass of the network in FP32 over the whole frame, in the
same run; CPU time of one thread. The first 2.5 s of a clip are left out: until the background is
known nothing is told of motion. A hair in time decides which frame is looked at, so each clip is
watched three times, a fraction of a frame apart; shown are the median and what it lies between.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import av
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.bench_models import DEFAULT, judge, truth_of
from benchmarks.figures import Result, listed
from benchmarks.tables import told
from edge.config import Detector
from edge.decoding import frame_of
from edge.sentry import OVERLAP
from models.boxes import merged
from models.catalogue import AUTO, FP32
from models.load import object_network
from pipelines.camera import Watch
from pipelines.flow import Box, Detection, Frame, Track
from pipelines.looking import Looker
from pipelines.motion import MotionDetector
from pipelines.pixels import cut, whole
from pipelines.tracking import Tracker, present
from tocsin.bench.rounds import Spread, spread

JSON = Path("build/bench/persons.json")
PERSONS, F1, COST = "persons", "F1, a look at each frame", "time over a pass, a look at each frame"
EACH_FRAME, LIVE = 1000.0, Detector().looks_per_s
WARM_UP_S = 2.5
STARTS_S = (0.0, 1000.013, 2000.027)
EVERY_PASS = 20  # frames from one pass over the whole to the next
PERSON = "person"


class Row(msgspec.Struct, frozen=True):
    """One clip at one rate of looks; `time_ratio` is per frame, over a pass in FP32."""

    clip: str
    looks_per_s: float
    f1: Spread
    precision: Spread
    recall: Spread
    time_ratio: Spread


Pair = tuple[Path, Path]
"""A clip, and its truth in the MOT format."""


def figures(pairs: Sequence[Pair]) -> Result:
    """Each clip at both rates, as figures of the suite; nothing of no clips."""
    result = Result()
    for clip, truth in pairs:
        whole, live = (measured(clip, truth, rate) for rate in (EACH_FRAME, LIVE))
        rows = {
            F1: (whole.f1, ".3f"), COST: (whole.time_ratio, ".2f"),
            "precision, a look at each frame": (whole.precision, ".3f"),
            "recall, a look at each frame": (whole.recall, ".3f"),
            f"F1, {LIVE:g} looks a second": (live.f1, ".3f"),
            f"time over a pass, {LIVE:g} looks a second": (live.time_ratio, ".2f"),
        }  # fmt: skip
        result += Result(listed(PERSONS, clip.stem, rows))
    return result


def main() -> None:
    """Measure, print and write the rows."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="+", type=Path, metavar="CLIP TRUTH")
    asked.add_argument("--json", type=Path, default=JSON)
    words = asked.parse_args()
    pairs = list(zip(words.clips[::2], words.clips[1::2], strict=True))
    rows = [measured(*pair, rate) for pair in pairs for rate in (EACH_FRAME, LIVE)]
    Console(width=None if sys.stdout.isatty() else 132).print(table(rows))
    words.json.parent.mkdir(parents=True, exist_ok=True)
    words.json.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2))


def measured(clip: Path, truth: Path, looks_per_s: float) -> Row:
    """Watch a clip some times over."""
    boxes = truth_of(truth)
    runs = [once(clip, boxes, looks_per_s, start_s) for start_s in STARTS_S]
    f1, precision, recall, time_ratio = (spread(values) for values in zip(*runs, strict=True))
    return Row(clip.name, looks_per_s, f1, precision, recall, time_ratio)


def once(
    clip: Path, boxes: dict[int, list[Box]], looks_per_s: float, start_s: float
) -> tuple[float, float, float, float]:
    """Watch a clip from its beginning to its end: F1, precision, recall and time."""
    watch, full = watching(looks_per_s), object_network(FP32, minimum_score=DEFAULT)
    counts, spent_s, passes_s = np.zeros(3), [], []
    for number, frame in enumerate(frames(clip, start_s)):
        spent_s.append(watched(watch, frame))
        if number % EVERY_PASS == 0:
            picture, _ = cut(frame, whole(frame))
            begun_s = time.thread_time()
            full(picture)
            passes_s.append(time.thread_time() - begun_s)
        if frame.captured_s >= start_s + WARM_UP_S:
            counts += judge(found(watch.tracks, frame.captured_s), boxes.get(number, []))
    hits, false, missed = counts.tolist()
    f1 = 2 * hits / max(2 * hits + false + missed, 1)
    time_ratio = float(np.mean(spent_s) / np.median(passes_s))
    return f1, hits / max(hits + false, 1), hits / max(hits + missed, 1), time_ratio


def watching(looks_per_s: float) -> Watch:
    """A box's watch over one camera, with a rule about persons."""
    network = object_network(AUTO, minimum_score=Detector().minimum_score)
    looker = Looker(
        network, partial(merged, overlap=OVERLAP), per_s=looks_per_s, sight=network.sight,
        wanted=frozenset({PERSON}),
    )  # fmt: skip
    return Watch(motion=MotionDetector(), looker=looker, track=Tracker(), judges=[])


def watched(watch: Watch, frame: Frame) -> float:
    """CPU seconds that looks and tracks took on a frame; motion is measured elsewhere."""
    list(watch.see(frame))
    size, begun_s = (frame.width, frame.height), time.thread_time()
    wish = watch.wish(frame.captured_s, size, size)
    list(watch.wait(frame) if wish is None else watch.look(frame, wish))
    return time.thread_time() - begun_s


def found(tracks: Sequence[Track], now_s: float) -> list[Detection]:
    """Persons who were seen just now."""
    seen = (track for track in present(tracks, now_s) if track.label == PERSON)
    return [Detection(track.box, track.label, track.score) for track in seen]


def frames(clip: Path, start_s: float) -> Iterator[Frame]:
    """A clip's frames, at their times after a start."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        rate = float(stream.average_rate or 25)
        for number, picture in enumerate(container.decode(stream)):
            at_s = picture.time if picture.time is not None else number / rate
            yield frame_of(picture, start_s + at_s)


def table(rows: Sequence[Row]) -> Table:
    """The rows as a person reads them."""
    heads = ("clip", "looks per second", "F1", "precision", "recall", "time over a pass in FP32")
    result = Table(*heads, box=None)
    for row in rows:
        rate = "each frame" if row.looks_per_s == EACH_FRAME else f"{row.looks_per_s:g}"
        shares = (told(share, ".3f") for share in (row.f1, row.precision, row.recall))
        result.add_row(row.clip, rate, *shares, told(row.time_ratio, ".2f"))
    return result


if __name__ == "__main__":
    main()
