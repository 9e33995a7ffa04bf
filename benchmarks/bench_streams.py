"""Scenes in, what watching costs beside decoding, beside a detector and beside ffmpeg out.

python -m benchmarks.bench_streams [CLIP_OR_FOLDER ...] [--rounds N] [--seconds S]

Idle is the beginning of a scene, in which nothing is drawn, again and again; active is the whole
scene, once, beside its truth. All sides of a round run at the same time on the same core; with
several streams each, on all cores. Only the detector on every frame has another core, since no core
has room for it. A round in which a side fell behind and skipped packets is done again, with half as
many streams where there are several.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console

from benchmarks import tables
from benchmarks.clips import Clip, idle_piece, scenes_in
from benchmarks.drawn import draw
from benchmarks.every_frame import every_frame
from benchmarks.figures import Figure, Ratio, Result, ratios
from tocsin.bench.piped import piped
from tocsin.bench.rounds import Work, cores_of, spread, together
from tocsin.bench.side import Cost, Job, decoding, pipeline
from tocsin.bench.truth import event_recall, found_recall, idle_false_positive_rate

FULL, SUBSTREAM, KEYFRAME = "full", "substream", "keyframe"
DECODE, SMALL = "decode only", "small stream only"
PIPE, SMALL_PIPE, EVERY = "ffmpeg pipe", "ffmpeg pipe, small", "every frame"
MODES = (FULL, SUBSTREAM, KEYFRAME)

IDLE, IDLE_ONE, ACTIVE, RECALL = "idle, 8 streams", "idle, 1 stream", "active", "active, recall"
BESIDE_DECODING = (
    Ratio(FULL, DECODE),
    Ratio(SUBSTREAM, SMALL),
    Ratio(SUBSTREAM, DECODE),
    Ratio(KEYFRAME, DECODE),
)
BESIDE_PIPE = (Ratio(FULL, PIPE), Ratio(SUBSTREAM, PIPE), Ratio(SUBSTREAM, SMALL_PIPE))
BESIDE_DETECTOR = (Ratio(FULL, EVERY), Ratio(SUBSTREAM, EVERY))

WARM_S = 3.0  # in which motion learns what stands still
_TRIES = 3
_STREAMS = 8

Costs = dict[str, Cost]
Say = Callable[[str], None]


def idle(clip: Clip, *, rounds: int, seconds: float, streams: int = _STREAMS) -> Result:
    """What nothing costs, in each mode."""
    section = IDLE_ONE if streams == 1 else IDLE
    lasts_s = seconds + 2 * WARM_S
    main = idle_piece(clip.main, clip.idle_until_s(), seconds=lasts_s)
    small = idle_piece(clip.small, clip.idle_until_s(), seconds=lasts_s)
    job = Job(
        source=str(main), substream=str(small), streams=streams, seconds=seconds, warm_s=WARM_S
    )
    wanted, names = list(BESIDE_DECODING), [*MODES, DECODE, SMALL]
    if streams == 1:
        wanted, names = [*wanted, *BESIDE_PIPE], [*names, PIPE, SMALL_PIPE]
    done, late = [], False
    for turn in range(rounds):
        cores = cores_of(turn, 1 if streams == 1 else 1024)
        costs, late = unhurried(works(replace(job, cores=cores), names))
        done.append(costs)
        if late and streams > 1:
            return idle(clip, rounds=rounds, seconds=seconds, streams=streams // 2)
    name = clip.name if streams in {1, _STREAMS} else f"{clip.name}, {streams} streams"
    notes = [f"{section}, {clip.name}: a side skipped packets"] if late else []
    return Result(ratios(section, clip, done, wanted, name=name), notes)


def active(clip: Clip, *, rounds: int) -> Result:
    """The whole scene, once a round, with what was seen of its events."""
    job = Job(source=str(clip.main), substream=str(clip.small), seconds=clip.seconds, loop=False)
    names, done, notes = [*MODES, DECODE, SMALL, PIPE, SMALL_PIPE, EVERY], [], []
    for turn in range(rounds):
        planned = works(replace(job, cores=cores_of(turn)), names)
        planned[EVERY] = (every_frame, replace(job, cores=cores_of(turn + 1)))
        costs, late = unhurried(planned)
        done.append(costs)
        notes += [f"active, {clip.name}: a side skipped packets"] if late else []
    wanted = [Ratio(SUBSTREAM, FULL), *BESIDE_DECODING, *BESIDE_PIPE, *BESIDE_DETECTOR]
    figures = ratios(ACTIVE, clip, done, wanted) + _looks(clip, done) + _seen(clip, done)
    return Result(figures, notes)


def _looks(clip: Clip, rounds: list[Costs]) -> list[Figure]:
    """What the network alone takes, beside the network on every frame."""
    return [
        Figure(
            section=ACTIVE, what=f"{name} / {EVERY}, looks alone", clip=clip.name, kind=clip.kind,
            value=spread([costs[name].each_look / costs[EVERY].each_look for costs in rounds]),
            form=".3f",
        )
        for name in (FULL, SUBSTREAM)
    ]  # fmt: skip


def _seen(clip: Clip, rounds: list[Costs]) -> list[Figure]:
    """Recall of each mode, and how much of the detector's on every frame it is."""
    figures = []
    for name in (*MODES, PIPE, EVERY):
        found = [found_recall(clip.scene, costs[name].found) or 0.0 for costs in rounds]
        every = [found_recall(clip.scene, costs[EVERY].found) or 0.0 for costs in rounds]
        told = {f"{name}, found": found}
        if name != EVERY:
            looks = [event_recall(clip.scene, costs[name].looks) or 0.0 for costs in rounds]
            shown_full = [event_recall(clip.scene, costs[FULL].looks) or 0.0 for costs in rounds]
            told |= {
                f"{name}, shown": looks,
                f"{name}, shown / {FULL}'s": _over(looks, shown_full),
                f"{name}, found / {EVERY}'s": _over(found, every),
            }
        if name in MODES:
            motions = [
                idle_false_positive_rate(clip.scene, costs[name].motions) or 0.0 for costs in rounds
            ]
            told[f"{name}, idle alarms"] = motions
        figures += [
            Figure(section=RECALL, what=what, clip=clip.name, kind=clip.kind, value=spread(values))
            for what, values in told.items()
        ]
    return figures


def _over(ours: list[float], theirs: list[float]) -> list[float]:
    """One where there was nothing to see for either."""
    return [mine / other if other else 1.0 for mine, other in zip(ours, theirs, strict=True)]


def works(job: Job, names: list[str]) -> dict[str, Work]:
    """Sides by their names."""
    main, small = replace(job, substream=""), replace(job, source=job.substream, substream="")
    known: dict[str, Work] = {
        FULL: (pipeline, replace(main, mode="full")),
        SUBSTREAM: (pipeline, replace(job, mode="substream")),
        KEYFRAME: (pipeline, replace(main, mode="keyframe")),
        DECODE: (decoding, main),
        SMALL: (decoding, small),
        PIPE: (piped, job),
        SMALL_PIPE: (piped, small),
        EVERY: (every_frame, main),
    }
    return {name: known[name] for name in names}


def unhurried(planned: dict[str, Work]) -> tuple[Costs, bool]:
    """Run all sides; again when one skipped packets. Also says whether one still did."""
    for _ in range(_TRIES):
        costs = dict(zip(planned, together(list(planned.values()), _quiet), strict=True))
        late = any(cost.skipped for cost in costs.values())
        if not late:
            break
    return costs, late


def _quiet(_: float) -> None:
    """Nobody watches the seconds pass."""


def measured(clip: Clip, *, rounds: int, seconds: float, say: Say) -> Result:
    """All of one clip."""
    say(f"{clip.name}: idle, {_STREAMS} streams")
    result = idle(clip, rounds=rounds, seconds=seconds)
    say(f"{clip.name}: idle, one stream")
    result += idle(clip, rounds=rounds, seconds=seconds, streams=1)
    say(f"{clip.name}: the whole scene")
    return result + active(clip, rounds=max(1, rounds - 1))


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="*", type=Path)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=8.0, help="of an idle round")
    words = asked.parse_args()
    console, result = Console(), Result()
    for clip in scenes_in(words.clips or [draw()]):
        result += measured(clip, rounds=words.rounds, seconds=words.seconds, say=console.print)
    tables.show(result, console)


if __name__ == "__main__":
    main()
