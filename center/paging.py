"""A list in its order and a cursor in, one page and the next cursor out."""

from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from fastapi import Query

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=200)]


def paged(
    items: Iterable[Item], key: Callable[[Item], str], *, limit: int, cursor: str | None
) -> tuple[tuple[Item, ...], str | None]:
    """Items whose keys come after the cursor, by their keys; and the last key if more follow."""
    ordered = sorted(items, key=key)
    rest = [item for item in ordered if cursor is None or key(item) > cursor]
    shown = tuple(rest[:limit])
    return shown, key(shown[-1]) if len(rest) > limit else None
