"""The threat model names tests: each exists, and no threat is without one."""

import ast
import re
from pathlib import Path

import pytest

from tests.the_line import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"\[([\w. -]+)\]\((tests/[\w/]+\.py)\)")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| who | does what")
]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[1]}"[:60])
def test_each_threat_has_tests_and_they_exist(row: list[str]) -> None:
    who, what, stops, shown, _left = row
    assert all((who, what, stops))
    named = NAMED.findall(shown)
    assert named
    assert NAMED.sub("", shown).strip(" ·") == ""
    for sentence, file in named:
        known = names_in(ROOT / file)
        assert Path(file).name == sentence or "test_" + sentence.replace(" ", "_") in known


def test_the_threats_that_everybody_asks_about_are_there() -> None:
    whole = " ".join(f"{row[0]} {row[1]}" for row in ROWS)
    for threat in (
        "eavesdropper", "man in the middle", "thief of a box", "malicious camera",
        "insider operator", "forger of events", "replayer", "flooder", "supply chain",
    ):  # fmt: skip
        assert threat in whole
