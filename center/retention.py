"""A moment in, what was kept for long enough gone; but nothing that an alert needs that goes on.

In PostgreSQL a day goes as a whole: its table is dropped. What is of no day that has a table, and
all of SQLite, goes in slices; each is a transaction of its own, so that nobody waits long for one.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    or_,
    select,
)

from center.clips import old_clips_gone
from center.config import Storage
from center.copying import copy
from center.days import DAY_S, Day, days_of, first_id, midnight, named, prepare
from center.lifecycle import OVER
from center.photos import old_photos_gone
from center.store import Store
from center.tables import alert_events, alerts, episodes, events, metadata, pictures, shown_events

SLICE = 5000  # rows
_Step = Callable[[Connection], int]


def sweep(store: Store, keep: Storage, now_s: float) -> Iterator[tuple[str, int]]:
    """Let go of what is too old; says, after each transaction, of which table how much went.

    Whole days are kept, so all limits are midnights, UTC. Raises StoreError.
    """
    with store.append() as connection:
        prepare(connection, now_s)
    today_s = midnight(now_s)
    pictured_s, told_s = (
        today_s - days * DAY_S for days in (keep.keep_pictures_days, keep.keep_days)
    )
    for table, before_s in ((pictures, pictured_s), (events, told_s)):
        yield from _days_gone(store, table, before_s)
    steps: dict[str, _Step] = {
        "pictures": partial(_pictures_gone, before_s=pictured_s, now_s=now_s),
        "clips": partial(old_clips_gone, before_s=pictured_s),
        "photos": partial(old_photos_gone, before_s=pictured_s),
        "events": partial(_events_gone, before_s=told_s, now_s=now_s),
        "episodes": partial(_lives_gone, before_s=told_s),
        "alerts": partial(_alerts_gone, before_s=today_s - keep.keep_alerts_days * DAY_S),
    }
    for what, step in steps.items():
        while number := _done(store, step):
            yield what, number


def _done(store: Store, step: _Step) -> int:
    with store.write() as connection:
        return step(connection)


def _days_gone(store: Store, table: Table, before_s: float) -> Iterator[tuple[str, int]]:
    with store.read() as connection:
        over = [day for day in days_of(connection, table) if day.ends_s <= before_s]
    for day in over:
        with store.append() as connection:
            _drop(connection, table, day)
        yield f"days of {table.name}", 1


def _drop(connection: Connection, table: Table, day: Day) -> None:
    """Drop a day's table; what is still needed of it moves to the rest.

    Whoever files meanwhile has written there or waits: so nobody opens an alert for what goes.
    """
    connection.exec_driver_sql(f"LOCK TABLE {table.name} IN ACCESS EXCLUSIVE MODE")
    (key,) = table.primary_key.columns
    gone = named(table, day.table)
    kept = connection.execute(select(gone).where(_needed(gone.c[key.name]))).all()
    connection.exec_driver_sql(f"DROP TABLE {day.table}")
    copy(connection, table, [tuple(row) for row in kept])
    for links in (alert_events, shown_events) if table is events else ():
        link = links.c.event_id
        over = delete(links).where(link >= day.first, link < day.last, ~_needed(link))
        connection.execute(over)


def _pictures_gone(connection: Connection, *, before_s: float, now_s: float) -> int:
    key = pictures.c.event_id
    query = select(key).join(events, events.c.id == key)
    ids = _slice(connection, query.where(_past(key, before_s, now_s), ~_needed(key)))
    return _delete(connection, key, ids)


def _events_gone(connection: Connection, *, before_s: float, now_s: float) -> int:
    key = events.c.id
    ids = _slice(connection, select(key).where(_past(key, before_s, now_s), ~_needed(key)))
    for column in (pictures.c.event_id, alert_events.c.event_id, shown_events.c.event_id):
        _delete(connection, column, ids)
    return _delete(connection, key, ids)


def _lives_gone(connection: Connection, *, before_s: float) -> int:
    """Lives that no alert has; the others go with it."""
    key = episodes.c.life
    query = select(key).where(episodes.c.told_s < before_s, episodes.c.alert_id.is_(None))
    return _delete(connection, key, _slice(connection, query))


def _alerts_gone(connection: Connection, *, before_s: float) -> int:
    key = alerts.c.id
    query = select(key).where(alerts.c.opened_s < before_s, alerts.c.state.in_(OVER))
    ids = _slice(connection, query)
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.references(key):
                _delete(connection, column, ids)
    return _delete(connection, key, ids)


def _past(key: ColumnElement[str], before_s: float, now_s: float) -> ColumnElement[bool]:
    """Ids that were made before a time; of those that no right clock made, what came before it."""
    strange = key >= first_id(now_s + DAY_S)
    return or_(key < first_id(before_s), and_(strange, events.c.received_s < before_s))


def _needed(event_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an alert that goes on is about the event, or shows it."""
    links = (alert_events.alias(), shown_events.alias())
    return or_(
        *(
            exists().where(
                each.c.event_id == event_id,
                each.c.alert_id == alerts.c.id,
                alerts.c.state.not_in(OVER),
            )
            for each in links
        )
    )


def _slice(connection: Connection, query: Select[Any]) -> Sequence[str]:
    return connection.execute(query.limit(SLICE)).scalars().all()


def _delete(connection: Connection, key: Column[str], ids: Sequence[str]) -> int:
    """Delete rows by the values of a column; how many these were."""
    if not ids:
        return 0
    return connection.execute(delete(key.table).where(key.in_(ids))).rowcount
