"""Where the store lies in, engines that reach it out: SQLite in WAL mode, or PostgreSQL."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

PATIENCE_S = 10
"""How long a statement waits for a lock, and a connection for its server."""

OLDEST = 15
"""The oldest PostgreSQL that the tests run on."""

FROZEN_S = 10
"""After so long without a word in mid-transaction, PostgreSQL ends the session."""

_THE_ALERTS = 0x70C51
"""Key of the advisory lock of whoever changes alerts."""


@dataclass(frozen=True, slots=True)
class Engines:
    """How one store is reached.

    place   as messages name it, without a password
    writer  has one connection, the only one of this centre that may write
    reader  for all that is read beside it
    """

    place: str
    writer: Engine
    reader: Engine

    def close(self) -> None:
        """Let go of all connections."""
        self.reader.dispose()
        self.writer.dispose()

    def why(self, error: Exception) -> str:
        """What is to be looked at, by what the database said."""
        if self.writer.dialect.name == "sqlite":
            return "is the disk full or gone?"
        said = str(error).lower()
        return next((fix for sign, fix in _FIXES.items() if sign in said), _FIXES[""])


_FIXES = {
    "password": "look at store.url's user, and at store.password or password_file",
    "no pg_hba.conf entry": "let this host and user in: a line in the server's pg_hba.conf",
    "lock timeout": "another centre writes there for long; is its machine or the server too slow?",
    "does not exist": "make what is missing: createuser, createdb --owner (docs/guide/store.md)",
    "permission denied": "the user must own the database: ALTER DATABASE … OWNER TO …",
    "no space left": "make room on the server's disk, or keep fewer days",
    "": "is PostgreSQL up, and does it listen where store.url says?",
}


def sqlite(path: Path) -> Engines:
    """A file; its folder must be there."""
    writer, reader = (
        create_engine(
            f"sqlite:///{path}", connect_args={"timeout": PATIENCE_S, "isolation_level": None}
        )
        for _ in range(2)
    )
    for engine, begin in ((writer, "BEGIN IMMEDIATE"), (reader, "BEGIN")):
        event.listen(engine, "connect", _careful)
        event.listen(engine, "begin", partial(_begun, begin))
    return Engines(str(path), writer, reader)


def postgresql(url: str, password: str | None) -> Engines:
    """A database of one's own on a server: `postgresql://user@host:5432/database`."""
    whole = make_url(url).set(drivername="postgresql+psycopg")
    if password is not None:
        whole = whole.set(password=password)
    reached = {
        "connect_timeout": PATIENCE_S,
        "application_name": "tocsin",
        "client_encoding": "utf8",
    }
    writer = create_engine(
        whole, connect_args=reached, pool_size=1, max_overflow=0, pool_pre_ping=True
    )
    reader = create_engine(whole, connect_args=reached, pool_pre_ping=True)
    event.listen(writer, "connect", _patient)
    return Engines(whole.render_as_string(), writer, reader)


def _careful(connection: Any, _: Any) -> None:
    """`FULL`: an event is acknowledged to the broker only once it is on disk."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(begin: str, connection: Connection) -> None:
    """Python's driver begins late, and never for a change of tables; so we do."""
    connection.exec_driver_sql(begin)


def _patient(connection: Any, _: Any) -> None:
    """Wait for others, but let nobody wait for us when we are frozen in mid-transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE_S}s'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN_S}s'")
        cursor.execute("SET synchronous_commit = on")
    connection.commit()


def claim(connection: Connection) -> None:
    """Be the only one who changes alerts, until the transaction ends; others wait.

    Whatever is read from here on was committed before. In SQLite a transaction begins so.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_THE_ALERTS})")
