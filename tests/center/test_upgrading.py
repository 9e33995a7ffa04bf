"""A centre is brought to a newer version: from any step before, while the old one still runs."""

import ast
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, insert, select, text

from benchmarks.postgres import Server
from center import lookup, tables
from center.days import DAY_S, prepare
from center.engines import Engines, sqlite
from center.filters import Filters
from center.lifecycle import Acknowledge
from center.migrating import STEPS, newest, stepping, upgrade
from center.store import Store
from pipelines.errors import StoreError
from tests.center import postgres
from tests.center.centre import NOON, event
from tests.center.desks import Office
from tests.center.test_backup import content, fill

Rows = dict[str, list[dict[str, Any]]]
COUNTED = ("events", "pictures", "alerts", "alert_events", "meta", "hourly_events", "hourly_alerts")
"""Tables that are the same afterwards, whether a step copies them or counts them anew."""
EARLIER = [f"{number:04}" for number in range(1, int(newest()))]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What a centre has written, by table."""
    with closing(Store(tmp_path_factory.mktemp("written") / "a.db")) as store:
        fill(store)
        with store.read() as connection:
            return {
                str(table.name): [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in tables.metadata.sorted_tables
            }


def put(connection: Connection, written: Rows) -> None:
    """Write as much of it as the tables that are there can hold."""
    there = MetaData()
    there.reflect(connection, only=lambda name, _: name in written)
    for table in there.sorted_tables:
        names = set(table.columns.keys())
        rows = [{k: v for k, v in row.items() if k in names} for row in written[str(table.name)]]
        if rows:
            connection.execute(insert(table), rows)


@pytest.mark.parametrize("revision", EARLIER)
def test_a_store_at_any_earlier_step_becomes_one_of_this_version_with_all_it_held(
    tmp_path: Path, written: Rows, revision: str
) -> None:
    brought_on(tmp_path / "a.db", written, revision)


@postgres.NEEDED[0]
@postgres.NEEDED[1]
@pytest.mark.parametrize("revision", [EARLIER[0], EARLIER[-1]])
def test_so_does_one_in_postgresql(server: Server, written: Rows, revision: str) -> None:
    brought_on(server.engines(), written, revision)


def brought_on(where: Path | Engines, written: Rows, revision: str) -> None:
    """Write at a step, start this version over it, and read."""
    engines = sqlite(where) if isinstance(where, Path) else where
    with stepping(engines.writer) as connection:
        upgrade(connection, revision)
        put(connection, written)
    engines.close()
    with closing(Store(where)) as store:
        held = content(store)
        for name in COUNTED:
            assert same(name, held[name]) == same(name, [(*row.values(),) for row in written[name]])
        office = Office(store)
        found = office.alerts()
        assert len(found) == len(written["alerts"])
        assert lookup_picture(store, [alert.id for alert in found])


def same(name: str, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows without when an alert is due: before step 0004 nothing happened to one by itself."""
    names = tables.metadata.tables[name].columns.keys()
    kept = [index for index, each in enumerate(names) if each != "due_s"]
    return sorted((tuple(row[index] for index in kept) for row in found), key=repr)


def lookup_picture(store: Store, alerts: list[str]) -> list[bytes]:
    """The pictures of some alerts."""
    with store.read() as connection:
        pictures = (lookup.picture_of(connection, alert) for alert in alerts)
        return [picture for picture in pictures if picture]


def test_a_centre_that_runs_goes_on_while_a_newer_one_has_widened_its_tables(
    where: Path | Engines,
) -> None:
    with closing(Store(where)) as store:
        office = Office(store)
        office.file(event())
        with store.write() as connection:  # as a step of a newer version may
            connection.execute(text("ALTER TABLE events ADD COLUMN later VARCHAR"))
            connection.execute(text("ALTER TABLE alerts ADD COLUMN later INTEGER"))
            connection.execute(text("CREATE TABLE later (id INTEGER PRIMARY KEY)"))
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        alert = office.file(event(after_s=7200), event(after_s=7201))
        office.working.step(alert.id, Acknowledge(), office.asks())
        with store.write() as connection:
            prepare(connection, NOON.timestamp() + 3 * DAY_S)
            found = lookup.alerts_page(connection, Filters(), limit=9, before=None)
            events = lookup.events_page(connection, limit=9)
        assert (len(found), len(events)) == (2, 3)
    with pytest.raises(StoreError) as caught:
        Store(where)
    assert f"at revision 9999, this one knows those up to {newest()}" in str(caught.value)


ROLLING_FROM = 11
"""Steps before this one were taken before anybody ran two versions at once."""


def takings(source: str) -> Iterator[str]:
    """Calls of a step that take away, or ask for, what the version before does not know."""
    tree = ast.parse(source)
    new = [node for node in ast.walk(tree) if name_of(node) == "create_table"]
    own = {id(column) for table in new for column in ast.walk(table)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if id(node) in own:  # nobody knows this table yet
            continue
        name = node.func.attr
        words = {word.arg: ast.unparse(word.value) for word in node.keywords}
        asks = words.get("nullable") == "False" and "server_default" not in words
        if name.startswith(("drop_", "rename_")) or (name in {"alter_column", "Column"} and asks):
            yield name


def name_of(node: ast.AST) -> str:
    """Of the method that is called there, if one is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return ""


@pytest.mark.parametrize(
    "step", sorted(STEPS.glob("versions/m*.py")), ids=lambda step: str(step.name)
)
def test_a_step_takes_nothing_away_that_the_version_before_still_uses(step: Path) -> None:
    """Expand now, contract a version later: then the step says `contracts`, and since when."""
    source = step.read_text()
    if int(step.name[1:5]) < ROLLING_FROM or "\ncontracts = " in source:
        return
    assert list(takings(source)) == [], (
        "docs/design/0028-deploying.md says how a step may be rolled out"
    )


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        ('op.drop_column("events", "box")', True),
        ('op.rename_table("events", "told")', True),
        ('op.alter_column("events", "box", nullable=False)', True),
        ('op.add_column("events", sa.Column("new", sa.String(), nullable=False))', True),
        ('op.add_column("events", sa.Column("new", sa.String()))', False),
        ('op.create_table("new", sa.Column("id", sa.String(), nullable=False))', False),
        (
            'op.create_table("a"); op.add_column("b", sa.Column("c", sa.Text(), nullable=False))',
            True,
        ),
    ],
)
def test_what_a_rolling_upgrade_cannot_bear_is_seen(body: str, *, is_refused: bool) -> None:
    assert bool(list(takings(body))) == is_refused
