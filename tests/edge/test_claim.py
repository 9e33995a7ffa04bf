"""One box at a time runs over a spool; who comes second touches nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.claim import alone
from pipelines.errors import SpoolError
from tests.edge.test_spool import spool_at, word
from tests.tocsin.test_cli import said_by


def test_a_second_box_is_told_which_process_runs_and_what_to_do(tmp_path: Path) -> None:
    spool = tmp_path / "new" / "spool.db"
    with alone(spool):
        said = f"process {os.getpid()} - at .*; stop that one"
        with pytest.raises(SpoolError, match=said), alone(spool):
            pass
    with alone(spool):
        pass


def test_a_spool_that_has_no_folder_is_named_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with (
        pytest.raises(SpoolError, match=r"File exists - at \$\.spool\.path; may one write"),
        alone(tmp_path / "taken" / "spool.db"),
    ):
        pass


def test_whoever_is_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    spool = tmp_path / "spool.db"
    code = (
        "import sys; from pathlib import Path; from edge.claim import alone\n"
        "with alone(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", code, str(spool)]
    held = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    with held:
        assert held.stdout is not None
        assert held.stdout.readline() == b"held\n"
        with pytest.raises(SpoolError, match=f"process {held.pid}"), alone(spool):
            pass
        held.kill()
    with alone(spool):
        pass


def test_a_box_that_is_started_twice_ends_no_life_of_the_first(tmp_path: Path) -> None:
    path, config = tmp_path / "spool.db", tmp_path / "edge.yaml"
    config.write_text(
        "site: north\nbox: box-1\nspool: {path: spool.db}\n"
        "cameras: [{id: yard, place: yard, url: 'rtsp://127.0.0.1:1/a'}]\n"
    )
    with spool_at(path) as spool:
        spool.put([word("a", "begin")])
        with alone(path):
            answer = said_by("edge", "run", str(config))
        assert answer.returncode == 4
        assert answer.stderr.startswith(f"tocsin: {path}: another box runs over it, process ")
        assert spool.end_lives(lambda last: last, None) == 1
