"""Clips in, what it costs to keep them under seal out, beside decoding the same packets alone.

python -m benchmarks.bench_evidence [CLIP ...] [--repeat N]

Three ways of the same packets, in turn, in one thread: decoded and nothing else; copied into
Matroska and sealed, as evidence is; decoded, blackened, encoded anew and sealed, as it is under
privacy masks. Read the ratios to decoding, medians over the turns. Without clips, the demo's drawn
cameras are taken.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from rich.console import Console
from rich.table import Table

from edge.clock import SystemClock
from edge.config import Camera, Stream
from edge.decoding import Decoder
from edge.evidence.muxing import muxer_of
from edge.evidence.sealed import SealedFile
from edge.feed import Parcel
from edge.stamping import Stamper
from edge.stream import opened
from edge.tally import Tally
from pipelines.custody import Custodian, text_of
from pipelines.sealing import About, Sealer
from pipelines.zones import Zone

CLIPS = Path("build/demo/clips")
QUARTER = Zone(id="private", polygon=((0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)))
_MOST = 1500  # packets of a clip
Way = Callable[[Sequence[Parcel]], int]


def parcels_of(clip: Path) -> list[Parcel]:
    """A clip's packets, as a feed hands them on."""
    camera = Camera(id="clip", place="p", url=str(clip), stream=Stream(realtime=False, loop=False))
    clock, found = SystemClock(), list[Parcel]()
    with opened(camera, clock=clock, wait=time.sleep) as stream:
        stamp = Stamper(stream, clock)
        for packet in stream.packets:
            captured_s, arrived_s = stamp(packet)
            found.append(Parcel(packet, stream.codec, packet.is_keyframe, captured_s, arrived_s))
            if len(found) == _MOST:
                break
    return found


def decoded(parcels: Sequence[Parcel]) -> int:
    """Decode, and nothing else."""
    decode = Decoder(parcels[0].codec, Tally("bench", "p"))
    return sum(len(decode(parcel.packet, parcel.captured_s)) for parcel in parcels)


def copied(parcels: Sequence[Parcel]) -> int:
    """Copy and seal; bytes of the file."""
    return _sealed(parcels)


def blackened(parcels: Sequence[Parcel]) -> int:
    """Decode, blacken a quarter, encode and seal; bytes of the file."""
    codec = replace(parcels[0].codec, privacy_masks=(QUARTER,))
    return _sealed([replace(parcel, codec=codec) for parcel in parcels])


def _sealed(parcels: Sequence[Parcel]) -> int:
    custodians = [
        Custodian(name=name, key=text_of(X25519PrivateKey.generate().public_key()))
        for name in ("one", "other")
    ]
    about = About(
        clip="bench", site="s", camera="c", place="p", rule="intrusion", begun=datetime.now(UTC)
    )
    with tempfile.TemporaryDirectory() as folder:
        file = SealedFile(Path(folder) / "clip.part", Sealer(about, custodians))
        mux = muxer_of(file, parcels[0].codec)
        for parcel in parcels:
            mux(parcel)
        mux.close()
        file.close()
        return file.length


WAYS: dict[str, Way] = {"decoded": decoded, "copied": copied, "blackened": blackened}


def measured(parcels: Sequence[Parcel], repeat: int) -> dict[str, list[float]]:
    """CPU seconds of each way, turn by turn."""
    spent: dict[str, list[float]] = {name: [] for name in WAYS}
    for turn in range(repeat):
        names = list(WAYS)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            begun_s = time.process_time()
            WAYS[name](parcels)
            spent[name].append(time.process_time() - begun_s)
    return spent


def main(words: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench_evidence")
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args(words)
    table = Table("clip", "s", "MiB", "decoded, core", "copied", "blackened", box=None)
    for clip in asked.clips or sorted(CLIPS.glob("*.mp4")):
        parcels = parcels_of(clip)
        spent = measured(parcels, asked.repeat)
        seconds = parcels[-1].captured_s - parcels[0].captured_s
        size = sum(parcel.packet.size for parcel in parcels) / 2**20
        alone = statistics.median(spent["decoded"])
        ratios = (
            statistics.median(a / b for a, b in zip(spent[name], spent["decoded"], strict=True))
            for name in ("copied", "blackened")
        )
        table.add_row(
            clip.name, f"{seconds:.0f}", f"{size:.1f}", f"{alone / seconds:.3f}",
            *(f"{ratio:.2f} ×" for ratio in ratios),
        )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
