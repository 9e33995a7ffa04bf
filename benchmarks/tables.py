"""Figures in, tables out: for the terminal and for the page, from the same cells."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from benchmarks.clips import Kind
from benchmarks.figures import Figure, Result
from tocsin.bench.rounds import Spread


@dataclass
class Sheet:
    """One section's cells: a row for each thing that was measured, a column for each clip.

    kinds  what sort of stream each column is about
    """

    title: str
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def heads(self) -> list[str]:
        """What stands above the columns."""
        return ["", *self.kinds]

    def lines(self) -> list[list[str]]:
        """Row by row, with a dash where nothing was measured; the streams' sorts come first."""
        cells = [
            [what, *(values.get(clip, "–") for clip in self.kinds)]
            for what, values in self.rows.items()
        ]
        return [["stream", *self.kinds.values()], *cells]


def sheets(figures: list[Figure]) -> list[Sheet]:
    """A sheet for each section, in the order in which they were measured."""
    made: dict[str, Sheet] = {}
    for each in figures:
        sheet = made.setdefault(each.section, Sheet(each.section))
        sheet.rows.setdefault(each.what, {})[each.clip] = told(each.value, each.form)
        sheet.kinds[each.clip] = in_words(each.kind)
    return list(made.values())


def told(value: Spread, form: str) -> str:
    """The median, and from where to where it spreads, unless that is nowhere."""
    low, middle, high = (format(each, form) for each in (value.low, value.median, value.high))
    return middle if low == middle == high else f"{middle} ({low}–{high})"


def in_words(kind: Kind | None) -> str:
    """What sort of stream a column is about."""
    if kind is None:
        return "–"
    dark = ", low light" if kind.dark else ""
    return f"{kind.width}×{kind.height} {kind.rate} {kind.kbit_per_s} kbit/s{dark}"


def show(result: Result, console: Console) -> None:
    """Print all sheets and notes."""
    for sheet in sheets(result.figures):
        table = Table(title=sheet.title)
        for name in sheet.heads():
            table.add_column(name, overflow="fold")
        for line in sheet.lines():
            table.add_row(*line)
        console.print(table)
    for note in result.notes:
        console.print(f"note: {note}", markup=False)
