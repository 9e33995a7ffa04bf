"""Scenes in, what both their streams cost over real RTSP out; the server is not counted.

python -m benchmarks.bench_rtsp [CLIP_OR_FOLDER ...]

`aio-rtsp-toolkit` serves the files as they are, from a process of its own on another core.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console

from benchmarks import tables
from benchmarks.bench_streams import (
    BESIDE_DECODING,
    DECODE,
    FULL,
    MODES,
    SMALL,
    SUBSTREAM,
    WARM_S,
    unhurried,
    works,
)
from benchmarks.clips import Clip, idle_piece, scenes_in
from benchmarks.drawn import draw
from benchmarks.figures import Figure, Ratio, Result, ratios
from pipelines.errors import StreamError
from tocsin.bench.rounds import cores_of, spread
from tocsin.bench.side import Cost, Job
from tocsin.bench.truth import event_recall
from tocsin.demo.ports import free_port
from tocsin.demo.rtsp import url_of

RTSP_IDLE, RTSP_ACTIVE = "RTSP, idle", "RTSP, active"
_PIECE_S = 60.0


def figures(clip: Clip, *, rounds: int, seconds: float) -> Result:
    """Idle, and the whole scene once."""
    pieces = [
        idle_piece(each, clip.idle_until_s(), seconds=_PIECE_S) for each in (clip.main, clip.small)
    ]
    idle, _ = _measured(clip, pieces, rounds=rounds, seconds=seconds, warm_s=WARM_S)
    whole, recalls = _measured(
        clip, [clip.main, clip.small], rounds=1, seconds=clip.seconds - 1, warm_s=0.0
    )
    return Result(
        ratios(RTSP_IDLE, clip, idle, BESIDE_DECODING)
        + ratios(RTSP_ACTIVE, clip, whole, [Ratio(SUBSTREAM, FULL), *BESIDE_DECODING])
        + recalls
    )


def _measured(
    clip: Clip, files: list[Path], *, rounds: int, seconds: float, warm_s: float
) -> tuple[list[dict[str, Cost]], list[Figure]]:
    """Rounds over RTSP of a main and a small stream; and what was seen of the events."""
    names, done = [*MODES, DECODE, SMALL], []
    for turn in range(rounds):
        with _served(files, cores_of(turn + 1)) as (main, small):
            job = Job(source=main, substream=small, seconds=seconds, warm_s=warm_s)
            costs, _ = unhurried(works(replace(job, cores=cores_of(turn)), names))
        done.append(costs)
    recalls = [
        Figure(
            section=RTSP_ACTIVE, what=f"{name}, shown", clip=clip.name, kind=clip.kind,
            value=spread([event_recall(clip.scene, costs[name].looks) or 0.0 for costs in done]),
        )
        for name in MODES
    ]  # fmt: skip
    return done, recalls


@contextmanager
def _served(files: list[Path], cores: tuple[int, ...]) -> Iterator[list[str]]:
    """Serve files, each by a server of its own; yields their addresses."""
    with ExitStack() as servers:
        yield [servers.enter_context(_server(file.resolve(), cores)) for file in files]


@contextmanager
def _server(file: Path, cores: tuple[int, ...]) -> Iterator[str]:
    port = free_port()
    leash = [sys.executable, "-m", "tocsin.demo.leash", str(os.getpid())]
    command = [*leash, sys.executable, "-m", "tocsin.demo.rtsp", str(file.parent), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            if process.stdout is None or process.stdout.readline() != b"rtsp=ready\n":
                raise StreamError("the RTSP server did not come up")
            if cores:
                os.sched_setaffinity(process.pid, cores)
            yield url_of(file.stem, port)
        finally:
            process.kill()


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", type=Path)
    words, result = asked.parse_args(), Result()
    for clip in scenes_in(words.clips or [draw()])[:2]:
        result += figures(clip, rounds=3, seconds=8.0)
    tables.show(result, Console())


if __name__ == "__main__":
    main()
