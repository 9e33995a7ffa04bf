"""What a box must know after a restart in, a small file beside the spool out."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.errors import SpoolError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS settings (
    camera TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (camera, name));
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, expires_s REAL NOT NULL, body BLOB NOT NULL);
"""


def path_of(spool: Path) -> Path:
    """Where the memory lies: beside the spool, `spool.db` has `spool.memory.db`."""
    return spool.with_suffix(".memory.db")


class Memory:
    """One thread's connection; SQLite in WAL mode with synchronous FULL.

    Raises SpoolError from every method when the disk does not do its part.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.disk = sqlite3.connect(path, timeout=10.0, check_same_thread=False)
            self.disk.execute("PRAGMA journal_mode = WAL")
            self.disk.execute("PRAGMA synchronous = FULL")
            self.disk.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise SpoolError(f"{path}: cannot be opened as a memory: {error}") from error

    def retained(self) -> set[str]:
        """Topics under which the broker may hold something of ours."""
        return {topic for (topic,) in self._do("SELECT topic FROM retained")}

    def retain(self, topics: Iterable[str]) -> None:
        """Note topics before something is retained there."""
        self._do_all("INSERT OR IGNORE INTO retained VALUES (?)", topics)

    def cleared(self, topics: Iterable[str]) -> None:
        """Forget topics where the broker holds nothing any more."""
        self._do_all("DELETE FROM retained WHERE topic = ?", topics)

    def settings(self) -> dict[tuple[str, str], float]:
        """What commands have set: values by camera and name."""
        rows = self._do("SELECT camera, name, value FROM settings")
        return {(camera, name): value for camera, name, value in rows}

    def answer(self, command: str, now_s: float) -> bytes | None:
        """What was answered to a command; what has expired is forgotten."""
        self._do_all("DELETE FROM answers WHERE expires_s < ?", [now_s])
        found = self._do("SELECT body FROM answers WHERE id = ?", (command,))
        return bytes(found[0][0]) if found else None

    def answered(
        self, command: str, expires_s: float, body: bytes, setting: tuple[str, str, float] | None
    ) -> None:
        """Keep an answer and what the command set, both or neither."""
        try:
            with self.disk:
                self.disk.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (command, expires_s, body)
                )
                if setting is not None:
                    self.disk.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", setting)
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: cannot be written: {error}") from error

    def close(self) -> None:
        """Close the file; it can be opened again."""
        self.disk.close()

    def _do_all(self, query: str, values: Iterable[str | float]) -> None:
        try:
            with self.disk:
                self.disk.executemany(query, [(value,) for value in values])
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: cannot be written: {error}") from error

    def _do(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self.disk.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: cannot be read: {error}") from error
