"""A ledger in, its rows in the store out: each table is written once for a whole batch."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, update

from center import record, taskstore, worklog
from center.alert import Alert
from center.copying import copy, copy_over
from center.ledger import Ledger
from center.logbook import LogEntry
from center.tables import alert_events, episodes, parts


def post(connection: Connection, ledger: Ledger) -> tuple[Alert, ...]:
    """Write what a batch made of alerts; those that changed, in the order of their revisions.

    An alert that was opened and joined within the batch was never there.
    """
    there = [name for name in ledger.touched if name in ledger.stored or name not in ledger.into]
    changes = [(ledger.stored.get(name), ledger.alerts[name]) for name in there]
    changed = record.put_alerts(connection, changes)
    _join(connection, ledger)
    links = [(name, ledger.now_in(alert_id)) for name, alert_id in sorted(ledger.links.items())]
    copy(connection, alert_events, links)
    record.put_lives(connection, _lives(ledger))
    standing = [name for name in there if name not in ledger.into]
    made = [(name, *part) for name in standing for part in ledger.parts[name].values()]
    copy_over(connection, parts, made)
    worklog.put(connection, _numbered(ledger.log, {each.id: each for each in changed}))
    record.count(connection, {"alerts": ledger.opened})
    return tuple(changed)


def _join(connection: Connection, ledger: Ledger) -> None:
    """Move what alerts of the store had to those that they were joined into."""
    for old in ledger.into:
        if old in ledger.stored:
            new = ledger.now_in(old)
            for table in (alert_events, episodes):
                mine = update(table).where(table.c.alert_id == old)
                connection.execute(mine.values(alert_id=new))
            record.take_parts(connection, old)
            taskstore.move(connection, old=old, new=new)


def _lives(ledger: Ledger) -> Iterator[record.LifeRow]:
    """Lives that were heard of, and those that others brought along."""
    for name, life in sorted(ledger.lives.items()):
        if life.told_s is not None or (life.stored and life.alert_id in ledger.touched):
            yield name, life.alert_id, life.ended_s, life.told_s


def _numbered(log: list[LogEntry], changed: dict[str, Alert]) -> Iterator[LogEntry]:
    """Entries of the alerts that are there, under the revisions that they got."""
    for entry in log:
        if entry.alert in changed:
            yield msgspec.structs.replace(entry, revision=changed[entry.alert].revision)
