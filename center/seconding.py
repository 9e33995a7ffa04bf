"""A new watch list and who wants it in, put in force out; or kept until another person agrees.

What changes an entry of grade 1 or 2 takes two people: one writes, another publishes. One text
waits at a time, in a file, with the version that it was written against.
"""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from center.actor import Caller
from center.gravest import differing
from center.listing import Listing, write_whole
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
    """Safe to call from any thread.

    file  holds the text that waits; None where a second person is never asked for
    """

    def __init__(self, listing: Listing, file: Path | None) -> None:
        self.listing, self.file = listing, file
        self._turn = threading.RLock()

    def waiting(self) -> Waiting | None:
        """The text that waits, if one does. Raises ConfigError where its file is not ours."""
        try:
            kept = self.file.read_bytes() if self.file is not None else None
            return None if kept is None else msgspec.json.decode(kept, type=Waiting)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            said = f"{self.file}: {error}; remove it and write the change anew"
            raise ConfigError(said) from error

    def publish(self, text: str, *, by: Person, seen: int) -> Version | Waiting:
        """Put a text in force, or let it wait. Raises as `Listing.publish`, OccupiedError."""
        grave = self._grave(text) if self.file is not None and by.who.via != "open" else ()
        if self.file is None or not grave:
            return self.listing.publish(text, by=by.seat, seen=seen)
        self.listing.check(seen)
        with self._turn:
            return self._keep(self.file, text, grave, by=by, base=seen)

    def second(self, number: int, *, by: Person, seen: int) -> Version | None:
        """Put the text that waits in force; None if another does, or none.

        Raises as `Listing.publish`, SamePersonError.
        """
        with self._turn:
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
        with self._turn:
            found = self.waiting()
            if self.file is None or found is None or found.id != number:
                return None
            self.file.unlink(missing_ok=True)
            return found

    def _grave(self, text: str) -> tuple[str, ...]:
        return differing(self.listing.listed, loaded(text, self.listing.path))

    def _keep(
        self, file: Path, text: str, grave: tuple[str, ...], *, by: Person, base: int
    ) -> Waiting:
        now = self.waiting()
        if now is not None and now.by != by.who.name:
            raise OccupiedError(
                f"a change by {now.seat} waits for a second person; publish or withdraw it first"
            )
        if now is not None and (now.text, now.base) == (text, base):
            return now
        at_s = self.listing.clock.now_s()
        made = Waiting(
            id=round(at_s * 1000), at=datetime.fromtimestamp(at_s, UTC), by=by.who.name,
            seat=by.seat, base=base, entries=grave, text=text,
        )  # fmt: skip
        write_whole(file, msgspec.json.encode(made).decode())
        return made
