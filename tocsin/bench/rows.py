"""Figures of the sources in each mode in, tables and remarks for a person out."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.table import Table

from tocsin.bench.rounds import Spread


class Quantiles(msgspec.Struct, frozen=True):
    """Milliseconds from capture to the end of the motion stage."""

    p50: float
    p95: float
    p99: float


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """What another way to do it cost in the same run, and what it said.

    ratio_to_decode    its cost over decoding the source alone
    tocsins_ratio      what Tocsin's cost is over its
    idle_false_positive_rate  where the truth is known and it tells of motion
    """

    cpu_s_per_stream_s: float
    ratio_to_decode: float
    tocsins_ratio: float
    idle_false_positive_rate: float | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one source costs in one mode; rates and costs are per stream, medians over the rounds.

    mode                as asked for
    mode_used, mode_why in which it was watched at the end, and why
    ratio_to_decode     over decoding the source alone, in the same run
    ratio_to_substream  over decoding its small stream alone, in the same run
    event_recall, found_recall, idle_false_positive_rate  where the truth is known; see
                        `tocsin.bench.truth`
    spread              of costs and ratios over the rounds
    peers               by name, where they were asked for
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
    peers: dict[str, Peer] = {}


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


def peer_table(rows: Sequence[Row]) -> Table:
    """The peers of all rows as a person reads them."""
    result = Table(title="Peers in the same run: decoding and motion; only the pipe looks, too")
    for name in ("source", "mode", "peer"):
        result.add_column(name)
    for name in ("CPU s/s", "× decode", "Tocsin × peer", "false"):
        result.add_column(name, justify="right")
    for row in rows:
        for name, peer in row.peers.items():
            result.add_row(
                Path(row.source).name, row.mode, name, f"{peer.cpu_s_per_stream_s:.4f}",
                f"{peer.ratio_to_decode:.2f}", f"{peer.tocsins_ratio:.2f}",
                _or_dash(peer.idle_false_positive_rate, ".4f"),
            )  # fmt: skip
    return result


def _ratio(row: Row, name: str) -> str:
    """The median, and the spread where there was more than one round."""
    value = _or_dash(getattr(row, name), ".2f")
    if row.rounds == 1 or name not in row.spread:
        return value
    return f"{value} ({row.spread[name].low:.2f}–{row.spread[name].high:.2f})"


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


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
