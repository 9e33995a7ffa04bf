"""What the pages say is there: each command with its options, each link with its heading."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tocsin.__main__ import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_BLOCK = re.compile(r"^ *```(?:sh|bash)?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^ *|\$ |/|&& |center )tocsin ((?:[a-z]|--).*)")


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    text = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {slug(each) for each in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in _LINK.findall(page.read_text("utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, heading = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not heading or heading in anchors(target), link


def commands(text: str) -> Iterator[list[str]]:
    """Words of each call of `tocsin` in a page, in its blocks and within its sentences."""
    blocks = "\n".join(_BLOCK.findall(text)).replace("\\\n", " ")
    for line in [*blocks.splitlines(), *_CODE.findall(_BLOCK.sub("", text))]:
        said = _COMMAND.search(re.sub(r"\s#\s.*| [>|&─].*|[\[\]…(),]", " ", line))
        if said:
            yield shlex.split(said[1].replace("'", "") if said[1].count("'") % 2 else said[1])


def reached(words: list[str]) -> tuple[Any, list[str]]:
    """The command that some words name, and the words behind it."""
    here = typer.main.get_command(app)
    while words and words[0] in getattr(here, "commands", {}):
        here, words = here.commands[words[0]], words[1:]  # type: ignore[attr-defined]
    return here, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_that_a_page_shows_is_there_with_its_options(page: Path) -> None:
    for words in commands(page.read_text("utf-8")):
        command, rest = reached(words)
        known = {name for each in command.params for name in each.opts} | {"--help"}
        asked = {word.partition("=")[0] for word in rest if re.match(r"--[a-z]", word)}
        assert asked <= known, words
        if rest and getattr(command, "commands", {}):
            assert rest[0].startswith("--") or not rest[0].rstrip(",;").islower(), words
