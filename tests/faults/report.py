"""What a run has shown in, lines for a terminal, JSON, or a page of the docs out."""

import json
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.faults.run import Ran


_SHOWN = 20


def text(ran: "Ran") -> str:
    """The end of a run for whoever has watched it."""
    return "".join(f"{line}\n" for line in _lines(ran))


def _by_kind(ran: "Ran") -> str:
    kinds = Counter(each.kind for each in ran.broken)
    return " ".join(f"{kind}={number}" for kind, number in sorted(kinds.items()))


def _lines(ran: "Ran") -> Iterator[str]:
    yield f"rounds={ran.rounds} seconds={ran.seconds:.0f} kills={ran.done.kills.total()}"
    yield from (f"  killed {part}: {number}" for part, number in sorted(ran.done.kills.items()))
    yield from (f"  did {kind}: {number}" for kind, number in sorted(ran.done.faults.items()))
    yield from (f"  not run {kind}: {why}" for kind, why in sorted(ran.not_run.items()))
    if ran.recovered_s:
        middle, most = statistics.median(ran.recovered_s), max(ran.recovered_s)
        yield f"whole again after {middle:.1f} s (median), {most:.1f} s (most)"
    if ran.figures is not None:
        yield " ".join(f"{name}={value}" for name, value in ran.figures._asdict().items())
    yield from (f"BROKEN {each.kind}: {each.about}: {each.said}" for each in ran.broken[:_SHOWN])
    if len(ran.broken) > _SHOWN:
        yield f"BROKEN and {len(ran.broken) - _SHOWN} more, by kind: {_by_kind(ran)}"
    yield f"verdict={'broken' if ran.broken else 'kept'} seed={ran.wanted.seed}"


def as_json(ran: "Ran") -> bytes:
    """The same for a program."""
    told = {
        "seed": ran.wanted.seed,
        "store": "postgresql" if ran.wanted.database else "sqlite",
        "ended": ran.ended,
        "seconds": round(ran.seconds, 1),
        "rounds": ran.rounds,
        "kills": dict(sorted(ran.done.kills.items())),
        "faults": dict(sorted(ran.done.faults.items())),
        "not_run": ran.not_run,
        "recovered_s": [round(each, 2) for each in ran.recovered_s],
        "figures": ran.figures._asdict() if ran.figures else None,
        "broken": [each._asdict() for each in ran.broken],
    }
    return json.dumps(told, indent=1).encode()


def page(ran: "Ran") -> str:
    """A section of a Markdown page."""
    return "".join(f"{line}\n" for line in _page(ran))


def _page(ran: "Ran") -> Iterator[str]:
    store = "PostgreSQL" if ran.wanted.database else "SQLite"
    yield f"Seed {ran.wanted.seed}, {store}: {ran.rounds} rounds in {ran.seconds / 60:.0f} minutes,"
    yield f"{ran.done.kills.total():,} kills, {ran.done.faults.total():,} other faults."
    if ran.recovered_s:
        middle, most = statistics.median(ran.recovered_s), max(ran.recovered_s)
        yield f"Whole again by itself after {middle:.0f} s (median), {most:.0f} s (longest)."
    yield from ("", "| killed | times | | done | times |", "|---|---|---|---|---|")
    kills, faults = sorted(ran.done.kills.items()), sorted(ran.done.faults.items())
    for kill, fault in zip_longest(kills, faults, fillvalue=("", "")):
        yield f"| {kill[0]} | {kill[1]} | | {fault[0]} | {fault[1]} |"
    yield from _table(ran)
    yield from (f"- broken: {each.kind}: {each.about}: {each.said}" for each in ran.broken[:_SHOWN])
    yield from (f"- not run: {kind}: {why}" for kind, why in sorted(ran.not_run.items()))


def _table(ran: "Ran") -> Iterator[str]:
    if ran.figures is None:
        return
    figures = ran.figures._asdict()
    yield from ("", "| " + " | ".join(figures) + " |", "|" + "---|" * len(figures))
    yield "| " + " | ".join(f"{value:,}" for value in figures.values()) + " |"
    yield ""


def summed(runs: Sequence[dict[str, Any]]) -> str:
    """Runs' JSON as one table, and a line of what they come to."""
    return "".join(f"{line}\n" for line in _summed(runs))


def _summed(runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    kills, faults = (sum(sum(each[what].values()) for each in runs) for what in ("kills", "faults"))
    broken = sum(len(each["broken"]) for each in runs)
    yield f"{kills:,} kills and {faults:,} other faults in {len(runs)} runs, each judged by itself:"
    yield f"{broken:,} promises broken."
    yield ""
    yield (
        "| seed | rounds | minutes | kills | other faults | acknowledged | in the store | "
        "gone with a torn spool | forgotten by an old broker | longest until whole | broken |"
    )
    yield "|---|" + "---:|" * 10
    yield from (f"| {' | '.join(_cells(each))} |" for each in runs)


def _cells(run: dict[str, Any]) -> Iterator[str]:
    yield f"{run['seed']}, {run['store']}"
    yield from (str(run["rounds"]), f"{run['seconds'] / 60:.0f}")
    yield from (str(sum(run[what].values())) for what in ("kills", "faults"))
    figures = run["figures"] or {}
    for name in ("acked", "stored", "torn", "missing"):
        yield f"{figures[name]:,}" if name in figures else "not judged"
    yield f"{max(run['recovered_s'], default=0.0):.0f} s"
    yield str(len(run["broken"]))
