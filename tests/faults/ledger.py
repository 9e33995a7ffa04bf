"""A box's spool in, what became of each of its events out: a ledger that the spool itself keeps.

Triggers write it within the spool's own transactions, so it says exactly what the box believes:
what it has on disk, what it let go because the broker had acknowledged it, what it had to drop.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

Fate = Literal["waiting", "acked", "dropped"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL,
    fate TEXT NOT NULL DEFAULT 'waiting', gone INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS ledger_turn (number INTEGER NOT NULL);
INSERT INTO ledger_turn SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ledger_turn);
CREATE TRIGGER IF NOT EXISTS ledger_put AFTER INSERT ON events BEGIN
    INSERT INTO ledger (row, id, body) VALUES (
        new.row, json_extract(CAST(new.body AS TEXT), '$.id'),
        json_replace(CAST(new.body AS TEXT), '$.data.picture.data', '', '$.data.data', ''));
END;
CREATE TRIGGER IF NOT EXISTS ledger_gone AFTER DELETE ON events BEGIN
    UPDATE ledger_turn SET number = number + 1;
    UPDATE ledger SET fate = 'acked', gone = (SELECT number FROM ledger_turn)
        WHERE row = old.row;
END;
CREATE TRIGGER IF NOT EXISTS ledger_dropped AFTER UPDATE OF value ON counts
    WHEN new.name = 'dropped' BEGIN
    UPDATE ledger SET fate = 'dropped'
        WHERE gone > (SELECT number FROM ledger_turn) - (new.value - old.value);
END;
"""
"""Whoever drops counts in the same transaction what it has just deleted, the last to go."""


_SAID = (
    "SELECT (SELECT coalesce(max(seq), 0) FROM sqlite_sequence),"
    " (SELECT value FROM counts WHERE name = 'dropped'), (SELECT count(*) FROM events)"
)


class Line(NamedTuple):
    """One event in the ledger; pictures and clips are cut out of `body`."""

    row: int
    id: str
    body: str
    fate: Fate


class Counted(NamedTuple):
    """What a spool says of itself: `put` = `acked` + `dropped` + `waiting`."""

    put: int = 0
    acked: int = 0
    dropped: int = 0
    waiting: int = 0


class Read(NamedTuple):
    """What one look into the file found."""

    said: Counted
    lines: list[Line]


def keep(disk: sqlite3.Connection) -> None:
    """Let a spool keep a ledger from now on; again, it is nothing new."""
    disk.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")


def read(path: Path) -> Read:
    """What the spool says and what its ledger holds, at one moment."""
    with _opened(path) as disk:
        disk.execute("BEGIN")
        put, dropped, waiting = disk.execute(_SAID).fetchone()
        found = [Line(*row) for row in disk.execute("SELECT row, id, body, fate FROM ledger")]
    return Read(Counted(put, put - dropped - waiting, dropped, waiting), found)


def forget(path: Path, rows: list[int]) -> None:
    """Let go of lines that were read and whose fate is sealed."""
    with _opened(path) as disk, disk:
        disk.executemany("DELETE FROM ledger WHERE row = ?", [(row,) for row in rows])


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=20)) as disk:
        yield disk
