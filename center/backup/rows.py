"""Rows of any store in, bytes that no database is needed for out; and back into any store."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnClause,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    column,
    func,
    select,
    table,
    text,
)

from center.backup.manifest import TablePart
from center.copying import copy
from pipelines.errors import StoreError

TYPES: dict[str, Any] = {
    "VARCHAR": String,
    "INTEGER": Integer,
    "BIGINT": BigInteger,
    "FLOAT": Float,
    "BOOLEAN": Boolean,
    "BLOB": LargeBinary,
}
"""By their names in standard SQL, which also stand in the manifest."""
_AT_ONCE = 1000
_AT_ONCE_BINARY = 50
_LENGTH = 4
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Any]).decode


def columns_of(kept: Table) -> tuple[tuple[str, str], ...]:
    """Names and types, as the manifest has them."""
    return tuple((str(each.name), _standard(each.type)) for each in kept.columns)


def table_of(part: TablePart) -> Table:
    """The table that the rows of a part are of. Raises StoreError when its types are unknown."""
    try:
        columns = [Column(name, TYPES[kind]()) for name, kind in part.columns]
    except KeyError as error:
        raise StoreError(
            f"{part.name}: no type is named {error}; a newer Tocsin wrote it"
        ) from error
    return Table(part.name, MetaData(), *columns)


def is_binary(kept: Table) -> bool:
    """Whether its rows may be large, and no compression makes them less."""
    return any(isinstance(each.type, LargeBinary) for each in kept.columns)


def number_of(connection: Connection, kept: Table) -> int:
    """Rows in it."""
    return int(connection.execute(select(func.count()).select_from(kept)).scalar_one())


def rows_of(connection: Connection, kept: Table) -> Iterator[bytes]:
    """Each row: the length of what follows, four bytes, and its values as MessagePack."""
    most = _AT_ONCE_BINARY if is_binary(kept) else _AT_ONCE
    for row in connection.execute(select(kept).execution_options(yield_per=most)):
        packed = _encode(list(row))
        yield len(packed).to_bytes(_LENGTH, "big") + packed


def read(part: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    """The rows again."""
    while length := part.read(_LENGTH):
        yield tuple(_decode(part.read(int.from_bytes(length, "big"))))


def put(connection: Connection, kept: Table, rows: Iterable[tuple[Any, ...]]) -> Iterator[int]:
    """Write rows, some at a time; says how many these were."""
    most = _AT_ONCE_BINARY if is_binary(kept) else _AT_ONCE
    rows = iter(rows)
    while some := list(islice(rows, most)):
        copy(connection, kept, some)
        yield len(some)


def count_on(connection: Connection, names: Sequence[str]) -> None:
    """Let PostgreSQL number new rows behind those that came with their numbers."""
    if connection.dialect.name == "sqlite":
        return
    owned = text(
        "SELECT s.relname, t.relname, a.attname FROM pg_class s"
        " JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
        " JOIN pg_class t ON t.oid = d.refobjid"
        " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
        " WHERE s.relkind = 'S'"
    )
    for sequence, name, numbered in connection.execute(owned).all():
        if name in names:
            number: ColumnClause[int] = column(numbered)
            last = select(func.setval(sequence, func.max(number))).select_from(table(name, number))
            connection.execute(last.having(func.count() > 0))


def _standard(kind: Any) -> str:
    return next(name for name, each in TYPES.items() if type(kind) is each)
