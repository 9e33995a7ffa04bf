"""Sources in, a table and a JSON list out: the pipeline and bare decoding, side by side."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median, median_low

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from edge.address import to_show
from tocsin.bench.peers import PIPE, why_no_pipe
from tocsin.bench.peers import sides as peers
from tocsin.bench.rounds import Work, cores_of, spread, together
from tocsin.bench.rows import Peer, Quantiles, Row, notes, peer_table, table
from tocsin.bench.side import Cost, Job, decoding, pipeline
from tocsin.bench.truth import (
    Scene,
    event_recall,
    found_recall,
    idle_false_positive_rate,
)
from tocsin.room import make_room

OURS, DECODE, SMALL = "tocsin", "decode", "small stream"
_STREAMS_PER_CORE = 4
_COUNTS = ("skipped", "detector_calls", "events")
_QUANTILES = ("p50", "p95", "p99")
_SPREAD = {"cpu_s_per_stream_s", "ratio_to_decode", "ratio_to_substream"}


def run(
    jobs: Sequence[Job], *, scene: Scene | None, json_file: Path | None, repeat: int = 1,
    beside: bool = False,
) -> list[Row]:  # fmt: skip
    """Measure each source in turn, print the table, write the JSON.

    beside  whether peers are measured, too
    repeat  rounds of each; all sides of a round share one core, or one for every four streams

    Raises StreamError when a source cannot be read, ConfigError when the JSON cannot be written:
    before anything is measured.
    """
    console = Console(width=_width())
    if json_file is not None:
        make_room(json_file)
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        rows = [_row(job, scene, progress, repeat, beside) for job in jobs]
    console.print(table(rows))
    if beside:
        console.print(peer_table(rows))
    for note in (*notes(rows), *(_no_pipes(jobs) if beside else ())):
        console.print(note, highlight=False)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2))
    return rows


def _no_pipes(jobs: Sequence[Job]) -> list[str]:
    """Where a peer could not be measured."""
    whys = {(Path(to_show(job.source)).name, why_no_pipe(job)) for job in jobs}
    return [f"{name}: no {PIPE}, {why}" for name, why in sorted(whys) if why]


def _width() -> int | None:
    """As wide as the terminal; where there is none, wide enough."""
    return None if sys.stdout.isatty() else 160


def _row(job: Job, scene: Scene | None, progress: Progress, repeat: int, beside: bool) -> Row:
    name = Path(to_show(job.source)).name
    task = progress.add_task(f"{name} {job.mode}", total=job.seconds * repeat)
    rows = []
    for turn in range(repeat):
        pinned = msgspec.structs.replace(
            job, cores=cores_of(turn, -(-job.streams // _STREAMS_PER_CORE))
        )
        before_s = job.seconds * turn
        works = sides(pinned, beside=beside)
        told = together(list(works.values()), partial(_advance, progress, task, before_s))
        rows.append(_compared(pinned, scene, dict(zip(works, told, strict=True))))
    return middle(rows)


def _advance(progress: Progress, task: TaskID, before_s: float, passed_s: float) -> None:
    progress.update(task, completed=before_s + passed_s)


def sides(job: Job, *, beside: bool = False) -> dict[str, Work]:
    """The pipeline, bare decoding, that of the small stream where there is one, and peers."""
    works: dict[str, Work] = {OURS: (pipeline, job), DECODE: (decoding, job)}
    if job.substream:
        works[SMALL] = (decoding, msgspec.structs.replace(job, source=job.substream))
    if beside:
        works |= {name: (side, job) for name, side in peers(job).items()}
    return works


def middle(rows: Sequence[Row]) -> Row:
    """Rounds of one source in one mode as one row: medians, and the spread of what is compared."""
    names = [name for name in Row.__struct_fields__ if isinstance(getattr(rows[0], name), float)]
    medians = {name: median(getattr(row, name) for row in rows) for name in names}
    counts = {name: median_low(getattr(row, name) for row in rows) for name in _COUNTS}
    late = Quantiles(*(median(getattr(row.latency_ms, q) for row in rows) for q in _QUANTILES))
    compared = {name: spread([getattr(row, name) for row in rows]) for name in _SPREAD & {*names}}
    return msgspec.structs.replace(
        rows[0], **medians, **counts, latency_ms=late, rounds=len(rows), spread=compared,
        peers={name: _middle_peer([row.peers[name] for row in rows]) for name in rows[0].peers},
    )  # fmt: skip


def _middle_peer(rounds: Sequence[Peer]) -> Peer:
    names = [name for name in Peer.__struct_fields__ if getattr(rounds[0], name) is not None]
    return msgspec.structs.replace(
        rounds[0], **{name: median(getattr(each, name) for each in rounds) for name in names}
    )


def _compared(job: Job, scene: Scene | None, costs: dict[str, Cost]) -> Row:
    whole, bare, small = costs[OURS], costs[DECODE], costs.get(SMALL)
    ours, theirs = whole.each, bare.each
    late, each_s = sorted(whole.late_ms), whole.passed_s * job.streams
    return Row(
        source=to_show(job.source), mode=job.mode, mode_used=whole.mode, mode_why=whole.mode_why,
        streams=job.streams,
        seconds=round(whole.passed_s, 2), fps_in=round(whole.packets / each_s, 2),
        fps_decoded=round(whole.decoded / each_s, 2),
        fps_processed=round(whole.frames / each_s, 2), skipped=whole.skipped,
        cpu_s_per_stream_s=round(ours, 5), decode_cpu_s_per_stream_s=round(theirs, 5),
        ratio_to_decode=round(ours / theirs, 3),
        ratio_to_substream=round(ours / small.each, 3) if small else None,
        event_recall=event_recall(scene, whole.looks, until_s=whole.clip_s) if scene else None,
        found_recall=found_recall(scene, whole.found, until_s=whole.clip_s) if scene else None,
        idle_false_positive_rate=idle_false_positive_rate(scene, whole.motions) if scene else None,
        latency_ms=Quantiles(_at(late, 0.5), _at(late, 0.95), _at(late, 0.99)),
        rss_mb_per_stream=round(whole.rss_mb / job.streams, 1),
        detector_calls=whole.detector_calls, events=whole.events,
        peers={
            name: _peer(scene, cost, ours, theirs)
            for name, cost in costs.items() if name not in {OURS, DECODE, SMALL}
        },
    )  # fmt: skip


def _peer(scene: Scene | None, cost: Cost, ours: float, bare: float) -> Peer:
    alarms = idle_false_positive_rate(scene, cost.motions) if scene and cost.motions else None
    return Peer(
        cpu_s_per_stream_s=round(cost.each, 5), ratio_to_decode=round(cost.each / bare, 3),
        tocsins_ratio=round(ours / cost.each, 3),
        idle_false_positive_rate=alarms,
    )  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
