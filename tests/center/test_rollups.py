"""Counts per hour are what anyone would find who counted what is stored."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, get_args

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from center import lookup, record, rollups, tables
from center.filing import Filing
from center.filters import Filters
from center.rollups import Span
from center.store import Store
from pipelines.flow import Direction, Event, Phase
from tests.builders import quick
from tests.center.centre import NOON, event
from tests.center.empty import emptied
from tests.center.test_crosscheck import WATCHED, letter, new_id

DAY = Span(since=NOON - timedelta(days=1), until=NOON + timedelta(days=1))


def crossing(
    way: Direction, count: int = 1, *, again: bool = False, phase: Phase = "begin"
) -> Event:
    """An event of a line that some number went over."""
    told = event(rule="line-crossing", place="gate", life=("one", phase))
    facts = msgspec.structs.replace(told.data, line="gate", direction=way, count=count, again=again)
    return msgspec.structs.replace(told, data=facts)


def filed(store: Store, *told: Event) -> None:
    filing = Filing(WATCHED, new_id=new_id)
    with store.write() as connection:
        filing(connection, [letter(one) for one in told], now_s=1.0)


def recounted(connection: Connection) -> dict[str, Counter[Any]]:
    """What somebody finds who counts events and alerts one by one."""
    kinds = ("events", "begun", "alerts", "crossings")
    found: dict[str, Counter[Any]] = {kind: Counter() for kind in kinds}
    for row in connection.execute(select(tables.events)):
        cell = (row.happened_s // 3600, row.place, row.rule, row.label)
        found["events"][cell] += 1
        measured = json.loads(row.measured)
        if measured.get("phase", "begin") == "begin":
            found["begun"][cell] += 1
        if row.line and measured["phase"] != "end" and "again" not in measured:
            found["crossings"][measured["direction"]] += row._mapping["count"]
    for row in connection.execute(select(tables.alerts).where(tables.alerts.c.state != "joined")):
        found["alerts"][row.first_s // 3600, row.place, row.grade, row.rule] += 1
    return found


def rolled_up(connection: Connection) -> dict[str, Counter[Any]]:
    told = rollups.events_by_hour(connection, DAY)
    alerts = rollups.alerts_by_hour(connection, DAY)
    cells = [(one, (one.hour.timestamp() // 3600, one.place, one.rule, one.label)) for one in told]
    crossings = Counter[str]()
    for one in rollups.crossings_by_hour(connection, DAY):
        crossings[one.direction] += one.crossings
    return {
        "crossings": crossings,
        "events": Counter({cell: one.events for one, cell in cells}),
        "begun": Counter({cell: one.begun for one, cell in cells if one.begun}),
        "alerts": Counter(
            {(one.hour.timestamp() // 3600, one.place, one.grade, one.rule): one.alerts
             for one in alerts}
        ),
    }  # fmt: skip


crossings = st.builds(
    crossing,
    st.sampled_from(get_args(Direction)),
    st.integers(1, 3),
    again=st.booleans(),
    phase=st.sampled_from(get_args(Phase)),
)
happenings = st.lists(
    crossings
    | st.builds(
        event,
        after_s=st.integers(-4000, 9000).map(float),
        camera=st.sampled_from(["cam-1", "cam-2"]),
        place=st.sampled_from(["depot", "school", "nowhere"]),
        label=st.sampled_from(["person", "truck"]),
        life=st.none() | st.tuples(st.sampled_from("ab"), st.sampled_from(get_args(Phase))),
    ),
    max_size=12,
)


def test_any_order_any_batches_and_any_copies_give_what_a_recount_finds(store: Store) -> None:
    @quick
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        told = data.draw(happenings)
        copies = data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
        shuffled = data.draw(st.permutations(told + copies))
        cut = data.draw(st.integers(0, len(shuffled)))
        filed(emptied(store), *shuffled[:cut])
        filed(store, *shuffled[cut:])
        with store.read() as connection:
            assert rolled_up(connection) == recounted(connection)

    holds()


def test_an_alert_that_becomes_graver_earlier_or_joined_moves_to_its_new_hour(store: Store) -> None:
    filed(store, event(after_s=30))
    filed(store, event(after_s=-31, label="truck"), event(after_s=-20))
    with store.read() as connection:
        (cell,) = rollups.alerts_by_hour(connection, DAY)
    assert (cell.hour, cell.grade, cell.alerts) == (NOON - timedelta(hours=1), 2, 1)


def test_a_withdrawn_alert_counts_no_more(store: Store) -> None:
    filed(store, event())
    with store.write() as connection:
        (alert,) = lookup.alerts_page(connection, Filters(), limit=9, before=None)
        record.put_alert(connection, msgspec.structs.replace(alert, state="withdrawn"))
        assert rollups.alerts_by_hour(connection, DAY) == []


def test_who_crosses_is_counted_once_each_way_and_by_no_picture_or_end(store: Store) -> None:
    filed(
        store,
        crossing("a-to-b", 2),
        crossing("a-to-b", 2, again=True, phase="update"),
        crossing("a-to-b", phase="update"),
        crossing("a-to-b", 0, phase="end"),
        crossing("b-to-a"),
    )
    with store.read() as connection:
        cells = rollups.crossings_by_hour(connection, DAY)
    assert {cell.direction: cell.crossings for cell in cells} == {"a-to-b": 3, "b-to-a": 1}
    assert {(cell.hour, cell.line) for cell in cells} == {(NOON, "gate")}


def test_no_number_of_things_is_too_many_to_count(store: Store) -> None:
    filed(store, crossing("a-to-b", 2**31 - 1), crossing("a-to-b", 2**31 - 1))
    with store.read() as connection:
        (cell,) = rollups.crossings_by_hour(connection, DAY)
    assert cell.crossings == 2 * (2**31 - 1)


def test_a_span_holds_the_hours_that_begin_in_it_and_its_places(store: Store) -> None:
    filed(
        store, *(event(after_s=hour * 3600.0, place=place) for hour in (0, 1, 2) for place in "ab")
    )
    span = Span(since=NOON + timedelta(minutes=1), until=NOON + timedelta(hours=2),
                places=frozenset("a"))  # fmt: skip
    with store.read() as connection:
        (cell,) = rollups.events_by_hour(connection, span)
    assert (cell.hour, cell.place) == (NOON + timedelta(hours=1), "a")


def test_a_heat_map_adds_up_classes_and_leaves_out_other_rules(store: Store) -> None:
    filed(store, event(), event(label="truck"), event(rule="loitering"))
    with store.read() as connection:
        (all_of_it,) = rollups.heat_map(connection, DAY)
        (some,) = rollups.heat_map(connection, DAY, rules=("intrusion",))
    assert (all_of_it.hour, all_of_it.place, all_of_it.begun, some.begun) == (NOON, "depot", 3, 2)


def test_counts_outlive_what_was_counted(store: Store) -> None:
    filed(store, event(place="nowhere"))
    with store.write() as connection:
        connection.execute(tables.events.delete())
        (cell,) = rollups.events_by_hour(connection, DAY)
    assert cell.events == 1
    assert isinstance(cell.hour, datetime)
