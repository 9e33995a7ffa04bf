"""What only a server can do to a store: refuse, restart, be shared, be of the wrong kind."""

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.postgres import Server
from center import lookup, tables
from center.arrivals import put_events
from center.days import DAY_S, days_of, prepare
from center.engines import postgresql
from center.store import Store
from pipelines.errors import StoreError
from tests.center import postgres
from tests.center.centre import SECRET, Centre, event
from tests.center.test_retention import NOW_S, made

pytestmark = postgres.NEEDED


def refusal(url: str, password: str = SECRET) -> str:
    """Why a store cannot be opened."""
    with pytest.raises(StoreError) as caught:
        Store(postgresql(url, password))
    return str(caught.value)


def test_what_a_server_refuses_is_told_with_the_fix_and_without_the_password(
    server: Server,
) -> None:
    told = refusal(server.database(), "not the password")
    assert "password_file" in told
    assert "not the password" not in told
    assert "createdb" in refusal(server.url("nowhere"))
    assert "is PostgreSQL up" in refusal("postgresql://postgres@127.0.0.1:1/tocsin")
    assert "ENCODING 'UTF8'" in refusal(server.database("SQL_ASCII"))


def test_a_server_that_is_too_old_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("center.store.OLDEST", 99)
    assert "needs 99 or newer" in refusal(server.database())


def test_a_store_goes_on_when_its_server_was_restarted() -> None:
    with postgres.served() as own, closing(Store(own.engines())) as store:
        own.stop()
        with pytest.raises(StoreError):
            put(store)
        own.start()
        put(store)
        with store.read() as connection:
            assert len(lookup.events_page(connection, limit=10)) == 1


def put(store: Store) -> None:
    with store.write() as connection:
        put_events(connection, [event()], received_s=1.0)


def test_a_centre_does_all_its_work_on_a_server(server: Server, tmp_path: Path) -> None:
    centre = Centre(tmp_path, database=server.database())
    centre.start()
    sent = event(picture=b"\xff\xd8\xff\xd9")
    centre.deliver(sent, sent)
    (alert,) = centre.http.get("/api/alerts").json()["alerts"]
    taken = centre.http.post(f"/api/alerts/{alert['id']}/acknowledge").json()
    assert (alert["events"], taken["state"]) == (1, "acknowledged")
    assert centre.http.get(f"/api/alerts/{alert['id']}/picture").content == b"\xff\xd8\xff\xd9"
    assert centre.stats()["duplicates"] == 1
    assert centre.stop() == 0


def test_a_day_gets_its_table_before_it_comes_and_takes_what_came_too_early(
    server: Server,
) -> None:
    store = Store(server.engines())
    early = made(-10)
    with store.write() as connection:
        prepare(connection, NOW_S)
        put_events(connection, [early, made(0), made(1)], received_s=NOW_S)
    with store.read() as connection:
        there = [day.table for day in days_of(connection, tables.events)]
        resting = connection.exec_driver_sql("SELECT id FROM events_rest").scalars().all()
    assert (there[0], there[-1], len(there)) == ("events_20261124", "events_20261128", 5)
    assert resting == [early.id]
    with store.write() as connection:
        prepare(connection, NOW_S + 10 * DAY_S)
        there_now = connection.exec_driver_sql("SELECT id FROM events_20261205").scalars().all()
    store.close()
    assert there_now == [early.id]
