"""Sources in, a table and a JSON list out: the pipeline and bare decoding, side by side."""

import multiprocessing
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from edge.address import to_show
from pipelines.errors import StreamError
from tocsin.bench.side import Cost, Job, Side, decoding, pipeline
from tocsin.bench.truth import Scene, event_recall, idle_false_positive_rate, load

_SPAWN = multiprocessing.get_context("spawn")


class Quantiles(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds from capture to the end of the motion stage."""

    p50: float
    p95: float
    p99: float


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one source costs in one mode; rates and costs are per stream.

    ratio_to_decode     over decoding the source alone, in the same run
    ratio_to_substream  over decoding its small stream alone, in the same run
    event_recall, idle_false_positive_rate  where the truth is known; see `tocsin.bench.truth`
    """

    source: str
    mode: str
    streams: int
    seconds: float
    fps_in: float
    fps_decoded: float
    fps_processed: float
    skipped: int
    cpu_s_per_stream_s: float
    decode_cpu_s_per_stream_s: float
    ratio_to_decode: float
    ratio_to_substream: float | None
    event_recall: float | None
    idle_false_positive_rate: float | None
    latency_ms: Quantiles
    rss_mb_per_stream: float
    detector_calls: int
    events: int


def run(jobs: Sequence[Job], *, truth: Path | None, json_file: Path | None) -> list[Row]:
    """Measure each source in turn, print the table, write the JSON.

    Raises StreamError when a source cannot be read, ConfigError when the truth cannot.
    """
    console, scene = Console(width=_width()), load(truth) if truth else None
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        rows = [_row(job, scene, progress) for job in jobs]
    console.print(table(rows))
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2))
    return rows


def _width() -> int | None:
    """As wide as the terminal; where there is none, wide enough."""
    return None if sys.stdout.isatty() else 132


def table(rows: Sequence[Row]) -> Table:
    """The rows as a person reads them."""
    result = Table(title="Cost of a stream, beside decoding it alone in the same run")
    result.add_column("source", overflow="fold")
    names = ["mode", "fps in · done", "CPU s/s", "× decode", "× small", "ms p50 · p95 · p99",
             "MB each", "looks", "events", "recall", "false"]  # fmt: skip
    for name in names:
        result.add_column(name, justify="right")
    for row in rows:
        result.add_row(Path(row.source).name, *_cells(row))
    return result


def _cells(row: Row) -> list[str]:
    late = row.latency_ms
    return [
        row.mode,
        f"{row.fps_in:.1f} · {row.fps_processed:.1f}",
        f"{row.cpu_s_per_stream_s:.4f}",
        f"{row.ratio_to_decode:.2f}",
        _or_dash(row.ratio_to_substream, ".2f"),
        f"{late.p50:.0f} · {late.p95:.0f} · {late.p99:.0f}",
        f"{row.rss_mb_per_stream:.1f}",
        str(row.detector_calls),
        str(row.events),
        _or_dash(row.event_recall, ".2f"),
        _or_dash(row.idle_false_positive_rate, ".4f"),
    ]


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _row(job: Job, scene: Scene | None, progress: Progress) -> Row:
    name = Path(to_show(job.source)).name
    task = progress.add_task(f"{name} {job.mode}", total=job.seconds)
    sides: list[tuple[Side, Job]] = [(pipeline, job), (decoding, job)]
    if job.substream:
        sides.append((decoding, msgspec.structs.replace(job, source=job.substream)))
    pipes = [_started(side, each) for side, each in sides]
    costs = _followed(pipes, lambda done_s: progress.update(task, completed=done_s))
    for cost in costs:
        if cost.trouble or not cost.stream_s:
            raise StreamError(cost.trouble or f"{name}: no frame came in {job.seconds:g} s")
    return _compared(job, scene, *costs)


def _started(side: Side, job: Job) -> Connection:
    ours, theirs = _SPAWN.Pipe()
    _SPAWN.Process(target=side, args=(job, theirs), daemon=True).start()
    theirs.close()
    return ours


def _followed(pipes: list[Connection], tell: Callable[[float], None]) -> list[Cost]:
    """Read all sides until they close; the last word of each is its cost."""
    words: list[float | Cost] = [0.0 for _ in pipes]
    open_pipes = dict(enumerate(pipes))
    while open_pipes:
        for pipe in multiprocessing.connection.wait(list(open_pipes.values()), timeout=1.0):
            index = next(key for key, each in open_pipes.items() if each is pipe)
            try:
                words[index] = msgspec.json.decode(pipes[index].recv_bytes(), type=float | Cost)
            except (EOFError, OSError):
                del open_pipes[index]
        tell(min(word for word in [*words, float("inf")] if isinstance(word, float)))
    costs = [word for word in words if isinstance(word, Cost)]
    if len(costs) < len(pipes):
        raise StreamError("one side of the benchmark ended without a word")
    return costs


def _compared(
    job: Job, scene: Scene | None, whole: Cost, bare: Cost, small: Cost | None = None
) -> Row:
    ours, theirs = whole.cpu_s / whole.stream_s, bare.cpu_s / bare.stream_s
    late, each_s = sorted(whole.late_ms), whole.passed_s * job.streams
    return Row(
        source=to_show(job.source), mode=whole.mode, streams=job.streams,
        seconds=round(whole.passed_s, 2), fps_in=round(whole.packets / each_s, 2),
        fps_decoded=round(whole.decoded / each_s, 2),
        fps_processed=round(whole.frames / each_s, 2), skipped=whole.skipped,
        cpu_s_per_stream_s=round(ours, 5), decode_cpu_s_per_stream_s=round(theirs, 5),
        ratio_to_decode=round(ours / theirs, 3),
        ratio_to_substream=round(ours / (small.cpu_s / small.stream_s), 3) if small else None,
        event_recall=event_recall(scene, whole.looks) if scene else None,
        idle_false_positive_rate=idle_false_positive_rate(scene, whole.motions) if scene else None,
        latency_ms=Quantiles(p50=_at(late, 0.5), p95=_at(late, 0.95), p99=_at(late, 0.99)),
        rss_mb_per_stream=round(whole.rss_mb / job.streams, 1),
        detector_calls=whole.detector_calls, events=whole.events,
    )  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
