"""Clips in, what it costs to show them live out, beside decoding the same packets alone.

python -m benchmarks.bench_live [CLIP ...] [--packets N] [--repeat N]

Three ways of the same packets, in turn, in one process: decoded and nothing else; decoded, and a
redacted still each second; decoded, and a redacted film of 8 pictures a second. Read the ratios to
decoding, medians over the turns: 2 means that a view costs as much again as decoding the camera.
Where only the small stream is watched, an open film costs the decoding of the large one as well.
Without clips, the demo's drawn cameras are taken.
"""

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bench_evidence import CLIPS, parcels_of
from edge.clock import SystemClock
from edge.config import Detector
from edge.decoding import Decoder
from edge.feed import Parcel
from edge.live.settings import LiveViews
from edge.live.view import View
from edge.tally import Tally
from edge.worker import Networks, load_networks
from pipelines.flow import Track
from pipelines.liveview import Rate

_LEASE_S = 3600.0
WAYS: tuple[Rate | None, ...] = (None, "low", "full")


class Sent:
    """What a view sent."""

    def __init__(self) -> None:
        self.bytes = 0

    def __call__(self, _camera: str, part: bytes) -> None:
        """Count a part."""
        self.bytes += len(part)


def shown(parcels: Sequence[Parcel], rate: Rate | None, networks: Networks) -> tuple[int, int]:
    """Decode, and show what is decoded at a rate; pictures shown and bytes sent."""
    tally, sent = Tally("bench", "p"), Sent()
    decode = Decoder(parcels[0].codec, tally)
    redactor = partial(networks.redactor, each=True)
    view = View(tally, LiveViews(), redactor, sent, threading.Event(), SystemClock())
    if rate is not None:
        view.open(rate, _LEASE_S)
    for parcel in parcels:
        for frame in decode(parcel.packet, parcel.captured_s):
            view.offer(frame, _nobody)
            while view.step():
                pass
    return tally.live_frames, sent.bytes


def _nobody(_width: int, _height: int) -> Sequence[Track]:
    return ()


def measured(
    parcels: Sequence[Parcel], networks: Networks, repeat: int
) -> tuple[dict[Rate | None, list[float]], dict[Rate | None, tuple[int, int]]]:
    """CPU seconds of each way, turn by turn, and what it showed."""
    spent: dict[Rate | None, list[float]] = {way: [] for way in WAYS}
    made: dict[Rate | None, tuple[int, int]] = {}
    for turn in range(repeat):
        for way in WAYS[turn % 3 :] + WAYS[: turn % 3]:
            begun_s = time.process_time()
            made[way] = shown(parcels, way, networks)
            spent[way].append(time.process_time() - begun_s)
    return spent, made


def main(words: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench_live")
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--packets", type=int, default=500, help="of each clip, at most")
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args(words)
    networks = load_networks(Detector())
    networks.snapshot.warm_up()
    head = ("clip", "s", "decoded, core", "low", "full", "low, core", "full, core", "kbit/s")
    table = Table(*head, box=None)
    for clip in asked.clips or sorted(CLIPS.glob("*.mp4")):
        parcels = parcels_of(clip)[: asked.packets]
        spent, made = measured(parcels, networks, asked.repeat)
        seconds = parcels[-1].captured_s - parcels[0].captured_s
        pairs = {way: list(zip(spent[way], spent[None], strict=True)) for way in ("low", "full")}
        ratios = [statistics.median(a / b for a, b in pairs[way]) for way in ("low", "full")]
        more = [statistics.median(a - b for a, b in pairs[way]) for way in ("low", "full")]
        table.add_row(
            clip.name, f"{seconds:.0f}", f"{statistics.median(spent[None]) / seconds:.3f}",
            *(f"{ratio:.2f} ×" for ratio in ratios), *(f"{each / seconds:.3f}" for each in more),
            f"{made['full'][1] * 8 / 1000 / seconds:.0f}",
        )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
