"""A backup and an empty centre in, that centre with all of it out; or one as empty as before.

All is checked before anything is written. A mark lies in the state folder until all is on disk, and
no centre starts where it lies; what a cut left there, the next try takes away.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, delete, inspect
from sqlalchemy.exc import SQLAlchemyError

from center import claim
from center.audit import FILE as AUDIT
from center.audit import Audit, What
from center.backup import rows
from center.backup.archive import Told, Unpack, part_name, unpacked
from center.backup.manifest import FilePart, Manifest
from center.backup.taking import BROKER, KEYS, MAP, WATCH_LIST
from center.config import CenterConfig
from center.days import prepare
from center.engines import Engines, postgresql, sqlite
from center.migrating import newest, stepping, upgrade
from center.reading import FILE as STORE
from center.tables import passes
from center.watchlist import files_of
from disk.folders import sync_folder
from pipelines.errors import StoreError

_OURS = frozenset({claim.LOCK, claim.RUNS, "lost+found"})
"""May lie in an empty state folder: the locks of those that ran, and what a new disk has."""


def restore(path: Path, config: CenterConfig, *, by: str, at: datetime, told: Told) -> Manifest:
    """Fill an empty centre, whose file is there, and say in its audit who did.

    Raises StoreError; then the centre is as empty as before.
    """
    state = Path(config.state)
    with unpacked(path) as pack:
        pack.check(told)
        texts = _texts(pack, Path(config.watch_list))
        _make(state)
        with claim.at_rest(state) as at_rest:
            if not at_rest:
                raise StoreError(f"{state}: a centre runs there; stop it, and give an empty folder")
            with contextlib.ExitStack() as undone:
                _begin(state, undone)
                with contextlib.closing(_engines(config)) as engines:
                    _fill(pack, engines, state, texts, at, undone, told)
                Audit(state / AUDIT).append(
                    What(did="tocsin restore", about=path.name, via="terminal"), by=by, at=at
                )
                (state / claim.UNFINISHED).unlink()
                sync_folder(state)
                undone.pop_all()
        return pack.manifest


def _make(state: Path) -> None:
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"{state}: {error.strerror}; see $.state of the centre's file") from error


def _begin(state: Path, undone: contextlib.ExitStack) -> None:
    """Mark the folder, once it is sure that nothing of anybody's is in it."""
    if (state / claim.UNFINISHED).exists():
        _clear(state)
    found = sorted(each.name for each in state.iterdir() if each.name not in _OURS)
    if found:
        raise StoreError(f"{state}: is not empty ({', '.join(found[:3])}); name an empty folder")
    undone.callback(_clear, state)
    (state / claim.UNFINISHED).touch(mode=0o600)
    sync_folder(state)


def _clear(state: Path) -> None:
    """Take away what we wrote; the mark goes last."""
    for each in state.iterdir():
        if each.name in _OURS | {claim.UNFINISHED}:
            continue
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
    (state / claim.UNFINISHED).unlink(missing_ok=True)


def _engines(config: CenterConfig) -> Engines:
    if config.store.url is None:
        return sqlite(Path(config.state) / STORE)
    return postgresql(config.store.url, config.store.password)


def _fill(
    pack: Unpack, engines: Engines, state: Path, texts: dict[Path, bytes], at: datetime,
    undone: contextlib.ExitStack, told: Told,
) -> None:  # fmt: skip
    """Files first, then the store in one transaction, which is committed last."""
    try:
        with stepping(engines.writer) as connection:
            _unhurried(connection)
            if inspect(connection).get_table_names():
                raise StoreError(
                    f"{engines.place}: is not empty; make a new database: createdb --owner …"
                )
            _put_rows(pack, connection, at, told)
            for part in pack.manifest.files:
                if target := _target(part, state):
                    _put(target, pack.pieces(part_name(part)))
            for file, content in texts.items():
                if not file.exists():
                    undone.callback(file.unlink, missing_ok=True)
                    _put(file, [content])
    except (SQLAlchemyError, engines.writer.dialect.loaded_dbapi.Error) as error:
        said = str(getattr(error, "orig", None) or error).strip()
        raise StoreError(f"{engines.place}: {said}; {engines.why(error)}") from error


def _unhurried(connection: Connection) -> None:
    """Other files are written between two of its statements, which takes as long as it takes."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _put_rows(pack: Unpack, connection: Connection, at: datetime, told: Told) -> None:
    """The tables as they were when the backup was made, their rows, and the steps since then."""
    manifest, done = pack.manifest, 0
    upgrade(connection, manifest.revision)
    if manifest.revision == newest():
        prepare(connection, at.timestamp(), since_s=manifest.since_s)
    for part in manifest.tables:
        table = rows.table_of(part)
        with pack.opened(part_name(part)) as opened:
            for count in rows.put(connection, table, rows.read(opened)):
                done += count
                told("writing", done, manifest.rows)
    upgrade(connection)
    prepare(connection, at.timestamp(), since_s=manifest.since_s)
    rows.count_on(connection, [part.name for part in manifest.tables])
    connection.execute(delete(passes).where(passes.c.kind != "token"))


def _texts(pack: Unpack, watch_list: Path) -> dict[Path, bytes]:
    """The watch list and its map, where they go. Raises StoreError where something else is."""
    there = {part.name for part in pack.manifest.files}
    if WATCH_LIST not in there:
        return {}
    text = b"".join(pack.pieces(f"files/{WATCH_LIST}"))
    found = {watch_list: text}
    for file in files_of(text.decode(), watch_list)[1:]:
        if MAP in there:
            found[file] = b"".join(pack.pieces(f"files/{MAP}"))
    for file, content in found.items():
        if file.exists() and file.read_bytes() != content:
            raise StoreError(f"{file}: is there and says something else; move it away")
    return found


def _target(part: FilePart, state: Path) -> Path | None:
    """Where a file of the state folder goes; none of them leads out of it."""
    root, *rest = PurePosixPath(part.name).parts
    if root != "state":
        return None
    known = rest == [AUDIT] or rest[0] == BROKER or (len(rest) == 1 and rest[0] in KEYS)
    if not known or ".." in rest:
        raise StoreError(f"{part.name} is no file of a centre; take another backup")
    return state.joinpath(*rest)


def _put(file: Path, pieces: Iterable[bytes]) -> None:
    """Write a new file that only we read; it is on disk before this returns."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        sync_folder(file.parent)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}; is there room?") from error
