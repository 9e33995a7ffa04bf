"""Rows in, a table filled in the way that its database likes best."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.dialects import sqlite

from center.days import named
from center.upserts import Change, Insert, merging, newest

_BINARY = {
    "VARCHAR": "text", "INTEGER": "int4", "BIGINT": "int8", "FLOAT": "float8", "BOOLEAN": "bool",
    "BLOB": "bytea",
}  # fmt: skip
"""PostgreSQL's names for our types, by their names in standard SQL."""

_FEW = 8
"""So many rows are not worth a table beside the table."""


def copy(
    connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]],
    names: Sequence[str] = (),
) -> None:  # fmt: skip
    """Write rows, whose values are in the order of the table's columns; none may be there yet.

    names  of the columns, where the rest is left to the database
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        statement = insert(table).compile(dialect=connection.dialect, column_keys=names or None)
        connection.exec_driver_sql(str(statement), list(rows))
        return
    mine = [table.columns[name] for name in names] if names else list(table.columns)
    bare: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{column.name}"' for column in mine)
    with (
        bare.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY)") as writing,
    ):
        writing.set_types([_BINARY[str(column.type)] for column in mine])
        for row in rows:
            writing.write_row(row)


def copy_over(
    connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], change: Change = newest
) -> None:
    """Write rows; of one that is there already, by its key, `change` makes its columns anew."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_text(table, change), list(rows))
    elif len(rows) < _FEW:
        names = [column.name for column in table.columns]
        named_rows = [dict(zip(names, row, strict=True)) for row in rows]
        connection.execute(merging("postgresql", table, change), named_rows)
    else:
        copy(connection, beside(connection, table), rows)
        connection.execute(_from_beside(table, change))


def beside(connection: Connection, table: Table) -> Table:
    """A table of the same columns that PostgreSQL keeps for us until the transaction ends."""
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS arriving_{table.name}"
        f" (LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    return _beside(table)


@cache
def _beside(table: Table) -> Table:
    return named(table, f"arriving_{table.name}")


@cache
def _text(table: Table, change: Change) -> str:
    return str(merging("sqlite", table, change).compile(dialect=sqlite.dialect()))


@cache
def _from_beside(table: Table, change: Change) -> Insert:
    names = [column.name for column in table.columns]
    return merging("postgresql", table, change).from_select(names, select(_beside(table)))
