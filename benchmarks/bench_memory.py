"""A scene in, what a further camera takes of memory out: many streams less some, over the rest.

python -m benchmarks.bench_memory [CLIP_OR_FOLDER ...]

Both counts run in a process of their own, on the idle piece of a scene. Decoding all of 64 main
streams is more than a small machine can do, so in `full` they play at a fifth of their pace: what a
decoder keeps does not depend on it.
"""

import argparse
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console

from benchmarks import tables
from benchmarks.clips import Clip, idle_piece, scenes_in
from benchmarks.drawn import draw
from benchmarks.figures import Figure, Result
from tocsin.bench.rounds import spread, together
from tocsin.bench.side import Job, pipeline

MEMORY, EACH = "memory, MB", "each further camera"
FEW, MANY = 8, 64
SLOWER = 5

_SECONDS = 60.0  # of a piece
_WARM_S = 4.0


def figures(clip: Clip, *, rounds: int, seconds: float, many: int = MANY) -> Result:
    """Both modes."""
    until_s = clip.idle_until_s()
    slow = idle_piece(clip.main, until_s, seconds=_SECONDS, slower=SLOWER)
    main = idle_piece(clip.main, until_s, seconds=_SECONDS)
    small = idle_piece(clip.small, until_s, seconds=_SECONDS)
    jobs = {
        "full": Job(source=str(slow), seconds=seconds, warm_s=_WARM_S),
        "substream": Job(
            source=str(main), substream=str(small), mode="substream", seconds=seconds,
            warm_s=_WARM_S,
        ),
    }  # fmt: skip
    made = []
    for mode, job in jobs.items():
        values = [_each_mb(job, many) for _ in range(rounds)]
        made.append(
            Figure(
                section=MEMORY, what=f"{mode}, {EACH}", clip=clip.name, kind=clip.kind,
                value=spread(values), form=".1f",
            )
        )  # fmt: skip
    notes = [] if many == MANY else [f"memory: {many} streams instead of {MANY}"]
    return Result(made, notes)


def _each_mb(job: Job, many: int) -> float:
    few, all_ = (
        together([(pipeline, replace(job, streams=count))], lambda _: None)[0].rss_mb
        for count in (FEW, many)
    )
    return (all_ - few) / (many - FEW)


def of_720(clips: list[Clip]) -> Clip:
    """The first clip that is 720 high, or else the first."""
    return next((clip for clip in clips if clip.kind.height == 720), clips[0])


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", type=Path)
    words = asked.parse_args()
    clip = of_720(scenes_in(words.clips or [draw()]))
    tables.show(figures(clip, rounds=2, seconds=10.0), Console())


if __name__ == "__main__":
    main()
