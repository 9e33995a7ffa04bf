"""Events in, a file that survives us out: on disk before on the wire, gone when acknowledged.

SQLite in WAL mode with synchronous FULL. Several processes may write; one reads and removes. A
full spool drops its oldest events, counts them and says so in an event of its own. Which lives of
rules go on stands beside the events, so that each ends even if whoever watched it has died.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pipelines.errors import SpoolError
from pipelines.flow import ClipEvent, Event, SpoolState
from pipelines.wire import decode_event, encode, with_picture

log = logging.getLogger("tocsin.spool")

_PAGE = 4096
_MIB = 1 << 20
_LOG_PAGES = 256
"""Of the write-ahead log, after which it is copied into the file and begun anew: 1 MiB."""

_DROPPED_AT_ONCE = 16  # a full spool gives up a 16th of itself
_COUNT_DROPPED = "UPDATE counts SET value = value + ? WHERE name = 'dropped'"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (row INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS lives (
    episode TEXT PRIMARY KEY, camera TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS refused (row INTEGER PRIMARY KEY, body BLOB NOT NULL);
INSERT OR IGNORE INTO counts VALUES ('dropped', 0);
"""


class Spooled(NamedTuple):
    """An event on disk: its row and its JSON."""

    row: int
    body: bytes


class Spool:
    """One process's connection to the spool; use it from one thread at a time.

    limit_mib  of the file, without its write-ahead log
    overflow   makes the event that says how many were dropped

    Raises SpoolError from every method when the disk does not do its part.
    """

    def __init__(self, path: Path, *, limit_mib: int, overflow: Callable[[int], Event]) -> None:
        self.path, self.overflow = path, overflow
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.disk = self._opened(limit_mib)
        except (sqlite3.Error, OSError) as error:
            raise SpoolError(f"{path}: cannot be opened as a spool: {error}") from error

    def room(self, upto: float) -> int:
        """Bytes until a share of the limit is taken, 0..1; less than none when it is."""
        used = self._number("PRAGMA page_count") - self._number("PRAGMA freelist_count")
        return int((upto * self._number("PRAGMA max_page_count") - used) * _PAGE)

    def put(self, events: Sequence[Event | ClipEvent]) -> None:
        """Write events; when this returns, they survive a power cut."""
        try:
            self._insert(events)
        except sqlite3.OperationalError as error:
            if not _is_full(error):
                raise SpoolError(f"{self.path}: cannot be written: {error}") from error
            self._make_room(events)

    def end_lives(self, ended: Callable[[Event], Event], cameras: Iterable[str] | None) -> int:
        """End the lives that go on at some cameras, or at all; nobody may watch these any more.

        ended  makes the end of a life from its last word, which comes without its picture

        Returns how many there were.
        """
        left = None if cameras is None else set(cameras)
        rows = self._do("SELECT episode, camera, body FROM lives ORDER BY episode")
        mine = [(life, body) for life, camera, body in rows if left is None or camera in left]
        going = [event for life, body in mine if (event := self._last_word(life, body))]
        if going:
            self.put([ended(event) for event in going])
        return len(going)

    def _last_word(self, life: str, body: bytes) -> Event | None:
        """Read what was kept of a life; what another release wrote, and we cannot read, goes."""
        try:
            return decode_event(body)
        except msgspec.DecodeError:
            log.exception("life=%s state=unreadable", life)
        try:
            with self.disk:
                self.disk.execute("DELETE FROM lives WHERE episode = ?", (life,))
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: nothing can be removed: {error}") from error
        return None

    def waiting(self, *, after: int, limit: int) -> list[Spooled]:
        """The oldest events behind row `after`."""
        query = "SELECT row, body FROM events WHERE row > ? ORDER BY row LIMIT ?"
        return [Spooled(row, body) for row, body in self._do(query, (after, limit))]

    def number_after(self, row: int, *, at_most: int) -> int:
        """How many waiting events come after a row, counted no further than asked."""
        query = "SELECT count(*) FROM (SELECT row FROM events WHERE row > ? LIMIT ?)"
        ((number,),) = self._do(query, (row, at_most))
        return int(number)

    def done(self, rows: Iterable[int]) -> None:
        """Forget events that the broker has acknowledged."""
        try:
            with self.disk:
                self.disk.executemany("DELETE FROM events WHERE row = ?", [(r,) for r in rows])
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: nothing can be removed: {error}") from error

    def refuse(self, spooled: Spooled) -> None:
        """Take an event that cannot be read out of the line; it is kept, and counts as dropped."""
        try:
            with self.disk:
                self.disk.execute("INSERT OR REPLACE INTO refused VALUES (?, ?)", spooled)
                self.disk.execute("DELETE FROM events WHERE row = ?", (spooled.row,))
                self.disk.execute(_COUNT_DROPPED, (1,))
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: nothing can be moved: {error}") from error

    def state(self) -> SpoolState:
        """What went in and out since the file was made."""
        put = self._number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence")
        waiting = self._number("SELECT count(*) FROM events")
        dropped = self._number("SELECT value FROM counts WHERE name = 'dropped'")
        acked = put - waiting - dropped
        return SpoolState(put=put, acked=acked, dropped=dropped, waiting=waiting)

    def close(self) -> None:
        """Close the file; it can be opened again."""
        self.disk.close()

    def _opened(self, limit_mib: int) -> sqlite3.Connection:
        disk = sqlite3.connect(self.path, timeout=10.0, check_same_thread=False)
        disk.execute("PRAGMA journal_mode = WAL")
        disk.execute("PRAGMA synchronous = FULL")
        disk.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        disk.execute(f"PRAGMA journal_size_limit = {_LOG_PAGES * _PAGE}")  # after a longer one
        disk.execute(f"PRAGMA max_page_count = {limit_mib * _MIB // _PAGE}")
        disk.executescript(_SCHEMA)
        return disk

    def _insert(self, events: Sequence[Event | ClipEvent]) -> None:
        bodies = [(encode(event),) for event in events]
        with self.disk:
            self.disk.executemany("INSERT INTO events (body) VALUES (?)", bodies)
            for event in events:
                if isinstance(event, Event):
                    self._note(event)

    def _note(self, event: Event) -> None:
        """Note what an event says of its life; only a begin opens one: a picture may come late."""
        life = event.data.episode
        if life is None:
            return
        if event.data.phase == "end":
            self.disk.execute("DELETE FROM lives WHERE episode = ?", (life,))
            return
        body = encode(msgspec.structs.replace(event, data=with_picture(event.data, None)))
        if event.data.phase == "begin":
            row = (life, event.data.camera, body)
            self.disk.execute("INSERT OR REPLACE INTO lives VALUES (?, ?, ?)", row)
        elif not event.data.again:
            self.disk.execute("UPDATE lives SET body = ? WHERE episode = ?", (body, life))

    def _make_room(self, events: Sequence[Event | ClipEvent]) -> None:
        """Drop the oldest until the new ones and the event that tells of it fit."""
        dropped = 0
        while True:
            dropped_now = self._drop_oldest()
            dropped += dropped_now
            try:
                self._insert([self.overflow(dropped), *events])
            except sqlite3.OperationalError as error:
                if not (_is_full(error) and dropped_now):
                    raise SpoolError(f"{self.path}: no room is left: {error}") from error
            else:
                log.warning("spool=full dropped=%d", dropped)
                return

    def _drop_oldest(self) -> int:
        share = -(-self._number("SELECT count(*) FROM events") // _DROPPED_AT_ONCE)
        drop = "DELETE FROM events WHERE row IN (SELECT row FROM events ORDER BY row LIMIT ?)"
        try:
            with self.disk:
                gone = self.disk.execute(drop, (share,))
                self.disk.execute(_COUNT_DROPPED, (gone.rowcount,))
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: nothing can be removed: {error}") from error
        return gone.rowcount

    def _number(self, query: str) -> int:
        return int(self._do(query)[0][0])

    def _do(self, query: str, values: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self.disk.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: cannot be read: {error}") from error


def set_aside_if_torn(path: Path) -> Path | None:
    """Move a file that is no sound spool out of the way, for a person to look at.

    To be called before anybody opens it. Returns where it went.
    """
    if not path.exists() or _is_sound(path):
        return None
    kept = path.with_name(f"{path.name}.torn-{path.stat().st_mtime_ns}")
    path.rename(kept)
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    log.error("spool=torn kept_as=%s", kept)
    return kept


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=10.0)) as disk:
            (verdict,) = disk.execute("PRAGMA quick_check(1)").fetchone()
            return bool(verdict == "ok")
    except sqlite3.OperationalError as error:
        raise SpoolError(f"{path}: cannot be opened as a spool: {error}") from error
    except sqlite3.DatabaseError:
        return False


def _is_full(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode == sqlite3.SQLITE_FULL
