"""What a run has shown, told: nothing that was not run is told as passed."""

import json

from tests.faults import report
from tests.faults.checker import Violation
from tests.faults.run import Ran, Wanted
from tests.faults.verdict import Figures


def ran() -> Ran:
    made = Ran(Wanted(seed=7), rounds=2, seconds=60, recovered_s=[3.0, 5.0])
    made.done.kills.update({"broker": 3})
    made.done.faults.update({"disk.edge": 1, "net.cut": 1})
    made.figures = Figures(9, 8, 0, 8, 1, 0, 2, 2, 0, 0)
    return made


def test_a_run_tells_how_many_it_killed_and_that_its_promises_were_kept() -> None:
    said = report.text(ran())
    assert "kills=3" in said
    assert said.splitlines()[-1] == "verdict=kept seed=7"
    assert "| broker | 3 | | disk.edge | 1 |" in report.page(ran())


def test_what_was_not_run_and_what_was_broken_are_told_with_the_reason() -> None:
    made = ran()
    made.not_run = {"net.slow": "no network namespace may be made"}
    made.broken = [Violation("lost", "an-id", "it is not there")]
    for said in (report.text(made), report.page(made)):
        assert "net.slow: no network namespace" in said
        assert "an-id" in said
    told = json.loads(report.as_json(made))
    assert told["not_run"] == made.not_run
    assert told["broken"][0]["kind"] == "lost"
    assert "verdict=broken" in report.text(made)
