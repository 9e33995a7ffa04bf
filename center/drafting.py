"""A watch list's text in, its entries with the lines they stand on, or what is wrong where, out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from center.watchlist import loaded
from pipelines.errors import ConfigError


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a text from being put in force, and its line from 1, where it has one."""

    line: int | None
    said: str


class DraftEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is written, and its first and last line, from 1."""

    first: int
    last: int
    written: dict[str, Any]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A text that nobody published. Its entries are told when nothing is wrong with it."""

    wrong: Wrong | None
    entries: tuple[DraftEntry, ...] = ()


def draft(text: str, path: Path) -> Draft:
    """Read a text as if it stood in the file; nothing changes, and nothing is raised."""
    try:
        loaded(text, path)
    except (ConfigError, ValueError) as error:
        return Draft(wrong=_wrong(str(error), path))
    return Draft(wrong=None, entries=tuple(_entries(text)))


def _wrong(said: str, path: Path) -> Wrong:
    """What an error says, without the name of the file that the text is not in yet."""
    found = re.fullmatch(rf"{re.escape(str(path))}:(?:(\d+):)? ?(.+)", said, re.DOTALL)
    if found is None:
        return Wrong(line=None, said=said)
    return Wrong(line=int(found[1]) if found[1] else None, said=found[2])


def _entries(text: str) -> Iterator[DraftEntry]:
    written = yaml.safe_load(text).get("entries") or []
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    nodes: list[Any] = next(
        (value.value for key, value in root.value if key.value == "entries"), []
    )
    for node, entry in zip(nodes, written, strict=False):
        yield DraftEntry(first=node.start_mark.line + 1, last=_last_line(node), written=entry)


def _last_line(node: Any) -> int:
    """Where a node ends; a block's own mark lies after the comments that follow it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        mark = node.end_mark
        return int(mark.line + (mark.column > 0 or mark.line == node.start_mark.line))
    pairs = isinstance(node, yaml.MappingNode)
    below = [each for pair in node.value for each in pair] if pairs else node.value
    return max(_last_line(each) for each in below)
