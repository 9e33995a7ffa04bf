"""A table in, an INSERT out that knows ON CONFLICT as the connection's database does.

To put such a statement together takes longer than to run it. So those that run for each event are
made once for each kind of database, and the rows are handed over beside them.
"""

from collections.abc import Callable
from functools import cache

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
Change = Callable[[ColumnElement[float], ColumnElement[float]], ColumnElement[float]]
"""The value that a column gets, from the one that came and the one that was there."""


def upsert(connection: Connection, table: Table) -> Insert:
    """Use it as either dialect's: `.values(…).on_conflict_do_update(index_elements=…, set_=…)`."""
    return insert_of(connection.dialect.name, table)


def newest(connection: Connection, table: Table) -> Insert:
    """A row that is there already, by its primary key, gets what came; hand over all columns."""
    return merging(connection, table, _new)


def merging(connection: Connection, table: Table, change: Change) -> Insert:
    """The columns of a row that is there already become what `change` makes of them."""
    return _merging(connection.dialect.name, table, change)


@cache
def _merging(dialect: str, table: Table, change: Change) -> Insert:
    new = insert_of(dialect, table)
    keys = [column.name for column in table.primary_key.columns]
    rest = [column for column in table.columns if column.name not in keys]
    changed = {column.name: change(new.excluded[column.name], column) for column in rest}
    return new.on_conflict_do_update(index_elements=keys, set_=changed)


def insert_of(dialect: str, table: Table) -> Insert:
    """The same by the dialect's name, for who keeps the statement."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table)


def _new(new: ColumnElement[float], _: ColumnElement[float]) -> ColumnElement[float]:
    return new
