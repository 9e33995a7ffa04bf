"""What the scale benchmark runs, and how it tells of it."""

from io import StringIO

from rich.console import Console

from benchmarks.bench_scale import Line, plans, table
from tests.tocsin.test_simulate import SOUND
from tocsin.simulate.postgres import BIN
from tocsin.simulate.report import Report
from tocsin.simulate.run import checked


def test_each_line_can_be_run() -> None:
    planned = dict(plans(seconds=5.0, pace=100.0))
    for _, asked in plans(seconds=5.0, pace=100.0):
        assert checked(asked).processes >= 1
    assert len(planned) == (4 if (BIN / "initdb").exists() else 3), "each name once, but for sizes"


def test_what_was_lost_stands_beside_what_was_carried() -> None:
    told = {"events_per_s": 4321.0, "lost": 3, "settings": {"brokers": 3, "centres": 2}}
    out = StringIO()
    Console(file=out, width=200).print(table([Line("flat out", Report(**SOUND | told))]))
    assert "4,321" in out.getvalue()
    assert "3, 0" in out.getvalue()
