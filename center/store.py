"""Where it lies in, transactions out: every commit is on disk before it returns."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from center.engines import OLDEST, Engines, claim, sqlite
from center.lease import Lease
from center.migrating import migrate
from pipelines.clock import Clock
from pipelines.errors import StoreError


class Store:
    """One writer at a time, readers beside it. Both may be called from any thread.

    Several centres may share a PostgreSQL: what changes alerts goes one after the other there, too.

    where  a file of SQLite, or how PostgreSQL is reached
    """

    def __init__(self, where: Path | Engines) -> None:
        self._engines = sqlite(where) if isinstance(where, Path) else where
        self._turn = threading.Lock()
        with contextlib.ExitStack() as undone:
            undone.callback(self.close)
            with self._told():
                if isinstance(where, Path):
                    where.parent.mkdir(parents=True, exist_ok=True)
                _check(self._engines.reader)
                migrate(self._engines.writer)
            undone.pop_all()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it, or on an error nothing. Raises StoreError."""
        with self.append() as connection:
            claim(connection)
            yield connection

    @contextlib.contextmanager
    def append(self) -> Iterator[Connection]:
        """The same beside other centres, for what touches no alert before it claims them."""
        with self._turn, self._told(), self._engines.writer.begin() as connection:
            yield connection

    def lease(self, clock: Clock) -> Lease:
        """For what only one of the centres that share the store may do."""
        return Lease(self._engines, clock)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """What is committed. Raises StoreError."""
        with self._told(), self._engines.reader.connect() as connection:
            yield connection

    @property
    def place(self) -> str:
        """As messages name it, without a password."""
        return self._engines.place

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """What was committed at one moment, however long it is read. Raises StoreError."""
        with self._told(), self._engines.reader.connect() as connection:
            if connection.dialect.name == "sqlite":
                yield connection  # a transaction is one, in WAL mode
            else:
                yield connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )

    def close(self) -> None:
        """Let go of the database."""
        self._engines.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        driver = self._engines.writer.dialect.loaded_dbapi
        try:
            yield
        except (SQLAlchemyError, driver.Error, OSError) as error:
            said = str(getattr(error, "orig", None) or error).strip()
            raise StoreError(
                f"{self._engines.place}: {said}; {self._engines.why(error)}"
            ) from error


class Reading(Store):
    """A store that is only read, beside a centre that runs: it takes no lock, changes no table."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines


def _check(engine: Engine) -> None:
    """Refuse a PostgreSQL that nobody has tried, and an encoding that cannot hold every name."""
    if engine.dialect.name == "sqlite":
        return
    with engine.connect() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if version < OLDEST * 10_000:
        raise StoreError(
            f"PostgreSQL {version // 10_000} is too old; Tocsin needs {OLDEST} or newer"
        )
    if encoding != "UTF8":
        raise StoreError(f"the database is encoded as {encoding}; make it with ENCODING 'UTF8'")
