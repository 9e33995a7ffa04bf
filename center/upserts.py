"""A connection and a table in, an INSERT out that knows ON CONFLICT as its database does."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Use it as either dialect's: `.values(…).on_conflict_do_update(index_elements=…, set_=…)`."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table)
