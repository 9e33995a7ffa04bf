"""A write and its Idempotency-Key in, its answer out: done once, answered the same each time."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, delete, insert, select

from center.tables import kept_answers
from pipelines.errors import TocsinError

KEPT_S = 86400.0
Answered = TypeVar("Answered", bound=msgspec.Struct)


class ReusedKeyError(TocsinError):
    """A key came again with another request."""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """An Idempotency-Key with what was asked under it.

    asked  hash of who asked, where and what
    """

    key: str
    asked: str


def key_of(key: str, *parts: bytes) -> Key:
    """A key, and the hash of the parts of its request."""
    whole = hashlib.sha256(b"\0".join(parts)).hexdigest()
    return Key(key=key, asked=whole)


def once(
    connection: Connection, key: Key | None, kind: type[Answered], *, at_s: float,
    do: Callable[[], Answered | None],
) -> Answered | None:  # fmt: skip
    """What `do` answers, or answered when it was asked under this key before.

    What was refused has changed nothing, is not kept, and may be asked again.
    Raises ReusedKeyError.
    """
    if key is None:
        return do()
    kept = connection.execute(
        select(kept_answers).where(
            kept_answers.c.key == key.key, kept_answers.c.at_s > at_s - KEPT_S
        )
    ).one_or_none()
    if kept is not None:
        if kept.asked != key.asked:
            raise ReusedKeyError("this Idempotency-Key was used for another request")
        return msgspec.json.decode(kept.body, type=kind)
    answer = do()
    if answer is not None:
        forget(connection, before_s=at_s - KEPT_S)
        row = {"key": key.key, "asked": key.asked, "at_s": at_s}
        row |= {"body": msgspec.json.encode(answer)}
        connection.execute(insert(kept_answers).values(row))
    return answer


def forget(connection: Connection, *, before_s: float) -> None:
    """Let go of answers that are older."""
    connection.execute(delete(kept_answers).where(kept_answers.c.at_s <= before_s))
