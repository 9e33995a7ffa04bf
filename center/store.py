"""A file in, transactions out: SQLite in WAL mode, every commit on disk before it returns."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from center.tables import metadata
from pipelines.errors import StoreError


class Store:
    """One writer at a time, readers beside it. Both may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.Lock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
            event.listen(self._engine, "connect", _careful)
            with self._engine.begin() as connection:
                _grown(connection)

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it, or on an error nothing. Raises StoreError."""
        with self._turn, self._told(), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """What is committed. Raises StoreError."""
        with self._told(), self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"{self.path}: {error}; is the disk full or gone?") from error


def _grown(connection: Connection) -> None:
    """Make the tables; one that an older centre made gets the columns that were added since."""
    metadata.create_all(connection)
    known = inspect(connection)
    for table in metadata.sorted_tables:
        names = {column["name"] for column in known.get_columns(table.name)}
        for column in table.columns:
            if column.name not in names:
                of = column.type.compile(connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {of}"))
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _careful(connection: Any, _: Any) -> None:
    """`FULL`: an event is acknowledged to the broker only once it is on disk."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
