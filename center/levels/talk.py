"""The store in, what a link has to say of it out; and what the other end said, in the store."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

import msgspec
from sqlalchemy import Connection

from center import record
from center.hours import hour_of
from center.letter import Letter
from center.levels import hours, ledger, merging, outgoing, places
from center.levels.link import Telling
from center.levels.outgoing import ABOVE
from center.levels.shared import Shared, SharedAlert, SharedEntries, SharedHours, SharedPlaces
from center.levels.streams import End
from center.places import Place
from center.store import Store
from pipelines.clock import Clock

HOURS_S, ALL_HOURS_S = 10.0, 3600.0
"""How often the last two days are looked through for hours that changed, and how often all."""

_LAST = 48


class Talk:
    """What one link says and takes in.

    level  our own
    tell   is called when alerts changed
    known   the places of this centre and of those below
    placed  is called when the other end told its places
    """

    def __init__(
        self, level: str, end: End, store: Store, clock: Clock, *, tell: Callable[[], None],
        known: Callable[[], tuple[Place, ...]], placed: Callable[[], None],
    ) -> None:  # fmt: skip
        self.level, self.end, self.store, self.clock = level, end, store, clock
        self.tell, self.known, self.placed = tell, known, placed
        self.came = ABOVE if end.up else end.peer
        self.looked_s = self.looked_at_all_s = float("-inf")

    def news(self) -> Telling | None:
        """What the other end does not know yet: alerts first."""
        if not self.end.up:
            found = outgoing.news_for_below(self.store, self.level, self.end.peer)
            return found and self._telling(found, f"entries/{self.end.peer}")
        alerts = outgoing.news_for_above(self.store, self.level)
        if alerts is not None:
            return self._telling(alerts, f"alerts/{ABOVE}")
        return self._places() or self._hours()

    def _telling(self, news: outgoing.News, cursor: str) -> Telling:
        delivered = partial(outgoing.note_told, self.store, cursor, news.cursor)
        return Telling(news.messages, delivered)

    def _places(self) -> Telling | None:
        """All places, when one of them changed."""
        said = SharedPlaces(places=self.known())
        mark = sha256(msgspec.json.encode(said)).hexdigest()
        with self.store.read() as connection:
            if ledger.cursor(connection, "places/above") == mark:
                return None
        delivered = partial(outgoing.note_told, self.store, "places/above", mark)
        return Telling([(mark, said)], delivered)

    def _hours(self) -> Telling | None:
        now_s = self.clock.ticks_s()
        if now_s - self.looked_s < HOURS_S:
            return None
        whole = now_s - self.looked_at_all_s >= ALL_HOURS_S
        since = 0 if whole else hour_of(self.clock.now_s()) - _LAST
        with self.store.read() as connection:
            found = hours.news(connection, since=since)
        if not found:
            self.looked_s = now_s
            self.looked_at_all_s = now_s if whole else self.looked_at_all_s
            return None
        marks = [(cursor, mark) for cursor, mark, _ in found]
        said = [(f"{cursor}/{mark}", body) for cursor, mark, body in found]
        return Telling(said, partial(self._note_hours, marks))

    def _note_hours(self, marks: Sequence[tuple[str, str]]) -> None:
        with self.store.write() as connection:
            hours.note_told(connection, marks)

    def take(self, told: Sequence[Shared]) -> None:
        """Take in what was said, in one transaction."""
        with self.store.write() as connection:
            changed = [self._take(connection, each) for each in told]
        if any(changed):
            self.tell()
        if any(isinstance(each, SharedPlaces) for each in told):
            self.placed()

    def _take(self, connection: Connection, told: Shared) -> bool:
        now = datetime.fromtimestamp(self.clock.now_s(), UTC)
        match told:
            case SharedAlert():
                return merging.merge_alert(
                    connection, told, level=self.level, came=self.came, now=now
                ) is not None  # fmt: skip
            case SharedEntries():
                return merging.merge_entries(
                    connection, told.alert, told.entries, level=self.level, came=self.came, now=now
                ) is not None  # fmt: skip
            case SharedHours():
                hours.merge(connection, told)
            case SharedPlaces():
                places.put(connection, self.came, told.places)
        return False

    def refuse(self, payload: bytes, why: str) -> None:
        """Keep what cannot be read among the rejected."""
        letter = Letter(f"level.{self.end.peer}", payload)
        with self.store.write() as connection:
            record.put_rejected(connection, letter, reason=why, received_s=self.clock.now_s())
