"""What a run measured, as JSON and as a table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table

from pipelines.errors import ConfigError
from tocsin.simulate.alerts import Quantiles


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run.

    settings          as they were asked for, and what was chosen for what was left out
    seconds           for which the boxes spoke
    drained_s         from then until the last event was stored
    events_per_s      stored, over all seconds from the first word until then
    sent              events that boxes made, each into its spool first
    acknowledged      that left the spool because the broker had them
    stored            different ones that are in the store
    lost              acknowledged, and not in the store
    duplicated        rows beyond the first of an id
    unsent, dropped   still in spools at the end; given up by full spools
    redials           lines that broke and were dialled again
    latency_ms        from what a camera saw to the alert that a watcher of the broker hears
    alerts            that opened
    cpu_us_per_event  microseconds of CPU for each stored event, by component; a store in a file is
                      part of its aggregator
    busy_cores        the same as cores that were busy
    rss_mib           of each component, at the beginning and after each twentieth of the run
    sync_us           that this disk took for one small write, in the middle of 200, before the run:
                      with `sync: always` each event of a lone broker is one
    load              of the machine before the run, tasks that want a core, over a minute
    trouble           why a line broke last, if one did
    refusal           why the centre refused an event last, if it did
    ended_by_hand     figures are those until then
    """

    settings: dict[str, Any]
    seconds: float
    drained_s: float
    events_per_s: float
    sent: int
    acknowledged: int
    stored: int
    lost: int
    duplicated: int
    unsent: int
    dropped: int
    redials: int
    latency_ms: Quantiles
    alerts: int
    cpu_us_per_event: dict[str, float]
    busy_cores: dict[str, float]
    rss_mib: dict[str, tuple[float, ...]]
    sync_us: float = 0.0
    load: float = 0.0
    trouble: str = ""
    refusal: str = ""
    ended_by_hand: bool = False
    examples: tuple[str, ...] = ()

    @property
    def wrong(self) -> str:
        """What must not be, in a sentence; empty when all is well."""
        if self.lost:
            shown = ", ".join(self.examples[:3])
            why = f"; refused: {self.refusal}" if self.refusal else ""
            return f"{self.lost} acknowledged events are not in the store, such as {shown}{why}"
        if self.duplicated:
            return f"{self.duplicated} events are in the store twice"
        if self.unsent and not self.ended_by_hand:
            return f"{self.unsent} events are still in spools: the broker did not take them in time"
        return ""


def write(report: Report, file: Path) -> None:
    """Write it as JSON. Raises ConfigError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror} - at --json; name another file") from error


def table(report: Report) -> Table:
    """The same for a person."""
    made = Table(title="Fleet", show_header=False)
    made.add_column(justify="right")
    made.add_column(overflow="fold")
    for what, value in _rows(report):
        made.add_row(what, value)
    return made


def _rows(report: Report) -> Iterator[tuple[str, str]]:
    yield "events/s", f"{report.events_per_s:,.0f}"
    yield "sent, stored", f"{report.sent:,}, {report.stored:,}"
    yield "lost, duplicated", f"{report.lost}, {report.duplicated}"
    late = report.latency_ms
    if late.p50 is not None:
        yield "event to alert", f"p50 {late.p50:.0f}, p95 {late.p95:.0f}, p99 {late.p99:.0f} ms"
    yield "alerts", f"{report.alerts:,}"
    for name, each_us in report.cpu_us_per_event.items():
        yield f"CPU, {name}", f"{each_us:.0f} µs an event, {report.busy_cores[name]:.2f} cores"
    yield "this machine before", f"a write {report.sync_us:,.0f} µs, load {report.load:.1f}"
    yield "drained in", f"{report.drained_s:.1f} s"
    if report.unsent or report.dropped or report.redials:
        yield "unsent, dropped, redials", f"{report.unsent}, {report.dropped}, {report.redials}"
    if report.trouble:
        yield "a line broke", report.trouble
