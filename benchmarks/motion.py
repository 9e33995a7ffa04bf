"""Scenes in, figures of telling motion out: `bench_motion`, on both streams of each."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.bench_motion import DIFF, OURS, Row, hold_still, measured
from benchmarks.clips import Clip, kind_of
from benchmarks.figures import Figure, Result
from tocsin.bench.rounds import Spread

MOTION = "motion"
PEERS = (DIFF, "MOG2", "KNN")
OVER, RECALL, ALARMS = f"time / {DIFF}'s", "found", "idle alarms"


def figures(clip: Clip, *, seconds: float) -> Result:
    """Both streams, in a process of its own that is held to one core."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=hold_still) as apart:
        made = [
            figure
            for path in (clip.small, clip.main)
            for figure in _told(path, apart.submit(measured, path, seconds).result())
        ]
    return Result(made)


def _told(path: Path, rows: list[Row]) -> list[Figure]:
    by_name, kind = {row.detector: row for row in rows}, kind_of(path)
    ours = by_name[OURS]
    told: list[tuple[str, Spread | None, str]] = [(OVER, Spread(*ours.to_absdiff), ".2f")]
    told += [(f"/ {peer}'s", Spread(*ours.over[peer]), ".2f") for peer in PEERS[1:]]
    for name, row in ((name, by_name[name]) for name in (OURS, *PEERS)):
        suffix = "" if name == OURS else f", {name}"
        told += [(RECALL + suffix, _exact(row.recall), ".3f")]
        told += [(ALARMS + suffix, _exact(row.idle_alarms), ".4f")]
    return [
        Figure(section=MOTION, what=what, clip=path.stem, kind=kind, value=value, form=form)
        for what, value, form in told
        if value is not None
    ]


def _exact(value: float | None) -> Spread | None:
    """A share that comes out alike in every run."""
    return None if value is None else Spread(value, value, value)
