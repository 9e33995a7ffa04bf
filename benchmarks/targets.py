"""Figures in, verdicts out: what is asked, what was reached, and plainly what was not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import msgspec

from benchmarks import bench_streams as streams
from benchmarks.bench_latency import LATENCY, P95
from benchmarks.bench_memory import EACH, MEMORY
from benchmarks.bench_persons import COST, F1, PERSONS
from benchmarks.bench_redaction import REDACTION, WHOLE_PEOPLE
from benchmarks.bench_rtsp import RTSP_IDLE
from benchmarks.bench_stream import LOST, STREAM, WRONG
from benchmarks.clips import Kind
from benchmarks.figures import Figure, Ratio
from benchmarks.motion import ALARMS, MOTION, OVER, RECALL
from benchmarks.networks import APART, NETWORKS, TIME

DESK = "desk in a browser"
"""Its rows are named here, too: what measures them needs a browser's driver to be read at all."""

Of = Callable[[Kind | None], bool]
Word = Literal["reached", "not reached", "not measured"]


@dataclass(frozen=True)
class Target:
    """What is asked of one figure.

    text     in words, for a reader
    of       the streams that it is asked of
    limit    that the median over their clips may have, at most or, with `least`, at least
    """

    text: str
    section: str
    what: str
    limit: float
    of: Of = lambda _: True
    least: bool = False
    form: str = ".3f"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a target; `low` and `high` are the outermost clips."""

    text: str
    asked: str
    reached: float | None
    low: float | None
    high: float | None
    clips: int
    word: Word
    form: str


def _cbr(kind: Kind | None) -> bool:
    return kind is not None and kind.rate == "CBR"


def _low_rate(kind: Kind | None) -> bool:
    return kind is not None and kind.rate == "low-rate VBR"


def _large(kind: Kind | None) -> bool:
    return kind is not None and (kind.rate == "CBR" or kind.height >= 1080)


def _low_rate_720(kind: Kind | None) -> bool:
    return _low_rate(kind) and not _large(kind)


def _wide(width: int) -> Of:
    return lambda kind: kind is not None and kind.width == width


def _light(kind: Kind | None) -> bool:
    return kind is not None and not kind.dark


def _dark(kind: Kind | None) -> bool:
    return kind is not None and kind.dark


def _idle(text: str, ratio: Ratio, limit: float, of: Of, section: str = streams.IDLE) -> Target:
    return Target(f"idle: {text}", section, ratio.what, limit, of)


_FULL = Ratio(streams.FULL, streams.DECODE)
_SMALL = Ratio(streams.SUBSTREAM, streams.SMALL)
_MAIN = Ratio(streams.SUBSTREAM, streams.DECODE)
_KEY = Ratio(streams.KEYFRAME, streams.DECODE)


def _redaction(side: str, uncovered: float, speed: float) -> tuple[Target, Target]:
    """What is asked of one way to redact recordings, beside deface."""
    return (
        Target(f"faces left uncovered, {side} over deface", REDACTION,
               f"{side} / deface, uncovered", uncovered),
        Target(f"speed, {side} over deface", REDACTION, f"{side} / deface, speed", speed,
               least=True, form=".1f"),
    )  # fmt: skip


TARGETS = (
    Target("motion on 640×360 over absdiff at 320", MOTION, OVER, 0.25, _wide(640)),
    Target("motion on 1280×720 over absdiff at 320", MOTION, OVER, 0.25, _wide(1280)),
    Target("motion: object-frames found", MOTION, RECALL, 0.97, _light, least=True, form=".3f"),
    Target("the same in low light", MOTION, RECALL, 0.80, _dark, least=True, form=".3f"),
    Target("motion: idle frames with an alarm", MOTION, ALARMS, 0.005, form=".4f"),
    _idle("`full` over decoding, CBR", _FULL, 1.08, _cbr),
    _idle("`full` over decoding, low-rate VBR", _FULL, 1.20, _low_rate),
    _idle("`substream` over decoding the small stream", _SMALL, 1.25, lambda _: True),
    _idle("`substream` over decoding the main one, CBR and 1080p", _MAIN, 0.17, _large),
    _idle("`substream` over decoding the main one, low-rate VBR", _MAIN, 0.40, _low_rate_720),
    _idle("`keyframe` over decoding, CBR", _KEY, 0.10, _cbr),
    _idle("`keyframe` over decoding, VBR", _KEY, 0.25, lambda kind: not _cbr(kind)),
    _idle("`substream` over decoding the small one, one stream", _SMALL, 1.25,
          lambda _: True, streams.IDLE_ONE),
    _idle("`substream` over decoding the small one, RTSP", _SMALL, 1.25,
          lambda _: True, RTSP_IDLE),
    Target("active: `substream` over `full`", streams.ACTIVE,
           Ratio(streams.SUBSTREAM, streams.FULL).what, 0.6),
    Target("active: events shown to the network, `substream` over `full`", streams.RECALL,
           "substream, shown / full's", 1.0, least=True),
    Target("active: `full` over a detector on every frame", streams.ACTIVE,
           Ratio(streams.FULL, streams.EVERY).what, 0.10),
    Target("active: `substream` over a detector on every frame", streams.ACTIVE,
           Ratio(streams.SUBSTREAM, streams.EVERY).what, 0.10),
    Target("active: the same, looks alone, `full`", streams.ACTIVE,
           f"{streams.FULL} / {streams.EVERY}, looks alone", 0.10, form=".3f"),
    Target("active: the same, looks alone, `substream`", streams.ACTIVE,
           f"{streams.SUBSTREAM} / {streams.EVERY}, looks alone", 0.10, form=".3f"),
    Target("active: events found, `full` over every frame", streams.RECALL,
           "full, found / every frame's", 0.99, least=True),
    Target("active: events found, `substream` over every frame", streams.RECALL,
           "substream, found / every frame's", 0.99, least=True),
    Target("MB per further 720p camera of 64, `full`", MEMORY, f"full, {EACH}", 10, form=".1f"),
    Target("MB per further 720p camera of 64, `substream`", MEMORY, f"substream, {EACH}", 10,
           form=".1f"),
    Target("ms from capture to acknowledgement, `full`, p95", LATENCY, f"full, {P95}", 300,
           form=".0f"),
    Target("the same, `substream`", LATENCY, f"substream, {P95}", 700, form=".0f"),
    *_redaction("two passes", 0.15, 2.0),
    *_redaction("fast", 0.5, 4.0),
    Target("faces never covered, two passes", REDACTION, "two passes, clean faces", 0.005,
           form=".4f"),
    Target("covered needlessly, two passes", REDACTION, "two passes, needless", 0.015, form=".4f"),
    Target("faces left uncovered, live over deface, whole people", WHOLE_PEOPLE,
           "live / deface, uncovered", 0.25),
    Target("faces left uncovered, stills of events over deface", REDACTION,
           "stills / deface, uncovered", 0.05),
    Target("200 consoles, 1,000 alerts a second in bursts: lost", STREAM, LOST, 0, form=".0f"),
    Target("the same: doubled or out of order", STREAM, WRONG, 0, form=".0f"),
    Target("desk: ms from event to screen, p95", DESK, "ms from event to screen, p95", 1000,
           form=".0f"),
    Target("desk, 1,000 open: frames a second while scrolling", DESK,
           "frames a second while scrolling", 50, least=True, form=".0f"),
    Target("desk, 1,000 open: ms from key to paint, p95", DESK, "ms from key to paint, p95", 50,
           form=".0f"),
    Target("desk, 50 alerts a second: alerts that never came", DESK, "alerts that never came", 0,
           form=".0f"),
    Target("desk, 50 alerts a second: ms of the longest task", DESK, "ms of the longest task", 100,
           form=".0f"),
    Target("persons: F1, a look at each frame", PERSONS, F1, 0.92, least=True),
    Target("persons: looks and tracks of a frame, time over a pass in FP32", PERSONS, COST, 1.3),
    Target("INT8 over FP32, time of a look", NETWORKS, TIME, 0.5),
    Target("INT8 less than FP32, best F1", NETWORKS, APART, 0.005, form=".4f"),
)  # fmt: skip


def verdicts(figures: Sequence[Figure], targets: Sequence[Target] = TARGETS) -> list[Verdict]:
    """Judge each target by the median over its clips of their medians."""
    return [_verdict(target, figures) for target in targets]


def _verdict(target: Target, figures: Sequence[Figure]) -> Verdict:
    values = [
        each.value.median
        for each in figures
        if (each.section, each.what) == (target.section, target.what) and target.of(each.kind)
    ]
    sign = "≥" if target.least else "≤"
    reached = median(values) if values else None
    return Verdict(
        text=target.text, asked=f"{sign} {target.limit:g}", reached=reached,
        low=min(values, default=None), high=max(values, default=None), clips=len(values),
        word=_word(reached, target), form=target.form,
    )  # fmt: skip


def _word(reached: float | None, target: Target) -> Word:
    if reached is None:
        return "not measured"
    met = reached >= target.limit if target.least else reached <= target.limit
    return "reached" if met else "not reached"
