"""A backup holds one moment of a centre whole, and an empty centre becomes it, or stays empty."""

import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Column, MetaData, Table, select, text

from benchmarks.postgres import Server
from center import claim, engines, lookup, passes, tables, users, versions
from center.audit import FILE, Audit, Record, What
from center.backup import rows
from center.backup.archive import packed
from center.backup.manifest import NAME, Manifest, TablePart
from center.backup.restoring import restore
from center.backup.taking import take
from center.config import CenterConfig, load
from center.days import DAY_S, days_of
from center.filters import Filters
from center.lifecycle import Acknowledge
from center.migrating import newest
from center.service import store_of
from center.store import Store
from pipelines.errors import StoreError
from tests.center import postgres
from tests.center.centre import JPEG, NOON, WATCH_YAML, Centre, event
from tests.center.desks import CAR, Office
from tests.center.test_entrance import LI
from tocsin.auditing import read

KINDS = ["sqlite", pytest.param("postgresql", marks=postgres.NEEDED)]
AT = NOON
Told = Callable[[str, int, int], None]


def quiet(_: str, __: int, ___: int) -> None:
    """Nobody looks at the bar."""


class Places:
    """Centres that can be had: their files in folders, a database for each where it is asked."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self.folder, self.request = folder, request

    def config(self, kind: str, name: str, *, listed: bool = False) -> CenterConfig:
        """A centre's file; its watch list only where it is asked for."""
        folder = self.folder / name
        folder.mkdir()
        database = None
        if kind == "postgresql":
            server: Server = self.request.getfixturevalue("server")
            database = server.database()
        Centre(folder, database=database)
        if not listed:
            (folder / "watch.yaml").unlink()
        return load(folder / "center.yaml")

    def worked_in(self, kind: str) -> CenterConfig:
        """A centre that has something to lose: alerts, pictures, a log, users, keys, an audit."""
        config = self.config(kind, "old", listed=True)
        state = Path(config.state)
        state.mkdir()
        with closing(store_of(config)) as store:
            fill(store)
        (state / "tasks.key").write_bytes(b"k" * 32)
        Audit(state / FILE).append(What(did="GET /api/picture"), by="li", at=AT)
        return config


@pytest.fixture
def places(tmp_path: Path, request: pytest.FixtureRequest) -> Places:
    return Places(tmp_path, request)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A backup of a centre that worked with SQLite."""
    folder = tmp_path_factory.mktemp("kept")
    return _file(Places(folder, request).worked_in("sqlite"), folder)


def fill(store: Store) -> None:
    """Two alerts that somebody works on, a user who has signed in, and two watch lists."""
    office = Office(store)
    alert = office.file(event(picture=JPEG), event(after_s=1, camera="cam-2"))
    office.file(event(after_s=7200))
    office.working.step(alert.id, Acknowledge(), office.asks())
    office.working.dispatch(alert.id, CAR, office.asks())
    with store.write() as connection:
        users.put(connection, LI)
        for kind in ("session", "token"):
            passes.give(connection, "li", kind, now_s=AT.timestamp(), lasts_s=600)
        for text_of in ("places: []\n", WATCH_YAML):
            versions.put(connection, text_of, by="li", at_s=AT.timestamp())


def backup(config: CenterConfig, file: Path, told: Told = quiet) -> Manifest:
    return take(config, file, by="terminal:root", at=AT, told=told)


def restored(file: Path, config: CenterConfig, told: Told = quiet) -> Manifest:
    return restore(file, config, by="terminal:root", at=AT, told=told)


def content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with store.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables.metadata.sorted_tables
        }


@pytest.mark.parametrize("into", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_centre_becomes_the_one_of_the_backup(
    places: Places, tmp_path: Path, kind: str, into: str
) -> None:
    old = places.worked_in(kind)
    said = backup(old, tmp_path / "a.tocsin")
    new = places.config(into, "new")
    assert restored(tmp_path / "a.tocsin", new) == said
    with closing(store_of(old)) as before, closing(store_of(new)) as after:
        there, here = content(before), content(after)
        kinds = [row[1] for row in here.pop("passes")]
        assert here == {name: rows for name, rows in there.items() if name != "passes"}
        assert kinds == ["token"], "sessions of then are over"
        assert all(there[name] for name in ("pictures", "alert_log", "watch_lists", "users"))
        again = Office(after).file(event(after_s=90000))
        with after.write() as connection:
            version = versions.put(connection, "places: [] # new\n", by="li", at_s=0.0)
            found = lookup.alerts_page(connection, Filters(), limit=9, before=None)
    assert version.id == 3, "what is numbered goes on behind what came with its numbers"
    assert {alert.id for alert in found} > {again.id}
    assert Path(new.watch_list).read_text() == WATCH_YAML


def test_the_audit_goes_on_where_it_was_and_says_who_restored(
    places: Places, tmp_path: Path
) -> None:
    old = places.worked_in("sqlite")
    backup(old, tmp_path / "a.tocsin")
    head = Audit(Path(old.state) / FILE).head()
    new = places.config("sqlite", "new")
    restored(tmp_path / "a.tocsin", new)
    assert len(read(Path(new.state) / FILE, [head])) == 3
    told = Audit(Path(new.state) / FILE).newest(limit=9, before=None, wanted=_all)
    assert [line.asked.did for line in told] == [
        "tocsin restore", "tocsin backup", "GET /api/picture",
    ]  # fmt: skip
    assert (Path(new.state) / "tasks.key").read_bytes() == b"k" * 32


def _all(_: Record) -> bool:
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_meanwhile_is_not_in_it(places: Places, tmp_path: Path, kind: str) -> None:
    config = places.worked_in(kind)
    with closing(store_of(config)) as store:
        before = content(store)
        office = Office(store)

        def meanwhile(_: str, done: int, __: int) -> None:
            office.file(event(after_s=20000.0 + 1000 * done))

        backup(config, tmp_path / "a.tocsin", meanwhile)
        assert len(content(store)["events"]) > len(before["events"])
    new = places.config("sqlite", "new")
    restored(tmp_path / "a.tocsin", new)
    with closing(store_of(new)) as store:
        after = content(store)
    assert {**after, "passes": []} == {**before, "passes": []}


@postgres.NEEDED[0]
@postgres.NEEDED[1]
def test_each_day_of_a_backup_gets_its_table_again(places: Places, tmp_path: Path) -> None:
    old = places.config("sqlite", "old", listed=True)
    Path(old.state).mkdir()
    with closing(store_of(old)) as store:
        Office(store).file(event(), event(after_s=-3 * DAY_S))
    with zipfile.ZipFile(_file(old, tmp_path)) as file:
        since_s = msgspec.json.decode(file.read(NAME), type=Manifest).since_s
    assert since_s is not None
    new = places.config("postgresql", "new")
    at = datetime.fromtimestamp(since_s + 5 * DAY_S, UTC)
    restore(tmp_path / "a.tocsin", new, by="root", at=at, told=quiet)
    with closing(store_of(new)) as store, store.read() as connection:
        names = [day.table for day in days_of(connection, tables.events)]
        rest = connection.execute(text("SELECT count(*) FROM events_rest")).scalar_one()
    assert f"events_{datetime.fromtimestamp(since_s, UTC):%Y%m%d}" in names
    assert rest == 0


def _file(config: CenterConfig, folder: Path) -> Path:
    backup(config, folder / "a.tocsin")
    return folder / "a.tocsin"


def before_maps(table: Table) -> Table:
    """As it was before step 0012."""
    columns = (Column(each.name, each.type) for each in table.columns if each.name != "map")
    return Table(table.name, MetaData(), *columns)


def test_a_backup_of_an_older_centre_is_brought_to_the_tables_of_this_one(
    places: Places, tmp_path: Path
) -> None:
    old = places.worked_in("sqlite")
    with closing(store_of(old)) as store, store.read() as connection:
        parts = list[TablePart]()
        with packed(tmp_path / "a.tocsin") as pack:
            for table in map(before_maps, tables.metadata.sorted_tables):
                if table.name not in ("users", "passes"):  # came with step 0010
                    _, sha256 = pack.put(f"rows/{table.name}", rows.rows_of(connection, table))
                    number = rows.number_of(connection, table)
                    columns = rows.columns_of(table)
                    parts.append(
                        TablePart(name=str(table.name), columns=columns, rows=number, sha256=sha256)
                    )
            pack.finish(
                Manifest(
                    made_at=AT, tocsin="0.0", centre="old", store="sqlite", revision="0009",
                    since_s=None, at_rest=False, tables=tuple(parts), files=(),
                )
            )  # fmt: skip
        there = content(store)
    new = places.config("sqlite", "new", listed=True)
    restored(tmp_path / "a.tocsin", new)
    with closing(store_of(new)) as store:
        here = content(store)
    assert here["alerts"] == there["alerts"]
    assert here["users"] == []


def test_a_store_of_an_older_centre_is_not_backed_up_as_if_it_were_ours(
    places: Places, tmp_path: Path
) -> None:
    config = places.worked_in("sqlite")
    with closing(store_of(config)) as store, store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with pytest.raises(StoreError) as caught:
        backup(config, tmp_path / "a.tocsin")
    assert f"older Tocsin (0002, not {newest()})" in str(caught.value)
    assert list(tmp_path.glob("*.tocsin*")) == []


def _altered(file: Path) -> None:
    """Another byte in a picture, with the sum that the zip file itself keeps put right."""
    with zipfile.ZipFile(file) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    with zipfile.ZipFile(file, "w") as after:
        for name, held in parts.items():
            after.writestr(name, held.replace(JPEG, JPEG[::-1]) if "pictures" in name else held)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def _more(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as more:
        more.writestr("files/state/../../evil", b"")


def _newer(file: Path) -> None:
    with zipfile.ZipFile(file) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    with zipfile.ZipFile(file, "w") as after:
        for name, held in parts.items():
            after.writestr(name, held.replace(newest().encode(), b"9999") if name == NAME else held)


UNFIT: dict[str, tuple[Callable[[Path], object], str]] = {
    "altered": (_altered, "rows/pictures is not what was written"),
    "cut": (_cut, "no whole backup"),
    "more in it": (_more, "other parts are in it than it says"),
    "newer": (_newer, "a newer Tocsin has written there: the store is at revision 9999"),
    "missing": (Path.unlink, "No such file"),
}


@pytest.mark.parametrize("how", UNFIT)
def test_what_is_no_sound_backup_changes_nothing(
    places: Places, kept: Path, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "a.tocsin"
    file.write_bytes(kept.read_bytes())
    harm, said = UNFIT[how]
    harm(file)
    new = places.config("sqlite", "new")
    with pytest.raises(StoreError) as caught:
        restored(file, new)
    assert said in str(caught.value)
    assert _left(new) == set()
    assert not Path(new.watch_list).exists()


def _left(config: CenterConfig) -> set[str]:
    state = Path(config.state)
    return {each.name for each in state.iterdir()} - {claim.LOCK} if state.exists() else set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_that_fails_on_its_way_leaves_the_centre_empty(
    places: Places, kept: Path, kind: str
) -> None:
    new = places.config(kind, "new")

    def stopped(what: str, done: int, total: int) -> None:
        if what == "writing" and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restored(kept, new, stopped)
    assert _left(new) == set()
    restored(kept, new)
    with closing(store_of(new)) as store:
        assert len(content(store)["events"]) == 3


@postgres.NEEDED[0]
@postgres.NEEDED[1]
def test_a_restore_may_be_slower_than_a_centre_may_hold_others_up(
    places: Places, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = places.config("postgresql", "new")

    def slow(what: str, done: int, total: int) -> None:
        if what == "writing" and done == total:
            threading.Event().wait(2.5)

    with monkeypatch.context() as patched:
        patched.setattr(engines, "FROZEN_S", 1)
        restored(kept, new, slow)
    with closing(store_of(new)) as store:
        assert len(content(store)["events"]) == 3


def test_after_a_cut_no_centre_starts_there_until_the_restore_is_done_again(
    places: Places, kept: Path
) -> None:
    new = places.config("sqlite", "new")
    state = Path(new.state)
    (state / "broker").mkdir(parents=True)
    (state / "broker" / "half").touch()
    (state / "center.db").write_bytes(b"half")
    (state / claim.UNFINISHED).touch()
    with pytest.raises(StoreError) as caught, claim.running(state):
        pass
    assert "a restore was cut off" in str(caught.value)
    restored(kept, new)
    with claim.running(state):
        assert not (state / "broker").exists()


def test_nothing_of_anybodys_is_written_over(places: Places, tmp_path: Path) -> None:
    old = places.worked_in("sqlite")
    file = _file(old, tmp_path)
    for config, said in (
        (old, "is not empty (audit.jsonl, center.db"),
        (places.config("sqlite", "new"), "watch.yaml: is there and says something else"),
    ):
        Path(config.watch_list).write_text(WATCH_YAML + ("# more\n" if config is not old else ""))
        with pytest.raises(StoreError) as caught:
            restored(file, config)
        assert said in str(caught.value)
    with pytest.raises(StoreError) as caught:
        backup(old, file)
    assert "is there already" in str(caught.value)


@postgres.NEEDED[0]
@postgres.NEEDED[1]
def test_a_database_with_tables_is_not_written_over(places: Places, kept: Path) -> None:
    new = places.config("postgresql", "new")
    with closing(store_of(new)):
        pass
    with pytest.raises(StoreError) as caught:
        restored(kept, new)
    assert "is not empty; make a new database" in str(caught.value)
    assert _left(new) == set()


def test_nothing_is_restored_where_a_centre_runs(places: Places, kept: Path) -> None:
    new = places.config("sqlite", "new")
    Path(new.state).mkdir()
    with claim.running(Path(new.state)), pytest.raises(StoreError) as caught:
        restored(kept, new)
    assert "a centre runs there; stop it" in str(caught.value)


def test_only_its_owner_reads_a_backup(kept: Path) -> None:
    assert kept.stat().st_mode & 0o777 == 0o600
