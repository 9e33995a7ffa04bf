"""Sources in, a table and a JSON list out: the pipeline and bare decoding, side by side."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median, median_low

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from edge.address import to_show
from pipelines.errors import ConfigError
from tocsin.bench.rounds import Spread, Work, cores_of, spread, together
from tocsin.bench.side import Cost, Job, decoding, pipeline
from tocsin.bench.truth import (
    Scene,
    event_recall,
    found_recall,
    idle_false_positive_rate,
)

_STREAMS_PER_CORE = 4
_COUNTS = ("skipped", "detector_calls", "events")
_QUANTILES = ("p50", "p95", "p99")
_SPREAD = {"cpu_s_per_stream_s", "ratio_to_decode", "ratio_to_substream"}


class Quantiles(msgspec.Struct, frozen=True):
    """Milliseconds from capture to the end of the motion stage."""

    p50: float
    p95: float
    p99: float


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one source costs in one mode; rates and costs are per stream, medians over the rounds.

    mode                as asked for
    mode_used, mode_why in which it was watched at the end, and why
    ratio_to_decode     over decoding the source alone, in the same run
    ratio_to_substream  over decoding its small stream alone, in the same run
    event_recall, found_recall, idle_false_positive_rate  where the truth is known; see
                        `tocsin.bench.truth`
    spread              of costs and ratios over the rounds
    """

    source: str
    mode: str
    mode_used: str
    mode_why: str
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
    found_recall: float | None
    idle_false_positive_rate: float | None
    latency_ms: Quantiles
    rss_mb_per_stream: float
    detector_calls: int
    events: int
    rounds: int = 1
    spread: dict[str, Spread] = {}


def run(
    jobs: Sequence[Job], *, scene: Scene | None, json_file: Path | None, repeat: int = 1
) -> list[Row]:
    """Measure each source in turn, print the table, write the JSON.

    repeat  rounds of each; all sides of a round share one core, or one for every four streams

    Raises StreamError when a source cannot be read, ConfigError when the JSON cannot be written:
    before anything is measured.
    """
    console = Console(width=_width())
    if json_file is not None:
        _make_room(json_file)
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        rows = [_row(job, scene, progress, repeat) for job in jobs]
    console.print(table(rows))
    console.print(*notes(rows), sep="\n", highlight=False)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2))
    return rows


def _make_room(json_file: Path) -> None:
    """See that the file can be written. Raises ConfigError."""
    try:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        with json_file.open("ab"):
            pass
    except OSError as error:
        raise ConfigError(f"--json {json_file}: cannot be written: {error.strerror}") from error


def notes(rows: Sequence[Row]) -> list[str]:
    """What must be said beside the figures."""
    return [note for row in rows for note in (_loss(row), _late(row)) if note]


def _loss(row: Row) -> str:
    """What a mode misses by its nature."""
    if row.mode_used != "keyframe":
        return ""
    if row.event_recall is None:
        here = "how much that is here, only --truth can tell"
    else:
        here = f"here {1 - row.event_recall:.0%} of the events"
    return f"keyframe misses what comes and goes between two keyframes: {here}"


def _late(row: Row) -> str:
    """That the machine did not keep up."""
    if not row.skipped:
        return ""
    return (
        f"{Path(row.source).name} {row.mode}: skipped {row.skipped} packets, this core is too busy "
        "for it: its cost and recall are those of an overloaded box"
    )


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
        row.mode if row.mode == row.mode_used else f"{row.mode} → {row.mode_used}",
        f"{row.fps_in:.1f} · {row.fps_processed:.1f}",
        f"{row.cpu_s_per_stream_s:.4f}",
        _ratio(row, "ratio_to_decode"),
        _ratio(row, "ratio_to_substream"),
        f"{late.p50:.0f} · {late.p95:.0f} · {late.p99:.0f}",
        f"{row.rss_mb_per_stream:.1f}",
        str(row.detector_calls),
        str(row.events),
        _or_dash(row.event_recall, ".2f"),
        _or_dash(row.idle_false_positive_rate, ".4f"),
    ]


def _ratio(row: Row, name: str) -> str:
    """The median, and the spread where there was more than one round."""
    value = _or_dash(getattr(row, name), ".2f")
    if row.rounds == 1 or name not in row.spread:
        return value
    return f"{value} ({row.spread[name].low:.2f}–{row.spread[name].high:.2f})"


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _row(job: Job, scene: Scene | None, progress: Progress, repeat: int) -> Row:
    name = Path(to_show(job.source)).name
    task = progress.add_task(f"{name} {job.mode}", total=job.seconds * repeat)
    rows = []
    for turn in range(repeat):
        pinned = msgspec.structs.replace(
            job, cores=cores_of(turn, -(-job.streams // _STREAMS_PER_CORE))
        )
        before_s = job.seconds * turn
        costs = together(sides(pinned), partial(_advance, progress, task, before_s))
        rows.append(_compared(pinned, scene, *costs))
    return middle(rows)


def _advance(progress: Progress, task: TaskID, before_s: float, passed_s: float) -> None:
    progress.update(task, completed=before_s + passed_s)


def sides(job: Job) -> list[Work]:
    """The pipeline, bare decoding and, where there is a small stream, bare decoding of that."""
    both: list[Work] = [(pipeline, job), (decoding, job)]
    if job.substream:
        both.append((decoding, msgspec.structs.replace(job, source=job.substream)))
    return both


def middle(rows: Sequence[Row]) -> Row:
    """Rounds of one source in one mode as one row: medians, and the spread of what is compared."""
    names = [name for name in Row.__struct_fields__ if isinstance(getattr(rows[0], name), float)]
    medians = {name: median(getattr(row, name) for row in rows) for name in names}
    counts = {name: median_low(getattr(row, name) for row in rows) for name in _COUNTS}
    late = Quantiles(*(median(getattr(row.latency_ms, q) for row in rows) for q in _QUANTILES))
    compared = {name: spread([getattr(row, name) for row in rows]) for name in _SPREAD & {*names}}
    return msgspec.structs.replace(
        rows[0], **medians, **counts, latency_ms=late, rounds=len(rows), spread=compared
    )


def _compared(
    job: Job, scene: Scene | None, whole: Cost, bare: Cost, small: Cost | None = None
) -> Row:
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
    )  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
