"""Several centres on one PostgreSQL: alerts change one after the other, duties have one hand."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from benchmarks.postgres import Server
from center import lookup
from center.clock import SystemClock
from center.engines import FROZEN_S, postgresql
from center.filing import Filing
from center.filters import Filters
from center.lease import LASTS_S, Lease
from center.store import Store
from pipelines.errors import StoreError
from tests.center import postgres
from tests.center.centre import SECRET, event, eventually
from tests.center.test_crosscheck import WATCHED, letter, new_id

pytestmark = postgres.NEEDED


@contextmanager
def two_stores(server: Server) -> Iterator[tuple[Store, Store]]:
    """Two centres' stores in one database."""
    url = server.database()
    with (
        closing(Store(postgresql(url, SECRET))) as one,
        closing(Store(postgresql(url, SECRET))) as other,
    ):
        yield one, other


def waiting(store: Store) -> int:
    """How many wait for whoever changes alerts."""
    with store.read() as connection:
        return int(
            connection.exec_driver_sql(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            ).scalar_one()
        )


def test_who_changes_alerts_waits_for_another_and_who_does_not_goes_on(server: Server) -> None:
    with two_stores(server) as (one, other):
        filing = Filing(WATCHED, new_id=new_id)
        asked = letter(event(after_s=-5))  # in another hour, whose counts nobody holds
        unasked = letter(event(place="nowhere"))

        def file() -> None:
            with other.append() as connection:
                filing(connection, [asked], now_s=1.0)

        with one.write() as connection:
            with other.append() as beside:
                filing(beside, [unasked], now_s=1.0)
            filing(connection, [letter(event())], now_s=1.0)
            late = threading.Thread(target=file)
            late.start()
            eventually(lambda: waiting(other))
        late.join()
        with one.read() as connection:
            (alert,) = lookup.alerts_page(connection, Filters(), limit=9, before=None)
    assert alert.events == 2


def test_what_two_centres_file_at_once_is_one_alert_and_stored_once(server: Server) -> None:
    filing = Filing(WATCHED, new_id=new_id)
    with two_stores(server) as stores:
        at_once = threading.Barrier(2)

        def file(store: Store, site: str) -> None:
            for number in range(20):
                letters = [letter(event(after_s=number, site=site)), letter(both[number])]
                at_once.wait()
                with store.append() as connection:
                    filing(connection, letters, now_s=1.0)

        both = [event(after_s=number) for number in range(20)]
        threads = [
            threading.Thread(target=file, args=(store, site))
            for store, site in zip(stores, ("far", "north"), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with stores[0].read() as connection:
            (alert,) = lookup.alerts_page(connection, Filters(), limit=9, before=None)
            counted = lookup.counters(connection)
    assert (alert.events, counted["stored"], counted["duplicates"]) == (60, 60, 20)


class Frozen(SystemClock):
    """The system's clock, of which a test can let some time pass."""

    passed_s = 0.0

    def ticks_s(self) -> float:
        return super().ticks_s() + self.passed_s


def test_duties_have_one_hand_and_go_to_another_when_that_lets_go(server: Server) -> None:
    with two_stores(server) as (one, other):
        first, second = one.lease(SystemClock()), other.lease(SystemClock())
        first.look()
        second.look()
        assert (first(), second()) == (True, False)
        first.let_go()
        eventually(lambda: _got(second))
        assert not first()
        second.let_go()


def test_one_that_is_frozen_loses_its_duties_and_knows_it_when_it_wakes(server: Server) -> None:
    clock = Frozen()
    with two_stores(server) as (one, other):
        first, second = one.lease(clock), other.lease(SystemClock())
        first.look()
        assert first()
        clock.passed_s = LASTS_S
        assert not first()
        eventually(lambda: _got(second))
        first.look()
        first.look()
        assert not first()
        first.let_go()
        second.let_go()


def _got(lease: Lease) -> bool:
    lease.look()
    return lease()


def test_one_that_is_frozen_in_a_transaction_holds_nobody_up_for_ever(server: Server) -> None:
    with two_stores(server) as (frozen, other):
        with pytest.raises(StoreError):
            _freeze(frozen, other)
        with other.read() as connection:
            assert lookup.counters(connection)["alerts"] == 1


def _freeze(frozen: Store, other: Store) -> None:
    """Let one say nothing in mid-transaction while the other opens an alert."""
    limit = "idle_in_transaction_session_timeout"
    with frozen.write() as held:
        assert held.exec_driver_sql(f"SHOW {limit}").scalar_one() == f"{FROZEN_S}s"
        held.exec_driver_sql(f"SET {limit} = '1s'")  # that nobody waits so long here
        with other.write() as connection:
            Filing(WATCHED, new_id=new_id)(connection, [letter(event())], now_s=1.0)
        bare: Any = held.connection.driver_connection
        bare.close()  # which the server ended long ago
