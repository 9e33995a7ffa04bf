"""Alerts and lines of their logs in, what other levels must know of them out, and back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import uuid_utils
from sqlalchemy import Connection, Select, insert, select

from center import record, worklog
from center.alert import Alert
from center.copying import copy_over
from center.levels.folding import folded
from center.levels.shared import SharedEntry
from center.lifecycle import Work
from center.logbook import UNDOABLE, LogEntry
from center.tables import alert_log, level_cursors, shared_alerts, shared_entries

OURS = ""
"""From where what was done here came."""


class Known(NamedTuple):
    """What is known of a shared alert besides itself; see `center.tables.shared_alerts`."""

    home: str
    came: str
    revision: int
    base: Work


def known(connection: Connection, alert_id: str) -> Known | None:
    """What is known of an alert that is shared."""
    query = select(shared_alerts).where(shared_alerts.c.alert_id == alert_id)
    row = connection.execute(query).first()
    if row is None:
        return None
    return Known(row.home, row.came, row.revision, msgspec.json.decode(row.base, type=Work))


def put_known(connection: Connection, alert_id: str, what: Known) -> None:
    """Note or change it."""
    row = (alert_id, what.home, what.came, what.revision, msgspec.json.encode(what.base))
    copy_over(connection, shared_alerts, [row])


def settled(connection: Connection, alert: Alert, level: str) -> Alert:
    """The alert once all lines of its log are entries, and its work is what these come to.

    An alert that was never shared is from now on, with the work on it as its base.
    """
    first = known(connection, alert.id)
    if first is None:
        first = Known(level, OURS, alert.revision, work_of(alert))
        put_known(connection, alert.id, first)
        _adopt(connection, alert.id, level, in_base=True)
        return alert
    if not _adopt(connection, alert.id, level, in_base=False):
        return alert
    return refolded(connection, alert, first.base)


def refolded(connection: Connection, alert: Alert, base: Work) -> Alert:
    """The alert with the work that its entries come to, stored if that is another."""
    after = with_work(alert, folded(base, entries_of(connection, alert.id)))
    return alert if after == alert else record.put_alert(connection, after)


def entries_of(connection: Connection, alert_id: str, *, since: int = 0) -> list[SharedEntry]:
    """Entries of an alert as this level knows them, of revisions after one."""
    query = joined().where(alert_log.c.alert_id == alert_id, alert_log.c.revision > since)
    return [entry_of(row) for row in connection.execute(query.order_by(alert_log.c.id))]


def put_entries(
    connection: Connection, alert: Alert, came: str, entries: Sequence[SharedEntry]
) -> None:
    """Log entries from elsewhere under the alert's revision, which is theirs alone."""
    worklog.put(connection, [_line(alert, entry) for entry in entries])
    query = select(alert_log.c.id).where(
        alert_log.c.alert_id == alert.id, alert_log.c.revision == alert.revision
    )
    numbers = connection.execute(query.order_by(alert_log.c.id)).scalars()
    for number, entry in zip(numbers, entries, strict=True):
        _put(connection, alert.id, number, came, entry.id, entry.level, entry.stamp, entry.undoes)


def _line(alert: Alert, entry: SharedEntry) -> LogEntry:
    return LogEntry(
        alert=alert.id, revision=alert.revision, at=entry.at, by=entry.by, what=entry.what,
        before=entry.before, after=entry.after, reason=entry.reason, data=entry.data,
        was=entry.was,
    )  # fmt: skip


def unknown(connection: Connection, entries: Sequence[SharedEntry]) -> list[SharedEntry]:
    """Those of the entries that are not here yet, each once."""
    ids = [each.id for each in entries]
    query = select(shared_entries.c.id).where(shared_entries.c.id.in_(ids))
    here = set(connection.execute(query).scalars())
    return list({each.id: each for each in entries if each.id not in here}.values())


def cursor(connection: Connection, name: str) -> str:
    """How far a link was told; nothing if never."""
    query = select(level_cursors.c.value).where(level_cursors.c.name == name)
    return connection.execute(query).scalar() or ""


def cursors(connection: Connection, begins: str) -> dict[str, str]:
    """All whose names begin so, without that."""
    query = select(level_cursors).where(level_cursors.c.name.startswith(begins, autoescape=True))
    return {row.name.removeprefix(begins): row.value for row in connection.execute(query)}


def put_cursor(connection: Connection, name: str, value: str) -> None:
    """Note how far a link was told."""
    copy_over(connection, level_cursors, [(name, value)])


def work_of(alert: Alert) -> Work:
    """The work on an alert without the alert."""
    return Work(**{name: getattr(alert, name) for name in Work.__struct_fields__})


def with_work(alert: Alert, work: Work) -> Alert:
    """The alert with that work."""
    return msgspec.structs.replace(
        alert, **{name: getattr(work, name) for name in Work.__struct_fields__}
    )


def _adopt(connection: Connection, alert_id: str, level: str, *, in_base: bool) -> bool:
    """Make entries of all lines of a log that are none yet; whether there were any."""
    lines = worklog.log_of(connection, alert_id)
    query = select(shared_entries).where(shared_entries.c.alert_id == alert_id)
    ids = {row.log_id: row.id for row in connection.execute(query)}
    stamps = [row.stamp for row in connection.execute(query)]
    fresh = [line for line in lines if line.id not in ids]
    for line in fresh:
        ids[line.id] = str(uuid_utils.uuid7())
        stamps.append(max([_micros(line.at), *(stamp + 1 for stamp in stamps)]))
        stamp = 0 if in_base else stamps[-1]
        undone = _undone(lines, line)
        undoes = ids[undone.id] if undone and not in_base else None
        _put(connection, alert_id, line.id, OURS, ids[line.id], level, stamp, undoes)
    return bool(fresh)


def _undone(lines: Sequence[LogEntry], undoing: LogEntry) -> LogEntry | None:
    """The line that a line takes back."""
    if undoing.what != "undone":
        return None
    before = [line for line in lines if line.id < undoing.id and line.by == undoing.by]
    alike = [line for line in before if line.what == undoing.reason and line.what in UNDOABLE]
    return alike[-1] if alike else None


def _put(
    connection: Connection, alert_id: str, log_id: int, came: str, entry_id: str, level: str,
    stamp: int, undoes: str | None,
) -> None:  # fmt: skip
    row = {
        "id": entry_id, "alert_id": alert_id, "log_id": log_id, "level": level, "stamp": stamp,
        "came": came, "undoes": undoes,
    }  # fmt: skip
    connection.execute(insert(shared_entries).values(row))


def joined() -> Select[Any]:
    """Lines of the log that are entries, with what levels know of them."""
    of = shared_entries.c
    named = (of.id.label("entry_id"), of.level, of.stamp, of.came, of.undoes)
    return select(alert_log, *named).join(shared_entries, of.log_id == alert_log.c.id)


def entry_of(row: Any) -> SharedEntry:
    """A line of the log and what levels know of it, as one."""
    return SharedEntry(
        id=row.entry_id, level=row.level, stamp=row.stamp, at=datetime.fromtimestamp(row.at_s, UTC),
        by=row.by, what=row.what, before=row.from_state, after=row.to_state, reason=row.reason,
        data=msgspec.json.decode(row.data), was=msgspec.json.decode(row.was), undoes=row.undoes,
    )  # fmt: skip


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1e6)
