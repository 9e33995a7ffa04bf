"""The store and how far a link was told in, what it is still to be told out."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from center import lookup
from center.alert import Alert
from center.levels import ledger
from center.levels.shared import (
    Shared,
    SharedAlert,
    SharedEntries,
    SharedEntry,
    entry_named,
    work_named,
)
from center.store import Store
from center.tables import alert_log, alerts, shared_alerts, shared_entries

MOST = 100
ABOVE = "above"
"""From where comes what the level above told; levels below are known by their names."""


class News(NamedTuple):
    """Messages, each with a key that it always has, and the cursor once they are delivered."""

    messages: tuple[tuple[str, Shared], ...]
    cursor: str


def news_for_above(store: Store, level: str) -> News | None:
    """Alerts that changed since the level above was told, the longest ago first."""
    with store.read() as connection:
        told = int(ledger.cursor(connection, f"alerts/{ABOVE}") or 0)
        query = select(alerts.c.id, alerts.c.revision).where(alerts.c.revision > told)
        rows = connection.execute(query.order_by(alerts.c.revision).limit(MOST)).all()
    if not rows:
        return None
    with store.write() as connection:
        found = [alert for row in rows if (alert := lookup.alert_by_id(connection, row.id))]
        settled = [ledger.settled(connection, alert, level) for alert in found]
        messages = [_alert(connection, alert, level, since=told) for alert in settled]
    return News(tuple(messages), str(rows[-1].revision))


def _alert(
    connection: Connection, alert: Alert, level: str, *, since: int
) -> tuple[str, SharedAlert]:
    first = ledger.known(connection, alert.id)
    if first is None:
        raise LookupError(alert.id)
    entries = _entries(connection, alert.id, since, level)
    base = msgspec.structs.replace(first.base, **work_named(first.base, level))
    shown = msgspec.structs.replace(alert, home=None, **work_named(alert, level))
    ours = first.came == ledger.OURS
    told = SharedAlert(
        home=first.home, revision=alert.revision if ours else first.revision, alert=shown,
        base=base, entries=tuple(entries),
    )  # fmt: skip
    return f"{alert.id}/{alert.revision}", told


def _entries(connection: Connection, alert_id: str, since: int, level: str) -> list[SharedEntry]:
    """Entries of revisions after one, but for those that came from above."""
    query = ledger.joined().where(
        alert_log.c.alert_id == alert_id, alert_log.c.revision > since,
        shared_entries.c.came != ABOVE,
    )  # fmt: skip
    rows = connection.execute(query.order_by(alert_log.c.id))
    return [entry_named(ledger.entry_of(row), level) for row in rows]


def news_for_below(store: Store, level: str, below: str) -> News | None:
    """What was done elsewhere about alerts of a level below, since it was told."""
    name = f"entries/{below}"
    with store.read() as connection:
        told = int(ledger.cursor(connection, name) or 0)
        query = select(alert_log.c.id, alert_log.c.alert_id).join(
            shared_alerts, shared_alerts.c.alert_id == alert_log.c.alert_id
        )
        query = query.where(shared_alerts.c.came == below, alert_log.c.id > told)
        lines = connection.execute(query.order_by(alert_log.c.id).limit(MOST)).all()
    if not lines:
        return None
    with store.write() as connection:
        for each in dict.fromkeys(line.alert_id for line in lines):
            if alert := lookup.alert_by_id(connection, each):
                ledger.settled(connection, alert, level)
        query = ledger.joined().where(
            alert_log.c.id.in_([line.id for line in lines]), shared_entries.c.came != below
        )
        rows = connection.execute(query.order_by(alert_log.c.id)).all()
    told_each = [
        (row.entry_id, SharedEntries(
            alert=row.alert_id, entries=(entry_named(ledger.entry_of(row), level),),
        ))
        for row in rows
    ]  # fmt: skip
    return News(tuple(told_each), str(lines[-1].id))


def note_told(store: Store, name: str, value: str) -> None:
    """A link was told up to there."""
    with store.write() as connection:
        ledger.put_cursor(connection, name, value)
