"""What a box must know after a restart in, a small file beside the spool out."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from pipelines.errors import SpoolError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY);
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

    def close(self) -> None:
        """Close the file; it can be opened again."""
        self.disk.close()

    def _do_all(self, query: str, values: Iterable[str]) -> None:
        try:
            with self.disk:
                self.disk.executemany(query, [(value,) for value in values])
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: cannot be written: {error}") from error

    def _do(self, query: str) -> list[tuple[str, ...]]:
        try:
            return self.disk.execute(query).fetchall()
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: cannot be read: {error}") from error
