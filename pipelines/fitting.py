"""What a checker says of a value that does not fit in, the same for who edits a file out.

A pattern is no language for people: a type whose text must fit one says beside it, by `fits`, how
that is written.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

_PATTERN = re.compile(r"Expected `str` matching regex ")
_NO_TEXT = re.compile(r"Expected `str`(?: \|.*)?, got `(?:int|float|bool)`")
_SHARE = re.compile(r"Expected `float` (?:<=|>=) [\d.]+")


def fits(how: str) -> dict[str, str]:
    """What `msgspec.Meta` takes along as `extra`: how a value is written that fits."""
    return {"fits": how}


def fitting(said: str, types: Sequence[Any]) -> tuple[str, str]:
    """What is wrong, and the fix with its semicolon; the fix is empty where none is known.

    said   by msgspec, without the place
    types  that may stand there, as `msgspec.inspect` has them
    """
    how = "; ".join(dict.fromkeys(_told(types)))
    if _PATTERN.match(said):
        return "this does not fit", f"; {how}" if how else said.removeprefix("Expected")
    if _NO_TEXT.match(said):
        return said, "; put it in quotes"
    return said, f"; {how}" if how and _SHARE.match(said) else ""


def _told(types: Sequence[Any]) -> Iterator[str]:
    for info in types:
        parts = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
        for part in parts:
            if isinstance(part, msgspec.inspect.Metadata) and part.extra:
                yield part.extra["fits"]
