"""What cannot be written at the end of long work is said before it begins."""

from pathlib import Path

import pytest

from pipelines.errors import ConfigError
from tests.tocsin.test_cli import said_by
from tocsin.room import make_room


def test_a_file_that_is_there_keeps_what_stands_in_it_and_a_new_one_is_not_left(
    tmp_path: Path,
) -> None:
    old, new = tmp_path / "old.json", tmp_path / "folder" / "new.json"
    old.write_text("[1]")
    make_room(old)
    make_room(new)
    assert (old.read_text(), new.exists()) == ("[1]", False)
    with pytest.raises(ConfigError, match=r"--json .*folder: cannot be written: Is a directory"):
        make_room(tmp_path / "folder")


@pytest.mark.parametrize("option", ["--state", "--spools"])
def test_a_fleet_that_has_nowhere_to_write_is_not_begun(option: str) -> None:
    answer = said_by("simulate", "--cameras", "2", option, "/nowhere")
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"tocsin: {option} /nowhere: no folder in which one may write")


@pytest.mark.parametrize(
    "words", [("simulate", "--cameras", "2"), ("evaluate", "nowhere.mp4", "--truth", "nowhere.txt")]
)
def test_figures_that_have_nowhere_to_go_are_not_measured(words: tuple[str, ...]) -> None:
    answer = said_by(*words, "--json", "/dev/null/figures.json")
    assert answer.returncode == 2
    assert answer.stderr.startswith("tocsin: --json /dev/null/figures.json: cannot be written: ")
