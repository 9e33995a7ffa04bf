"""The console's words: no word of a table is written over by another."""

import re
from collections import Counter
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "center" / "static"
TABLE = re.compile(r"= words\(\{(.*?)\}\);", re.DOTALL)
KEY = re.compile(r'(?:^|,)\s*"?([\w-]+)"?: \[', re.MULTILINE)


def tables() -> list[tuple[str, str]]:
    """Where each table stands, and what is between its braces."""
    files = sorted(STATIC.glob("*/*.js"))
    return [
        (f"{path.parent.name}/{path.name}", found)
        for path in files
        for found in TABLE.findall(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize(("where", "table"), tables(), ids=lambda part: part[:24])
def test_each_word_stands_once_in_its_table(where: str, table: str) -> None:
    counts = Counter(KEY.findall(table))
    assert counts, where
    assert [key for key, number in counts.items() if number > 1] == []


def test_every_view_has_its_words() -> None:
    assert len(tables()) >= len(list(STATIC.glob("*/words.js"))) - 1  # base has none of its own
