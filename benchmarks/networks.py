"""Drawn people in, figures of the shipped networks out: `bench_models`."""

from collections.abc import Iterator

import numpy as np

from benchmarks.bench_models import Row, measured_networks
from benchmarks.figures import Result, listed
from benchmarks.people import of_people
from models.catalogue import FP32, INT8
from tocsin.bench.rounds import spread

NETWORKS, TIME, APART = "networks", "INT8 / FP32, time", "INT8 less FP32, best F1"
PICTURES = 200
TRIES = 200


def figures(*, every: int) -> Result:
    """INT8 beside FP32, picture by picture; every so manieth of `PICTURES`."""
    rows = measured_networks([], of_people(PICTURES // every))
    whole, small = rows[FP32], rows[INT8]
    times = [ours / theirs for ours, theirs in zip(small.spent_s, whole.spent_s, strict=True)]
    told = {
        TIME: (spread(times), ".2f"),
        APART: (spread(list(apart(whole, small))), ".4f"),
        "FP32, best F1": (spread([whole.best()]), ".3f"),
        "INT8, best F1": (spread([small.best()]), ".3f"),
    }
    return Result(listed(NETWORKS, "drawn people", told))


def apart(one: Row, other: Row) -> Iterator[float]:
    """By how much less the best F1 of another network is, on pictures drawn again and again.

    The bootstrap, by pairs: B. Efron, Annals of Statistics 7 (1979). Its spread says what so many
    pictures can tell.
    """
    random, count = np.random.default_rng(1), len(one.pictures)
    for _ in range(TRIES):
        numbers = random.integers(0, count, count).tolist()
        yield one.drawn_again(numbers).best() - other.drawn_again(numbers).best()
