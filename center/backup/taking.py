"""A centre, which may run, in; its backup out: one moment of its store, and the files beside it.

The store is read in one snapshot, then the audit, which each change is in before it is committed.
"""

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, func, select

from center import claim, versions
from center.audit import FILE, Audit, What
from center.backup import rows
from center.backup.archive import PIECE, Pack, Told, packed
from center.backup.manifest import FilePart, Manifest, TablePart
from center.config import CenterConfig
from center.days import moment_of
from center.migrating import newest
from center.reading import reading
from center.tables import events, metadata
from center.watchlist import files_of
from disk.texts import text_in
from pipelines.errors import StoreError

BROKER = "broker"
KEYS = ("tasks.key", "watch-list.waiting")
"""Files of the state folder that nobody can make again: the key of patrols' links, and the watch
list that waits for a second person, where an earlier version left it in a file."""
WATCH_LIST, MAP = "watch/list.yaml", "watch/map"
_DENSE = frozenset({"pictures", "clips", "photos"})
_TOLD_EACH = 1000


def take(config: CenterConfig, path: Path, *, by: str, at: datetime, told: Told) -> Manifest:
    """Write a backup to a new file, and say in the audit who did.

    The broker's files come along while no centre runs: then nothing else writes them.

    Raises StoreError or ConfigError; then there is no file.
    """
    state = Path(config.state)
    with (
        packed(path) as pack,
        claim.at_rest(state) as at_rest,
        reading(config) as store,
        store.snapshot() as connection,
    ):
        tables = tuple(_tables(connection, pack, told))
        oldest = connection.execute(select(func.min(events.c.id))).scalar()
        texts = _texts(connection, Path(config.watch_list))
        Audit(state / FILE).append(
            What(did="tocsin backup", about=path.name, via="terminal"), by=by, at=at
        )
        manifest = Manifest(
            made_at=at, tocsin=version("tocsin"), centre=config.name,
            store=connection.dialect.name, revision=newest(), at_rest=at_rest,
            since_s=moment_of(oldest or ""), tables=tables,
            files=(*_texts_in(pack, texts), *_files(pack, state, at_rest=at_rest)),
        )  # fmt: skip
        pack.finish(manifest)
    return manifest


def _tables(connection: Connection, pack: Pack, told: Told) -> Iterator[TablePart]:
    """Each table's rows, in the file."""
    counts = {table: rows.number_of(connection, table) for table in metadata.sorted_tables}
    done, total = 0, sum(counts.values())
    for table, count in counts.items():
        packed_rows = _counted(rows.rows_of(connection, table), done, total, told)
        _, sha256 = pack.put(f"rows/{table.name}", packed_rows, dense=table.name in _DENSE)
        done += count
        told("reading", done, total)
        yield TablePart(
            name=str(table.name), columns=rows.columns_of(table), rows=count, sha256=sha256
        )


def _counted(packed_rows: Iterator[bytes], done: int, total: int, told: Told) -> Iterator[bytes]:
    for number, row in enumerate(packed_rows, done + 1):
        if number % _TOLD_EACH == 0:
            told("reading", number, total)
        yield row


def _texts(connection: Connection, path: Path) -> dict[str, bytes]:
    """The watch list that is in force, and its map."""
    kept = versions.list_newest(connection, limit=1)
    text = kept[0].text if kept else text_in(path)
    found = {WATCH_LIST: text.encode()}
    drawn = versions.map_of(connection, kept[0].id) if kept else None
    for file in files_of(text, path)[1:]:
        found[MAP] = _content(file) if drawn is None else drawn
    return found


def _texts_in(pack: Pack, texts: dict[str, bytes]) -> Iterator[FilePart]:
    """Small files, in the backup."""
    for name, content in texts.items():
        size, sha256 = pack.put(f"files/{name}", [content])
        yield FilePart(name=name, size=size, sha256=sha256)


def _files(pack: Pack, state: Path, *, at_rest: bool) -> Iterator[FilePart]:
    """What lies in the state folder beside the store."""
    named = [state / name for name in KEYS]
    if at_rest:
        named += sorted(file for file in (state / BROKER).rglob("*") if file.is_file())
    sources = {FILE: Audit(state / FILE).whole()}
    sources |= {str(file.relative_to(state)): _pieces(file) for file in named if file.exists()}
    for name, pieces in sources.items():
        size, sha256 = pack.put(f"files/state/{name}", pieces)
        yield FilePart(name=f"state/{name}", size=size, sha256=sha256)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}; the watch list names it") from error


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
