"""One centre at a time runs over a state folder; who comes second touches nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from center import claim
from pipelines.errors import StoreError
from tests.tocsin.test_cli import said_by


def test_a_second_centre_is_told_that_one_runs_there_whatever_its_ports(tmp_path: Path) -> None:
    (tmp_path / "watch.yaml").write_text("places: [{id: yard, name: Yard, grade: 1}]\n")
    path, state = tmp_path / "center.yaml", tmp_path / "state"
    path.write_text("watch_list: watch.yaml\nbroker: {port: 14222, mqtt_port: 11883}\n")
    state.mkdir()
    with claim.running(state):
        answer = said_by("center", "run", str(path))
    assert answer.returncode == 4
    assert f"tocsin: {state}: a centre runs there already - at $.state; stop it" in answer.stderr
    assert {each.name for each in state.iterdir()} == {claim.LOCK, claim.RUNS}


def test_a_state_folder_that_cannot_be_made_is_named_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "watch.yaml").write_text("places: [{id: yard, name: Yard, grade: 1}]\n")
    (tmp_path / "taken").write_text("")
    path = tmp_path / "center.yaml"
    path.write_text("watch_list: watch.yaml\nstate: taken/state\n")
    answer = said_by("center", "run", str(path))
    assert answer.returncode == 2
    assert answer.stderr.endswith(
        f"tocsin: {tmp_path}/taken/state: cannot be made: Not a directory - at $.state; name a "
        "folder in which the centre may write\n"
    )


def test_a_centre_that_is_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from center.claim import running\n"
        "with running(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as held:
        assert held.stdout is not None
        assert held.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="runs there already"), claim.running(tmp_path):
            pass
        held.kill()
    with claim.running(tmp_path), claim.at_rest(tmp_path) as is_so:
        assert not is_so
