"""Rows in, a table filled in the way that its database likes best."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

_BINARY = {
    "VARCHAR": "text", "INTEGER": "int4", "BIGINT": "int8", "FLOAT": "float8", "BOOLEAN": "bool",
    "BLOB": "bytea",
}  # fmt: skip
"""PostgreSQL's names for our types, by their names in standard SQL."""


def copy(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows, whose values are in the order of the table's columns; none may be there yet."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        statement = str(insert(table).compile(dialect=connection.dialect))
        connection.exec_driver_sql(statement, list(rows))
        return
    bare: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    with (
        bare.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY)") as writing,
    ):
        writing.set_types([_BINARY[str(column.type)] for column in table.columns])
        for row in rows:
            writing.write_row(row)
