"""A new watch list and who wants it in, put in force out; or kept until another person agrees.

What changes an entry of grade 1 or 2 takes two people: one writes, another publishes. One text
waits at a time, in the store, with the version that it was written against.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, insert, select

from center.actor import Caller
from center.gravest import differing
from center.listing import Listing
from center.tables import waiting_lists
from center.versions import Version
from center.watchlist import loaded
from pipelines.errors import ConfigError, TocsinError


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A watch list that waits for a second person.

    by       who wrote it; `seat` as others see them
    base     the version that it was written against
    entries  of grades 1 and 2 that differ, by their names
    """

    id: int
    at: datetime
    by: str
    seat: str
    base: int
    entries: tuple[str, ...]
    text: str


class Person(NamedTuple):
    """Who asks, and under which seat."""

    who: Caller
    seat: str


class OccupiedError(TocsinError):
    """Somebody else's text waits already."""


class SamePersonError(TocsinError):
    """Who wrote it cannot be the second person."""


class Seconding:
    """Safe to call from any thread, and in several centres over one store.

    asks    whether a second person is ever asked for
    former  file in which the text waited before it did so in the store; it is taken over
    """

    def __init__(self, listing: Listing, *, asks: bool, former: Path | None = None) -> None:
        self.listing, self.store, self.asks = listing, listing.store, asks
        if former is not None and former.exists():
            self._take_over(former)

    def waiting(self) -> Waiting | None:
        """The text that waits, if one does."""
        if not self.asks:
            return None
        with self.store.read() as connection:
            return _found(connection)

    def publish(self, text: str, *, by: Person, seen: int) -> Version | Waiting:
        """Put a text in force, or let it wait. Raises as `Listing.publish`, OccupiedError."""
        grave = self._grave(text) if self.asks and by.who.via != "open" else ()
        if not grave:
            return self.listing.publish(text, by=by.seat, seen=seen)
        self.listing.check(seen)
        return self._keep(text, grave, by=by, base=seen)

    def second(self, number: int, *, by: Person, seen: int) -> Version | None:
        """Put the text that waits in force; None if another does, or none.

        Raises as `Listing.publish`, SamePersonError.
        """
        found = self.waiting()
        if found is None or found.id != number:
            return None
        if found.by == by.who.name:
            raise SamePersonError("you wrote it: another person has to publish it")
        self.listing.check(found.base)
        made = self.listing.publish(found.text, by=found.seat, seen=seen, second=by.seat)
        self.withdraw(number)
        return made

    def withdraw(self, number: int) -> Waiting | None:
        """Let a text wait no longer; it as it was, if it did."""
        with self.store.write() as connection:
            found = _found(connection)
            if found is None or found.id != number:
                return None
            connection.execute(delete(waiting_lists))
            return found

    def _grave(self, text: str) -> tuple[str, ...]:
        self.listing.fresh()
        return differing(self.listing.listed, loaded(text, self.listing.path))

    def _keep(self, text: str, grave: tuple[str, ...], *, by: Person, base: int) -> Waiting:
        at_s = self.listing.clock.now_s()
        made = Waiting(
            id=round(at_s * 1000), at=datetime.fromtimestamp(at_s, UTC), by=by.who.name,
            seat=by.seat, base=base, entries=grave, text=text,
        )  # fmt: skip
        with self.store.write() as connection:
            now = _found(connection)
            if now is not None and now.by != by.who.name:
                raise OccupiedError(
                    f"a change by {now.seat} waits for a second person; publish or withdraw it "
                    "first"
                )
            if now is not None and (now.text, now.base) == (text, base):
                return now
            _put(connection, made)
        return made

    def _take_over(self, former: Path) -> None:
        """Raises ConfigError where the file is not ours."""
        try:
            kept = msgspec.json.decode(former.read_bytes(), type=Waiting)
            with self.store.write() as connection:
                if _found(connection) is None:
                    _put(connection, kept)
            former.unlink()
        except (OSError, msgspec.DecodeError) as error:
            raise ConfigError(f"{former}: {error}; remove it and write the change anew") from error


def _found(connection: Connection) -> Waiting | None:
    body = connection.execute(select(waiting_lists.c.body)).scalar_one_or_none()
    return None if body is None else msgspec.json.decode(body, type=Waiting)


def _put(connection: Connection, waiting: Waiting) -> None:
    """Let one text wait in place of another."""
    connection.execute(delete(waiting_lists))
    row = {"id": waiting.id, "body": msgspec.json.encode(waiting)}
    connection.execute(insert(waiting_lists).values(row))
