"""An engine in, its tables as this version wants them: Alembic's steps, in one transaction."""

import functools
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from center.engines import claim
from center.tables import metadata
from pipelines.errors import StoreError

STEPS = Path(__file__).parent / "migrations"
HEAD = "head"
_PATIENCE_S = 300
_log = logging.getLogger(__name__)
_OF_ONE_DAY = re.compile(r"_(\d{8}|rest)$")


def migrate(engine: Engine) -> None:
    """Take the steps that the database lacks: all, or on an error none.

    One that lacks none is not written to, and waits for nobody who writes there. Raises StoreError
    when a newer version has been there before.
    """
    with engine.connect() as connection:
        before = revision_of(connection)
    if before == newest():
        return
    with stepping(engine) as connection:
        upgrade(connection)
    _log.info("store=brought-on from=%s to=%s", before or "nothing", newest())


@contextmanager
def stepping(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may change, and what they refer to is seen to be there."""
    with engine.connect() as connection, _unbound(connection), connection.begin():
        _patient(connection)
        claim(connection)
        yield connection
        _check_references(connection)


def _patient(connection: Connection) -> None:
    """Of centres that start at once one takes the steps, and the others wait for it."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE_S}s'")
        connection.exec_driver_sql(
            f"SET LOCAL idle_in_transaction_session_timeout = '{_PATIENCE_S}s'"
        )


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Take the steps up to a revision. Raises StoreError when that, or the store's, is unknown."""
    try:
        command.upgrade(alembic(connection), revision)
    except CommandError as error:
        raise newer(revision_of(connection) or revision) from error


def newer(revision: str) -> StoreError:
    """What to say of a store that only a newer version knows."""
    return StoreError(
        f"a newer Tocsin has written there: the store is at revision {revision}, this one knows "
        f"those up to {newest()}; start that one, or bring back a backup of before"
    )


def revision_of(connection: Connection) -> str | None:
    """The last step that was taken; nothing in a database without any, or of before steps."""
    return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def newest() -> str:
    """The last step that this version knows."""
    return str(ScriptDirectory(str(STEPS)).get_current_head())


def _check_references(connection: Connection) -> None:
    """What SQLite did not look at while tables were made anew."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise StoreError(f"rows refer to what is not there: {broken[:3]}; bring back a backup")


def alembic(connection: Connection) -> Config:
    """Alembic's own settings, for a transaction that the caller opened."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("file_template", "m%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def options() -> dict[str, Any]:
    """How Alembic compares and writes: tables of single days are their parents' business."""
    return {
        "target_metadata": metadata,
        "transactional_ddl": True,
        "render_as_batch": True,
        "include_name": lambda name, kind, _: kind != "table" or not _OF_ONE_DAY.search(name),
    }


@contextmanager
def _unbound(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew that others refer to; what they refer to is checked after."""
    if connection.dialect.name != "sqlite":
        yield
        return
    bare: Any = connection.connection.driver_connection
    bare.execute("PRAGMA foreign_keys=OFF")
    yield
    bare.execute("PRAGMA foreign_keys=ON")
