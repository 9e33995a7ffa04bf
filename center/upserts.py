"""A table in, an INSERT out that knows ON CONFLICT as the connection's database does.

To put such a statement together takes longer than to run it. So those that run for each event are
made once for each kind of database, and the rows are handed over beside them.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
Change = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]
"""The value that a column gets, from the one that came and the one that was there."""


def upsert(connection: Connection, table: Table) -> Insert:
    """Use it as either dialect's: `.values(…).on_conflict_do_update(index_elements=…, set_=…)`."""
    return insert_of(connection.dialect.name, table)


def newest(new: ColumnElement[Any], _: ColumnElement[Any]) -> ColumnElement[Any]:
    """A row that is there already, by its primary key, gets what came."""
    return new


def total(new: ColumnElement[Any], old: ColumnElement[Any]) -> ColumnElement[Any]:
    """A row that is there already gets the sums."""
    return old + new


@cache
def merging(dialect: str, table: Table, change: Change) -> Insert:
    """The columns of a row that is there already become what `change` makes of them."""
    new = insert_of(dialect, table)
    keys = [column.name for column in table.primary_key.columns]
    rest = [column for column in table.columns if column.name not in keys]
    changed = {column.name: change(new.excluded[column.name], column) for column in rest}
    return new.on_conflict_do_update(index_elements=keys, set_=changed)


def insert_of(dialect: str, table: Table) -> Insert:
    """The same by the dialect's name, for who keeps the statement."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table)
