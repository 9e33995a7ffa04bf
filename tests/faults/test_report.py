"""What a run has shown, told: nothing that was not run is told as passed."""

import json
from pathlib import Path

import pytest

from tests.faults import long, report
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


def test_runs_are_added_up_and_one_that_broke_a_promise_stays_in_the_sum(tmp_path: Path) -> None:
    whole, unjudged = ran(), ran()
    unjudged.figures, unjudged.broken = None, [Violation("away", "the centre", "not back")]
    for name, each in (("7", whole), ("8", unjudged)):
        (tmp_path / f"{name}.json").write_bytes(report.as_json(each))
    said = report.summed(long.runs(tmp_path))
    assert said.startswith("6 kills and 4 other faults in 2 runs")
    assert "1 promises broken" in said
    assert "not judged" in said.splitlines()[-1]


def test_a_long_run_goes_on_from_what_lies_there_and_takes_no_seed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []

    def once(seed: int, wanted: int, folder: Path, _: object) -> int:
        asked.append((seed, wanted))
        made = ran()
        made.done.kills.update({"centre": wanted - 3})
        (folder / f"{seed}.json").write_bytes(report.as_json(made))
        return 0

    monkeypatch.setattr(long, "_once", once)
    command = ["long", "--seed", "7", "--each", "10", "--folder", str(tmp_path / "faults")]
    for kills in ("10", "25"):
        monkeypatch.setattr("sys.argv", [*command, "--kills", kills])
        assert long.main() == 0
    assert asked == [(7, 10), (8, 10), (9, 5)]
    assert (tmp_path / "faults.md").read_text().startswith("25 kills")
