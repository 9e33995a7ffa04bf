"""Entries of the log in, rows in the store, and back, within the transactions of others."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from center.alert import Alert
from center.copying import copy
from center.logbook import CENTRE, LogEntry, changes, differs
from center.tables import alert_log


def put(connection: Connection, entries: Iterable[LogEntry]) -> None:
    """Append entries; the store numbers them."""
    copy(connection, alert_log, [_row(entry) for entry in entries], names=_NAMES)


_NAMES = tuple(column.name for column in alert_log.columns if column.name != "id")


def _row(entry: LogEntry) -> tuple[Any, ...]:
    return (
        entry.alert,
        entry.revision,
        entry.at.timestamp(),
        entry.by,
        entry.what,
        entry.before,
        entry.after,
        entry.reason,
        msgspec.json.encode(entry.data),
        msgspec.json.encode(entry.was),
    )


def entry_of(
    before: Alert, after: Alert, *, at: datetime, by: str, what: str, reason: str | None = None
) -> LogEntry:
    """What a step changed, as an entry under the revision that it made."""
    was, data = changes(before, after)
    return LogEntry(
        alert=after.id, revision=after.revision, at=at, by=by, what=what, reason=reason,
        before=before.state, after=after.state, data=data, was=was,
    )  # fmt: skip


def joining(alert: Alert, inside: Sequence[Alert], *, at_s: float) -> Iterator[LogEntry]:
    """What joining events changed in the work on the alerts that they joined."""
    at = datetime.fromtimestamp(at_s, UTC)
    for old in inside:
        if old.id != alert.id:
            gone = msgspec.structs.replace(
                old, state="joined", joined_into=alert.id, revision=alert.revision
            )
            yield entry_of(old, gone, at=at, by=CENTRE, what="joined")
        elif differs(old, alert):
            what = "rose" if alert.state == "new" != old.state else "grew"
            yield entry_of(old, alert, at=at, by=CENTRE, what=what)


def log_of(connection: Connection, alert_id: str, *, limit: int = 1000) -> list[LogEntry]:
    """The newest entries of an alert, oldest first."""
    query = select(alert_log).where(alert_log.c.alert_id == alert_id)
    rows = connection.execute(query.order_by(alert_log.c.id.desc()).limit(limit))
    return [_entry(row) for row in rows][::-1]


def _entry(row: Row[Any]) -> LogEntry:
    return LogEntry(
        id=row.id,
        alert=row.alert_id,
        revision=row.revision,
        at=datetime.fromtimestamp(row.at_s, UTC),
        by=row.by,
        what=row.what,
        before=row.from_state,
        after=row.to_state,
        reason=row.reason,
        data=msgspec.json.decode(row.data),
        was=msgspec.json.decode(row.was),
    )
