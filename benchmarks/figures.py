"""What was measured, as values: figures with their spread, and what must be said beside them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from benchmarks.clips import Clip, Kind
from tocsin.bench.rounds import Spread, spread
from tocsin.bench.side import Cost


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was measured on one clip.

    section  the table it belongs to
    what     its row there; targets ask for it by this name
    clip     its column there: a clip, or a clip and how many streams of it
    form     how a value is written
    """

    section: str
    what: str
    clip: str
    kind: Kind | None
    value: Spread
    form: str = ".2f"


class Result(msgspec.Struct, frozen=True):
    """Figures, and sentences about what went on while they were taken."""

    figures: list[Figure] = []
    notes: list[str] = []

    def __add__(self, other: "Result") -> "Result":
        return Result(self.figures + other.figures, self.notes + other.notes)


class Ratio(NamedTuple):
    """The CPU of one side over that of another."""

    over: str
    under: str

    @property
    def what(self) -> str:
        """As a column is headed."""
        return f"{self.over} / {self.under}"


def listed(section: str, clip: str, rows: Mapping[str, tuple[Spread, str]]) -> list[Figure]:
    """What was measured several times: by its row, a value and how it is written."""
    return [
        Figure(section=section, what=what, clip=clip, kind=None, value=value, form=form)
        for what, (value, form) in rows.items()
    ]


def once(section: str, clip: str, rows: Mapping[str, tuple[float, str]]) -> list[Figure]:
    """What was measured once: by its row, a value and how it is written."""
    spreads = {what: (spread([value]), form) for what, (value, form) in rows.items()}
    return listed(section, clip, spreads)


def ratios(
    section: str, clip: Clip, rounds: Sequence[Mapping[str, Cost]], wanted: Sequence[Ratio],
    *, name: str = "",
) -> list[Figure]:  # fmt: skip
    """Ratios of CPU per second of a stream, each within its round; `name` heads the column."""
    return [
        Figure(
            section=section, what=each.what, clip=name or clip.name, kind=clip.kind,
            value=spread([costs[each.over].each / costs[each.under].each for costs in rounds]),
        )
        for each in wanted
    ]  # fmt: skip
