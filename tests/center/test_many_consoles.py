"""Many consoles and bursts of alerts over a real server: each is told of each alert once."""

from benchmarks.bench_stream import run


def test_consoles_are_told_of_every_alert_of_a_burst_once_and_in_order() -> None:
    told = run(consoles=20, rate=500, seconds=2)
    assert (told.consoles, told.lost, told.wrong) == (20, 0, 0)
