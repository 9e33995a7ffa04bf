"""A run in, its JSON, its plot and its page out."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.soak.judging import Series, Verdict, judged, replaced, warm_up_s
from tests.soak.plot import drawn

PANELS = {
    "rss_mib": "memory of each process (RSS), MiB",
    "files": "open files, sockets and pipes",
    "threads": "threads",
    "kib": "the box's spool on disk, KiB",
    "waiting": "events that wait in the spool",
}
"""What is sampled, in words."""

FORMS = {"rss_mib": ".1f", "kib": ".0f"}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen.

    seconds  from when all cameras were live
    load     processes that wanted a core, over a minute, at each sample
    pids     of each part, at each sample
    unjudged parts that are scenery
    """

    command: str
    seconds: float
    every_s: float
    machine: str
    load: tuple[float, ...]
    series: tuple[Series, ...]
    pids: tuple[dict[str, int], ...]
    events: int
    acked: int
    skipped: int
    broken: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def verdicts(self) -> list[Verdict]:
        """Of all parts but the scenery."""
        ours = [each for each in self.series if each.part not in self.unjudged]
        return judged(ours, warm_s=warm_up_s(self.seconds), until_s=self.seconds)

    @property
    def faults(self) -> list[str]:
        """Why the run is no good; nothing when it is."""
        grown = [
            f"{each.part}: {each.what} grew by {each.growth:.1%}, from "
            f"{_value(each, each.first)} to {_value(each, each.last)}"
            for each in self.verdicts if not each.flat
        ]  # fmt: skip
        settled = self.pids[int(len(self.pids) * warm_up_s(1.0)) :]
        return [*self.broken, *replaced(settled), *grown]


def write(run: Run, folder: Path, name: str = "soak") -> None:
    """Write `soak.json`, `soak.svg` and `soak.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        **msgspec.to_builtins(run),
        "verdicts": [
            {**each._asdict(), "growth": round(each.growth, 4), "flat": each.flat}
            for each in run.verdicts
        ],
        "faults": run.faults,
    }
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(told))
    (folder / f"{name}.svg").write_text(svg(run), encoding="utf-8")
    (folder / f"{name}.md").write_text(page(run, name), encoding="utf-8")


def svg(run: Run) -> str:
    """The plot of a run."""
    panels = [
        (title, [each for each in run.series if each.what == what and each.points])
        for what, title in PANELS.items()
    ]
    return drawn(panels, warm_s=warm_up_s(run.seconds), until_s=run.seconds)


def page(run: Run, name: str = "soak") -> str:
    """A section of a Markdown page."""
    low, high = (min(run.load), max(run.load)) if run.load else (0.0, 0.0)
    verdict = "flat" if not run.faults else "not flat"
    said = (
        f"`{run.command}`, on {run.machine}; between {low:.1f} and {high:.1f} processes wanted a "
        f"core. {run.seconds / 60:.0f} minutes, a sample every {run.every_s:g} s; "
        f"{warm_up_s(run.seconds) / 60:.1f} minutes of them to warm up. {run.events} events, "
        f"{run.acked} acknowledged, {run.skipped} packets skipped. Verdict: **{verdict}**.\n"
    )
    lines = [
        said,
        *[f"- {fault}\n" for fault in run.faults],
        f"\n![what each process held over the run]({name}.svg)\n\n",
        _table(run.verdicts),
    ]
    return "".join(lines)


def _table(verdicts: Sequence[Verdict]) -> str:
    rows = [
        f"| {each.part} | {PANELS[each.what]} | {_value(each, each.first)} | "
        f"{_value(each, each.last)} | {each.growth:+.1%} | {'flat' if each.flat else 'GREW'} |\n"
        for each in verdicts
    ]
    head = "| part | what | first quarter | last quarter | change | verdict |\n"
    return f"{head}|---|---|---:|---:|---:|---|\n{''.join(rows)}"


def _value(verdict: Verdict, value: float) -> str:
    return format(value, FORMS.get(verdict.what, "g"))
