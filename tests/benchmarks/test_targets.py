"""Verdicts say what was reached, and plainly what was not."""

import pytest

from benchmarks.clips import Kind, Rate
from benchmarks.figures import Figure
from benchmarks.tables import sheets, told
from benchmarks.targets import TARGETS, Target, verdicts
from tocsin.bench.rounds import Spread

AT_MOST = Target("cost", "idle", "full / decode only", 1.2)
AT_LEAST = Target("events", "idle", "full / decode only", 1.2, least=True)


def kind(rate: Rate = "CBR") -> Kind:
    return Kind(rate=rate, width=1280, height=720, fps=25, kbit_per_s=2000, dark=False)


def figure(value: float, *, clip: str = "a", rate: Rate = "CBR", section: str = "idle") -> Figure:
    spread = Spread(value, value - 0.1, value + 0.1)
    return Figure(
        section=section, what="full / decode only", clip=clip, kind=kind(rate), value=spread
    )


@pytest.mark.parametrize(
    ("target", "values", "reached", "word"),
    [
        (AT_MOST, (1.0, 1.1, 9.0), 1.1, "reached"),
        (AT_MOST, (1.2,), 1.2, "reached"),
        (AT_MOST, (1.0, 1.3, 1.4), 1.3, "not reached"),
        (AT_LEAST, (1.2,), 1.2, "reached"),
        (AT_LEAST, (1.0, 1.1, 9.0), 1.1, "not reached"),
        (AT_MOST, (), None, "not measured"),
    ],
)
def test_a_target_is_held_to_the_median_of_its_clips(
    target: Target, values: tuple[float, ...], reached: float | None, word: str
) -> None:
    figures = [figure(value, clip=str(number)) for number, value in enumerate(values)]
    (verdict,) = verdicts(figures, [target])
    assert (verdict.reached, verdict.word, verdict.clips) == (reached, word, len(values))
    assert (verdict.low, verdict.high) == (min(values, default=None), max(values, default=None))


def test_a_target_hears_of_its_own_kind_of_stream_and_section_only() -> None:
    only = Target(
        "cost",
        "idle",
        "full / decode only",
        1.2,
        lambda each: each is not None and each.rate == "VBR",
    )
    others = [figure(0.1), figure(0.1, rate="VBR", section="active")]
    (verdict,) = verdicts([*others, figure(2.0, rate="VBR")], [only])
    assert (verdict.reached, verdict.word) == (2.0, "not reached")


def test_a_cell_shows_its_spread_unless_there_is_none() -> None:
    assert told(Spread(1.25, 1.1, 1.5), ".2f") == "1.25 (1.10–1.50)"
    assert told(Spread(1.25, 1.25, 1.25), ".2f") == "1.25"


def test_a_sheet_has_a_column_for_each_clip_and_a_dash_for_what_was_not_measured() -> None:
    other = Figure(section="idle", what="other", clip="b", kind=None, value=Spread(3, 3, 3))
    (sheet,) = sheets([figure(1.0, clip="a"), figure(2.0, clip="b"), other])
    assert sheet.heads() == ["", "a", "b"]
    assert [line[0] for line in sheet.lines()] == ["stream", "full / decode only", "other"]
    assert sheet.lines()[2] == ["other", "–", "3.00"]


def test_no_target_is_asked_twice() -> None:
    assert len({target.text for target in TARGETS}) == len(TARGETS)
