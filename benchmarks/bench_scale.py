"""Brokers and aggregators in, how many events a second they carry out: the simulator, side by side.

python -m benchmarks.bench_scale

Each line is a run of `tocsin simulate` with fresh brokers, centres and store on this machine:
first as fast as the centre takes what a hundred boxes have to say, then what a thousand boxes say
at a given pace, for the time from event to alert. The boxes are on this machine, too, and take
their share of it; so does whatever else runs here. Without Debian's PostgreSQL there is one
aggregator alone, over SQLite.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tocsin.simulate.asked import Asked
from tocsin.simulate.postgres import BIN
from tocsin.simulate.report import Report
from tocsin.simulate.run import checked, simulate

BOXES, EACH = 100, 25
FILE = Path("build/bench/scale.json")


class Line(msgspec.Struct, frozen=True):
    """One run, and what it was."""

    what: str
    report: Report


def plans(*, seconds: float, pace: float) -> Iterator[tuple[str, Asked]]:
    """What is run, in order."""
    full = Asked(cameras=BOXES * EACH, boxes=BOXES, seconds=seconds, flat_out=True)
    yield "flat out, file", full
    has_server = (BIN / "initdb").exists()
    for brokers in (1, 3):
        for centres in (1, 2, 4) if has_server else ():
            yield (
                "flat out, PostgreSQL",
                msgspec.structs.replace(full, brokers=brokers, centres=centres, store="postgresql"),
            )
    paced = Asked(cameras=25_000, boxes=1000, seconds=seconds, rate=pace)
    yield f"{pace:,.0f}/s of 1,000 boxes, file", paced
    yield f"{pace:,.0f}/s, power cut, file", msgspec.structs.replace(paced, storm="power-cut")


def table(lines: Sequence[Line]) -> Table:
    """A row for each run."""
    made = Table(title=f"Scale, on {os.cpu_count()} cores")
    heads = (
        "what", "brokers", "aggregators", "events/s", "lost, doubled", "ms p50 · p95 · p99",
        "µs broker", "µs aggregator", "µs database", "µs box side", "µs a sync", "load",
    )  # fmt: skip
    for head in heads:
        made.add_column(head, justify="left" if head == "what" else "right", overflow="fold")
    for line in lines:
        made.add_row(line.what, *_cells(line.report))
    return made


def _cells(report: Report) -> Iterator[str]:
    yield str(report.settings["brokers"])
    yield str(report.settings["centres"])
    yield f"{report.events_per_s:,.0f}"
    yield f"{report.lost}, {report.duplicated}"
    late = report.latency_ms
    yield " · ".join(
        "–" if each is None else f"{each:.0f}" for each in (late.p50, late.p95, late.p99)
    )
    for name in ("broker", "aggregator", "database", "box side"):
        each_us = report.cpu_us_per_event.get(name)
        yield "–" if each_us is None else f"{each_us:.0f}"
    yield f"{report.sync_us:.0f}"
    yield f"{report.load:.1f}"


def main() -> None:
    """Measure, print and write."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--seconds", type=float, default=20.0)
    words.add_argument("--pace", type=float, default=4000.0)
    words.add_argument("--only", default="", help="a word of the lines to run")
    words.add_argument("--state", type=Path, help="where broker and store write; else this disk")
    words.add_argument("--json", type=Path, default=FILE)
    asked = words.parse_args()
    console, lines = Console(width=150), list[Line]()
    for what, plan in plans(seconds=asked.seconds, pace=asked.pace):
        name = f"{what}, {plan.brokers} brokers, {plan.centres} aggregators"
        if asked.only in name:
            console.print(name)
            plan = msgspec.structs.replace(plan, state=asked.state)  # noqa: PLW2901
            lines.append(Line(what, simulate(checked(plan), console)))
            asked.json.parent.mkdir(parents=True, exist_ok=True)
            asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(lines), indent=1))
    console.print(table(lines))


if __name__ == "__main__":
    main()
