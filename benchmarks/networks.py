"""The drawn yard in, figures of the shipped networks out: `bench_models`."""

from benchmarks.bench_models import measured_networks, of_yard
from benchmarks.figures import Figure, Result
from models.catalogue import FP32, INT8
from tocsin.bench.rounds import spread

NETWORKS, TIME, APART = "networks", "INT8 / FP32, time", "INT8 less FP32, best F1"


def figures(*, every: int) -> Result:
    """INT8 beside FP32, picture by picture."""
    rows = measured_networks([], of_yard(every))
    whole, small = rows[FP32], rows[INT8]
    times = [ours / theirs for ours, theirs in zip(small.spent_s, whole.spent_s, strict=True)]
    told = {
        TIME: (spread(times), ".2f"),
        APART: (spread([abs(small.best() - whole.best())]), ".4f"),
        "FP32, best F1": (spread([whole.best()]), ".3f"),
        "INT8, best F1": (spread([small.best()]), ".3f"),
    }
    return Result(
        [
            Figure(
                section=NETWORKS, what=what, clip="drawn yard", kind=None, value=value, form=form
            )
            for what, (value, form) in told.items()
        ]
    )
