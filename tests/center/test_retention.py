"""What is stored arrives once, lies where its day is, and goes when its time is over."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import func, select

from center import lookup, record, retention, tables
from center.config import Storage
from center.days import DAY_S, first_id, prepare
from center.filing import Filing
from center.filters import Filters
from center.lifecycle import State
from center.store import Store
from pipelines.flow import Event
from tests.center.centre import JPEG, event
from tests.center.test_crosscheck import WATCHED, letter, new_id

NOW_S = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
KEEP = Storage(keep_pictures_days=2, keep_days=5, keep_alerts_days=10)


def made(days_ago: float, *, place: str = "nowhere", life: str | None = None) -> Event:
    """An event with a picture, made and named so long before now."""
    told = event(place=place, picture=JPEG, life=(life, "begin") if life else None)
    at_s = NOW_S - days_ago * DAY_S
    name = f"{first_id(at_s)}-7000-8000-{random.getrandbits(48):012x}"
    return msgspec.structs.replace(told, id=name, time=datetime.fromtimestamp(at_s, UTC))


def arrive(store: Store, *told: Event, days_ago: float = 0.0) -> None:
    now_s = NOW_S - days_ago * DAY_S
    with store.write() as connection:
        prepare(connection, now_s)
        filing = Filing(WATCHED, new_id=new_id)
        filing(connection, [letter(one) for one in told], now_s=now_s)


def swept(store: Store) -> dict[str, int]:
    gone: dict[str, int] = {}
    for what, number in retention.sweep(store, KEEP, NOW_S):
        gone[what] = gone.get(what, 0) + number
    return gone


def stored(store: Store) -> dict[str, bool]:
    """The ids of all events, and whether they have pictures."""
    with store.read() as connection:
        found = lookup.events_page(connection, limit=500)
        lonely = select(func.count()).where(
            tables.pictures.c.event_id.not_in(select(tables.events.c.id))
        )
        assert connection.execute(lonely).scalar() == 0
    return {one.id: one.picture for one in found}


def set_state(store: Store, state: State) -> None:
    with store.write() as connection:
        (alert,) = lookup.alerts_page(connection, Filters(), limit=9, before=None)
        record.put_alert(connection, msgspec.structs.replace(alert, state=state))


def test_events_go_after_their_days_and_pictures_before_them(store: Store) -> None:
    ages = (0.1, 1.0, 2.4, 3.0, 5.4, 6.0, 9.0)
    told = {age: made(age) for age in ages}
    for age, one in told.items():
        arrive(store, one, days_ago=age)
    swept(store)
    kept = {age: stored(store).get(one.id) for age, one in told.items()}
    assert kept == {0.1: True, 1.0: True, 2.4: True, 3.0: False, 5.4: False, 6.0: None, 9.0: None}
    assert swept(store) == {}


def test_what_arrives_late_goes_with_its_day(store: Store) -> None:
    recent, old = made(1), made(30)
    arrive(store, recent, old)
    swept(store)
    assert stored(store) == {recent.id: True}


def test_what_a_wrong_clock_or_no_clock_named_goes_by_its_arrival(store: Store) -> None:
    ahead, nameless = made(-4000), msgspec.structs.replace(made(0), id="zebra")
    arrive(store, ahead, nameless, days_ago=4)
    swept(store)
    assert stored(store) == {ahead.id: False, "zebra": False}
    with store.write() as connection:
        connection.execute(tables.events.update().values(received_s=NOW_S - 9 * DAY_S))
    swept(store)
    assert stored(store) == {}


@pytest.mark.parametrize(("state", "kept"), [("acknowledged", 1), ("closed", 0)])
def test_what_an_alert_needs_stays_until_the_alert_is_over(
    store: Store, state: State, kept: int
) -> None:
    needed, other = made(7, place="depot", life="one"), made(7)
    arrive(store, needed, other, days_ago=7)
    set_state(store, state)
    swept(store)
    assert stored(store) == ({needed.id: True} if kept else {})
    with store.read() as connection:
        (alert,) = lookup.alerts_page(connection, Filters(), limit=9, before=None)
        assert len(lookup.events_of(connection, alert.id, limit=9)) == kept
    set_state(store, "closed")
    swept(store)
    assert stored(store) == {}


def test_what_an_alert_only_shows_stays_with_it_too(store: Store) -> None:
    owned, shown = made(7, place="depot"), made(7)
    arrive(store, owned, shown, days_ago=7)
    with store.write() as connection:
        (alert,) = lookup.alerts_page(connection, Filters(), limit=9, before=None)
        record.show(connection, [shown.id], alert.id)
    swept(store)
    assert set(stored(store)) == {owned.id, shown.id}
    set_state(store, "closed")
    swept(store)
    with store.read() as connection:
        assert connection.execute(select(tables.shown_events)).all() == []
    assert stored(store) == {}


def test_a_closed_alert_goes_last_and_leaves_nothing_behind(store: Store) -> None:
    arrive(store, made(9, place="depot", life="one"), days_ago=9)
    arrive(store, made(11, place="depot", life="two"), days_ago=11)
    with store.write() as connection:
        for alert in lookup.alerts_page(connection, Filters(), limit=9, before=None):
            record.put_alert(connection, msgspec.structs.replace(alert, state="closed"))
    swept(store)
    with store.read() as connection:
        (left,) = lookup.alerts_page(connection, Filters(), limit=9, before=None)
        lives = connection.execute(select(tables.episodes.c.alert_id)).scalars().all()
    assert (left.opened_at.timestamp(), lives) == (NOW_S - 9 * DAY_S, [left.id])


def test_lives_that_nobody_asked_for_go_with_their_events(store: Store) -> None:
    arrive(store, made(1, life="young"), made(8, life="old"))
    swept(store)
    with store.read() as connection:
        (life,) = connection.execute(select(tables.episodes.c.life)).scalars()
    assert life.endswith("/young")


def test_a_sweep_goes_in_slices(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    arrive(store, *(made(30) for _ in range(5)))
    gone = [part for part in retention.sweep(store, KEEP, NOW_S) if part[0] == "events"]
    assert gone == [("events", 2), ("events", 2), ("events", 1)]


Change = Callable[[Event], Event]


def late(one: Event) -> Event:
    return msgspec.structs.replace(one, senttime=datetime.fromtimestamp(NOW_S, UTC))


def other_time(one: Event) -> Event:
    return msgspec.structs.replace(one, time=datetime.fromtimestamp(NOW_S - 3 * DAY_S, UTC))


@pytest.mark.parametrize("change", [lambda one: one, late, other_time])
def test_a_second_copy_meets_the_first_whatever_day_it_comes(store: Store, change: Change) -> None:
    first = made(2)
    arrive(store, first, first, days_ago=2)
    arrive(store, change(first), made(0))
    assert len(stored(store)) == 2
    with store.read() as connection:
        counted = lookup.counters(connection)
    assert (counted["stored"], counted["duplicates"]) == (2, 2)
