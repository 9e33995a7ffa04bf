"""Sources in, a table and a JSON list out: the pipeline and bare decoding, side by side."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from edge.address import to_show
from pipelines.errors import StreamError
from tocsin.bench.side import Cost, decoding, pipeline

_SPAWN = multiprocessing.get_context("spawn")
_START_S = 60.0

Side = Callable[[str, int, float, Connection], None]


class Quantiles(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds from capture to the end of the last stage."""

    p50: float
    p95: float
    p99: float


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one source costs; rates and costs are per stream."""

    source: str
    mode: str = "full"
    streams: int
    seconds: float
    fps_in: float
    fps_decoded: float
    fps_processed: float
    cpu_s_per_stream_s: float
    decode_cpu_s_per_stream_s: float
    ratio_to_decode: float
    latency_ms: Quantiles
    rss_mb_per_stream: float
    detector_calls: int
    events: int


def run(
    sources: Sequence[str], *, streams: int, seconds: float, json_file: Path | None
) -> list[Row]:
    """Measure each source in turn, print the table, write the JSON.

    Raises StreamError when a source cannot be read.
    """
    console = Console()
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        rows = [_row(source, streams, seconds, progress) for source in sources]
    console.print(table(rows))
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2))
    return rows


def table(rows: Sequence[Row]) -> Table:
    """The rows as a person reads them."""
    result = Table(title="Cost of a stream, beside decoding it alone in the same run")
    result.add_column("source", overflow="fold")
    for name in ("fps in · decoded · done", "CPU s/s", "× decode", "ms p50 · p95 · p99", "MB each",
                 "looks", "events"):  # fmt: skip
        result.add_column(name, justify="right")
    for row in rows:
        late = row.latency_ms
        result.add_row(
            Path(row.source).name,
            f"{row.fps_in:.1f} · {row.fps_decoded:.1f} · {row.fps_processed:.1f}",
            f"{row.cpu_s_per_stream_s:.4f}",
            f"{row.ratio_to_decode:.2f}",
            f"{late.p50:.0f} · {late.p95:.0f} · {late.p99:.0f}",
            f"{row.rss_mb_per_stream:.1f}",
            str(row.detector_calls),
            str(row.events),
        )
    return result


def _row(source: str, streams: int, seconds: float, progress: Progress) -> Row:
    task = progress.add_task(Path(to_show(source)).name, total=seconds)
    pipes = [_started(side, source, streams, seconds) for side in (pipeline, decoding)]
    whole, bare = _followed(pipes, lambda done_s: progress.update(task, completed=done_s))
    for cost in (whole, bare):
        if cost.trouble or not cost.frames:
            raise StreamError(cost.trouble or f"{to_show(source)}: no frame came in {seconds:g} s")
    return _compared(source, streams, whole, bare)


def _started(side: Side, source: str, streams: int, seconds: float) -> Connection:
    ours, theirs = _SPAWN.Pipe()
    _SPAWN.Process(target=side, args=(source, streams, seconds, theirs), daemon=True).start()
    theirs.close()
    return ours


def _followed(pipes: list[Connection], tell: Callable[[float], None]) -> list[Cost]:
    """Read both sides until they close; the last word of each counts."""
    last: dict[int, Cost] = {}
    until_s, open_pipes = time.monotonic() + _START_S, list(pipes)
    while open_pipes:
        for pipe in multiprocessing.connection.wait(open_pipes, timeout=1.0):
            index = pipes.index(pipe)  # type: ignore[arg-type]
            try:
                last[index] = msgspec.json.decode(pipes[index].recv_bytes(), type=Cost)
            except (EOFError, OSError):
                open_pipes.remove(pipes[index])
        tell(min((cost.passed_s for cost in last.values()), default=0.0))
        if not last and time.monotonic() > until_s:
            raise StreamError("the benchmark's processes did not start")
    if len(last) < len(pipes):
        raise StreamError("one side of the benchmark ended without a word")
    return [last[index] for index in range(len(pipes))]


def _compared(source: str, streams: int, whole: Cost, bare: Cost) -> Row:
    ours, theirs = whole.cpu_s / whole.stream_s, bare.cpu_s / bare.stream_s
    late = sorted(whole.late_ms)
    each_s = whole.stream_s
    return Row(
        source=to_show(source), streams=streams, seconds=round(whole.passed_s, 2),
        fps_in=round(whole.packets / each_s, 2), fps_decoded=round(whole.decoded / each_s, 2),
        fps_processed=round(whole.frames / each_s, 2), cpu_s_per_stream_s=round(ours, 5),
        decode_cpu_s_per_stream_s=round(theirs, 5), ratio_to_decode=round(ours / theirs, 3),
        latency_ms=Quantiles(p50=_at(late, 0.5), p95=_at(late, 0.95), p99=_at(late, 0.99)),
        rss_mb_per_stream=round(whole.rss_mb / streams, 1), detector_calls=whole.detector_calls,
        events=whole.events,
    )  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
