"""Readers that are written in Python stand what seeks their unseen code; broken ones do not."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.hell import guided
from tests.hell.inputs import inputs

SEED = int(os.environ.get("TOCSIN_SEED") or guided.SEED)
GUIDED = {name: guided.RUNS for name, each in inputs().items() if not each.native} | {
    "file-of-a-box": 8000, "file-of-a-centre": 8000, "list-of-places": 8000,
}  # fmt: skip
"""Runs of each: more of what is parsed in Python than of what msgspec reads before we judge it."""

where_it_is = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="no right machine: atheris has wheels for x86-64 alone"
)


class Sought(NamedTuple):
    """What came of a run: its exit code, its words, and inputs that were not stood."""

    code: int
    words: str
    fell_over: list[Path]

    @property
    def figures(self) -> str:
        """How much ran, and how many branches of it."""
        covered = re.findall(r"cov: (\d+)", self.words)
        return f"runs={self.runs} branches={covered[-1] if covered else 0}"

    @property
    def runs(self) -> int:
        """Inputs that were tried."""
        told = re.search(r"number_of_executed_units: (\d+)", self.words)
        return int(told[1]) if told else 0


def seek(name: str, into: Path = guided.INTO, *more: str) -> Sought:
    """Let a process of its own do it, which always does the same for a seed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hell.guided", name, "--into", into, *more],
        cwd=guided.ROOT, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
    )  # fmt: skip
    words = re.sub(r"(?m)^INFO: Instrumenting .*\n", "", done.stdout)
    return Sought(done.returncode, words, sorted((into / name).glob("*-[0-9a-f]*")))


def complaint(name: str, sought: Sought) -> str:
    """What a person needs: what happened, what it was about, and how to have it again."""
    _, begins, rest = sought.words.rpartition("=== Uncaught Python exception")
    said = [begins + rest if begins else sought.words[-4000:]]
    for file in sought.fell_over:
        said += [f"{file.name}: {file.read_bytes()!r}"]
        said += [f"replay: python -m tests.hell.guided {name} --replay {file}"]
    return "\n".join(said)


@pytest.mark.hell
@where_it_is
@pytest.mark.parametrize("name", GUIDED)
def test_a_reader_stands_what_seeks_its_unseen_code(name: str) -> None:
    sought = seek(name, guided.INTO, "--seed", str(SEED), "--runs", str(GUIDED[name]))
    sys.stdout.write(f"{name}: seed={SEED} {sought.figures}\n")
    assert sought.code == 0, complaint(name, sought)
    assert sought.runs >= GUIDED[name]


@where_it_is
def test_a_fault_that_chance_never_meets_is_found_step_by_step_and_can_be_replayed(
    tmp_path: Path,
) -> None:
    sought = seek("falls", tmp_path, "--runs", "1000000")
    assert sought.code != 0
    (file,) = sought.fell_over
    assert file.read_bytes().startswith(b"\x9f\x3c\xe1\x07")
    told = complaint("falls", sought)
    assert "FlawError" in told
    assert f"{file.read_bytes()!r}" in told
    again = seek("falls", tmp_path, "--replay", str(file))
    assert again.code != 0
    assert "FlawError" in again.words


@pytest.mark.hell
@where_it_is
@pytest.mark.parametrize(
    ("name", "limit", "left"),
    [("stalls", "--longest-s", "timeout"), ("hoards", "--most-mib", "oom")],
)
def test_time_and_memory_without_bounds_fail_it_too(
    name: str, limit: str, left: str, tmp_path: Path
) -> None:
    sought = seek(name, tmp_path, limit, "2" if left == "timeout" else "256", "--runs", "100000000")
    assert sought.code != 0
    assert [file.name.partition("-")[0] for file in sought.fell_over] == [left]
