"""A batch of events in, rows in the store; those that it did not hold before come out.

SQLite is asked which ids it knows. PostgreSQL gets the whole batch by COPY, beside the table, and
takes from there what is new. The id alone says which day's table an event belongs to, so a second
copy meets the first there, whenever it comes and whatever else it says.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from center.copying import beside, copy
from center.hours import count_events
from center.tables import events, pictures
from center.upserts import upsert
from pipelines.flow import Event, Facts, Measured


def put_events(
    connection: Connection, arrived: Sequence[Event], *, received_s: float
) -> list[Event]:
    """Store events and their pictures, and count them; those that are new, in their order."""
    once = {event.id: event for event in arrived}
    if connection.dialect.name == "sqlite":
        fresh = _unknown(connection, once)
        copy(connection, events, [row_of(event, received_s) for event in fresh])
    else:
        rows = [row_of(event, received_s) for event in once.values()]
        new = taken(connection, rows)
        fresh = [event for event in once.values() if event.id in new]
    stills = [(event.id, event.data.picture) for event in fresh]
    copy(connection, pictures, [(name, p.width, p.height, p.data) for name, p in stills if p])
    count_events(connection, fresh)
    return fresh


def _unknown(connection: Connection, once: dict[str, Event]) -> list[Event]:
    found = connection.execute(select(events.c.id).where(events.c.id.in_(list(once))))
    known = set(found.scalars())
    return [event for event in once.values() if event.id not in known]


def taken(connection: Connection, rows: list[tuple[Any, ...]]) -> set[str]:
    """Store the rows that PostgreSQL does not know; their ids."""
    if not rows:
        return set()
    arriving = beside(connection, events)
    copy(connection, arriving, sorted(rows))
    new = (
        upsert(connection, events)
        .from_select([column.name for column in arriving.columns], select(arriving))
        .on_conflict_do_nothing()
        .returning(events.c.id)
    )
    return set(connection.execute(new).scalars())


def row_of(event: Event, received_s: float) -> tuple[Any, ...]:
    """An event's row, in the order of the table's columns."""
    facts = event.data
    return (
        event.id,
        facts.site,
        facts.camera,
        facts.place,
        facts.rule,
        facts.label,
        facts.zone,
        facts.line,
        facts.episode,
        msgspec.json.encode(_measured(facts)).decode(),
        facts.count,
        facts.confidence,
        msgspec.json.encode(facts.box).decode() if facts.box else None,
        event.time.timestamp(),
        event.senttime.timestamp() if event.senttime else None,
        received_s,
    )


def _measured(facts: Facts) -> Measured:
    """The part of the facts that its life and its rule's measurements are."""
    return Measured(**{name: getattr(facts, name) for name in Measured.__struct_fields__})
