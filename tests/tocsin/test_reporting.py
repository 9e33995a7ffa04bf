"""Reports are written beside a centre that runs, whole or not at all, as cron asks for them."""

from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from center.store import Store
from pipelines.errors import TocsinError
from tests.center.centre import Centre, event
from tests.center.desks import Office
from tocsin.__main__ import app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A centre's file, and a store with an alert that its centre still has open."""
    Centre(tmp_path)
    (tmp_path / "state").mkdir()
    return tmp_path / "center.yaml"


def asked(file: Path, *words: str) -> str:
    answer = CliRunner().invoke(
        app, ["report", str(file), "--date", "2026-11-23", *words], catch_exceptions=False
    )
    return answer.output


def test_a_page_and_a_table_are_written_while_another_writes(file: Path) -> None:
    folder = file.parent
    with closing(Store(folder / "state" / "center.db")) as store:
        Office(store).file(event())
        with store.write():
            out = ["--out", str(folder / "new/a.html"), "--out", str(folder / "a.csv")]
            said = asked(file, "--place", "depot", "--lang", "zh", *out)
    assert said.count("written") == 2
    assert "日报" in (folder / "new/a.html").read_text()
    assert (folder / "a.csv").read_bytes().split(b"\r\n")[1].endswith(b",0,1,0,0,1")
    assert [each.name for each in folder.glob(".*.part")] == []


def test_the_shift_that_ended_last_and_the_quality_of_alarms_are_written_too(file: Path) -> None:
    folder = file.parent
    with closing(Store(folder / "state" / "center.db")) as store:
        Office(store).file(event())
    both = ["--out", str(folder / "a.html"), "--out", str(folder / "a.csv")]
    said = asked(file, "--period", "shift", "--shift", "1", *both)
    assert said.count("written") == 2
    assert "Shift 1 · 2026-11-23" in (folder / "a.html").read_text()
    assert (folder / "a.csv").read_text().startswith("alert,place,")
    asked(file, "--period", "alarms", "--table", "sources", "--lang", "zh", *both)
    assert "告警质量" in (folder / "a.html").read_text()
    assert "intrusion,cam-1,1" in (folder / "a.csv").read_text()


WRONG = {
    "--period year --out a.html": "there are day, week, month, shift, alarms",
    "--period shift --shift 4 --out a.html": "a day has shifts 1 to 3",
    "--place nowhere --out a.html": "no place has the id 'nowhere'",
    "--out a.pdf": "ends in .html or .csv",
    "--table faces --out a.csv": "there are alerts, response",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_written_is_said_with_its_fix(
    file: Path, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    with closing(Store(file.parent / "state" / "center.db")), pytest.raises(TocsinError) as caught:
        asked(file, *words.split())
    assert WRONG[words] in str(caught.value)


def test_a_centre_that_never_ran_has_nothing_to_report(file: Path) -> None:
    with pytest.raises(TocsinError, match="has not been started yet"):
        asked(file, "--out", "a.html")
    assert not (file.parent / "state" / "center.db").exists()
