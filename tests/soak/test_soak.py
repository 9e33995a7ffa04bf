"""What grows is told from what is flat, and a plot shows all of it."""

import os
from xml.etree import ElementTree as ET

from tests.soak.judging import Point, Series, judged, replaced, warm_up_s
from tests.soak.plot import drawn, thinned
from tests.soak.processes import held
from tests.soak.report import Run, page

MINUTES = 20


def series(part: str, *values: float) -> Series:
    """A value for each step of a run."""
    step = MINUTES * 60 / (len(values) - 1)
    return Series(part, "rss_mib", tuple(Point(step * n, each) for n, each in enumerate(values)))


def run(*all_of_it: Series, pids: tuple[dict[str, int], ...] = ({"box": 1},) * 8) -> Run:
    return Run(
        command="make soak HOURS=0.3", seconds=MINUTES * 60, every_s=5, machine="a machine",
        load=(1.0, 3.0), series=all_of_it, pids=pids, events=9, acked=9, skipped=0,
        unjudged=("cameras",),
    )  # fmt: skip


def test_what_rises_while_it_warms_up_and_then_stays_is_flat() -> None:
    rises = series("box", 100, 180, 200, 200, 201, 199, 200, 202, 201)
    (verdict,) = judged([rises], warm_s=warm_up_s(1200), until_s=1200)
    assert verdict.flat
    assert not run(rises).faults


def test_what_grows_slowly_and_without_end_is_not() -> None:
    leaks = series("box", *range(200, 221))
    (fault,) = run(leaks).faults
    assert fault.startswith("box: rss_mib grew by ")
    assert "**not flat**" in page(run(leaks))


def test_one_peak_is_no_growth_and_what_shrinks_is_flat() -> None:
    peak, shrinks = series("box", 9, 9, 9, 9, 90, 9, 9, 9, 9), series("centre", 9, 8, 7, 6, 5)
    assert not run(peak, shrinks).faults


def test_the_scenery_may_grow() -> None:
    assert not run(series("cameras", *range(100, 200))).faults


def test_a_part_that_another_process_took_over_is_told_of() -> None:
    assert replaced([{"box": 1}, {"box": 1}, {"box": 2}, {}]) == [
        "box is another process", "box is gone",
    ]  # fmt: skip
    again = ({"box": 1},) * 6 + ({"box": 2},) * 2
    assert run(series("box", 9, 9, 9, 9, 9), pids=again).faults == ["box is another process"]


def test_a_plot_is_sound_xml_with_a_line_for_each_part() -> None:
    made = drawn(
        [("memory & more", [series("box", 1, 2), series("broker <1>", 3, 4)])], warm_s=300,
        until_s=1200,
    )  # fmt: skip
    assert len(list(ET.fromstring(made).iter("{http://www.w3.org/2000/svg}polyline"))) == 2  # noqa: S314


def test_a_day_of_samples_is_a_line_that_can_be_drawn() -> None:
    assert len(thinned([Point(n, n % 7) for n in range(17_280)])) <= 480


def test_a_process_holds_memory_files_and_threads() -> None:
    mine = held({os.getsid(0): "all"})
    (me,) = (each for each in mine.values() if each.pid == os.getpid())
    assert me.rss_mib > 10
    assert me.files >= 3
    assert me.threads >= 1
