"""A store of any earlier centre becomes one of this centre, and keeps what it held."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from center import lookup, rollups, tables
from center.arrivals import put_events
from center.engines import Engines, sqlite
from center.filters import Filters
from center.migrating import alembic, newest, options
from center.store import Store
from pipelines.errors import StoreError
from tests.center.centre import event
from tests.center.test_rollups import DAY

OLD = Path(__file__).parent / "old_store.sql"
"""What `center.db` was before steps were counted, as SQLite dumps it."""


def differences(connection: Connection) -> list[Any]:
    """What lies between the tables of a database and those that the code asks for."""
    context = MigrationContext.configure(connection, opts=options())
    found: list[Any] = compare_metadata(context, tables.metadata)
    return found


def test_the_steps_lead_to_the_tables_that_the_code_asks_for(store: Store) -> None:
    with store.read() as connection:
        assert differences(connection) == []


def test_a_store_that_is_brought_on_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "center.migrating"):
        for _ in range(2):
            with closing(Store(tmp_path / "center.db")):
                pass
    said = [each.getMessage() for each in caplog.records if each.name == "center.migrating"]
    assert said == [f"store=brought-on from=nothing to={newest()}"]


def test_there_is_one_line_of_steps(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db")) as store, store.read() as connection:
        steps = ScriptDirectory.from_config(alembic(connection))
        numbers = [step.revision for step in steps.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(len(numbers), 0, -1)]


def test_an_old_file_keeps_all_that_it_held(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as disk:
        disk.executescript(OLD.read_text())
    with closing(Store(tmp_path / "a.db")) as store, store.read() as connection:
        (alert,) = lookup.alerts_page(connection, Filters(grades=(2,)), limit=9, before=None)
        told = lookup.events_of(connection, alert.id, limit=9)
        assert differences(connection) == []
        assert (alert.place, alert.events) == ("depot", 2)
        assert [one.phase for one in told] == ["end", "begin"]
        assert lookup.picture_of(connection, alert.id) == b"\xff\xd8\xff\xd9"
        assert lookup.counters(connection)["stored"] == 3
        assert [hour.alerts for hour in rollups.alerts_by_hour(connection, DAY)] == [1]
        hours = rollups.events_by_hour(connection, DAY)
    assert {hour.place: (hour.events, hour.begun) for hour in hours} == {
        "depot": (2, 1),
        "nowhere": (1, 1),
    }


def test_events_of_before_days_were_divided_are_still_there(where: Path | Engines) -> None:
    engines = sqlite(where) if isinstance(where, Path) else where
    with engines.writer.begin() as connection:
        command.upgrade(alembic(connection), "0001")
        connection.execute(
            text(
                "INSERT INTO events (id, site, camera, place, rule, count, happened_s, received_s)"
                " VALUES ('old', 's', 'c', 'p', 'intrusion', 1, 0, 0)"
            )
        )
        connection.execute(
            text("INSERT INTO pictures (event_id, width, height, data) VALUES ('old', 1, 1, 'j')")
        )
    engines.close()
    with closing(Store(where)) as store, store.write() as connection:
        put_events(connection, [event(life=("one", "begin"))], received_s=1.0)
        new, old = lookup.events_page(connection, limit=10)
    assert (new.episode, new.picture) == ("one", False)
    assert (old.id, old.episode, old.picture) == ("old", None, True)


def test_a_file_of_the_first_centres_gets_the_columns_that_were_added_since(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as disk:
        disk.execute(
            "CREATE TABLE events (id VARCHAR PRIMARY KEY, site VARCHAR NOT NULL,"
            " camera VARCHAR NOT NULL, place VARCHAR NOT NULL, rule VARCHAR NOT NULL,"
            " label VARCHAR, zone VARCHAR, count INTEGER NOT NULL, confidence FLOAT, box VARCHAR,"
            " happened_s FLOAT NOT NULL, sent_s FLOAT, received_s FLOAT NOT NULL)"
        )
    with closing(Store(tmp_path / "a.db")) as store, store.write() as connection:
        put_events(connection, [event(life=("one", "begin"))], received_s=1.0)
        (found,) = lookup.events_page(connection, limit=10)
    assert (found.episode, found.phase) == ("one", "begin")


def test_a_store_of_a_newer_centre_is_left_alone_and_says_so(where: Path | Engines) -> None:
    with closing(Store(where)) as store, store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        Store(where)
    assert "a newer Tocsin has written there" in str(caught.value)


def test_a_step_that_fails_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as disk:
        disk.executescript(OLD.read_text())
        disk.execute("CREATE TABLE _alembic_tmp_alert_events (in_the_way INTEGER)")
        before = "\n".join(disk.iterdump())
    with pytest.raises(StoreError):
        Store(tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as disk:
        assert "\n".join(disk.iterdump()) == before
