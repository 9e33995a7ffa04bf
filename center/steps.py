"""A step on an alert in, the changed alert with its log entry and tasks out, in one transaction."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from center import lookup, record, taskstore, worklog
from center.alert import Alert
from center.lifecycle import OPEN, SAID, Acknowledge, RefusedError, Step, Taking, take
from center.logbook import LogEntry, changed, since, to_undo, told
from center.tasks import Task, offered_again, recalled
from pipelines.errors import TocsinError


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for a step, and when.

    seen  the revision that the asker saw last, if it said so
    """

    by: str
    at: datetime
    seen: int | None = None


class ConflictError(TocsinError):
    """The alert is not as the asker believes.

    alert  as it is
    last   the step that came between, if one did
    """

    def __init__(self, text: str, alert: Alert, last: LogEntry | None) -> None:
        super().__init__(text)
        self.alert, self.last = alert, last


def step(
    connection: Connection, alert_id: str, wanted: Step, asking: Asking, *, top: int,
    reason: str | None = None,
) -> Alert | None:  # fmt: skip
    """The alert after a step; None when there is none of this id. Raises ConflictError."""
    alert = lookup.alert_by_id(connection, alert_id)
    if alert is None or _is_ours_already(alert, wanted, asking):
        return alert
    log = worklog.log_of(connection, alert_id)
    _unless_changed(alert, log, asking)
    taking = Taking(at=asking.at, by=asking.by, grade=alert.grade, within_s=alert.within_s, top=top)
    try:
        after = take(alert, wanted, taking)
    except RefusedError as error:
        raise _conflict(str(error), alert, log, asking) from error
    return put_step(connection, alert, after, asking, SAID[type(wanted)], reason)


def undo(connection: Connection, alert_id: str, asking: Asking) -> Alert | None:
    """The alert as it was before the last step of this seat. Raises ConflictError."""
    alert = lookup.alert_by_id(connection, alert_id)
    if alert is None:
        return None
    log = worklog.log_of(connection, alert_id)
    try:
        last = to_undo(log, alert, by=asking.by, at=asking.at)
    except RefusedError as error:
        raise _conflict(str(error), alert, log, asking) from error
    after = changed(alert, last.was)
    undone = put_step(connection, alert, after, asking, "undone", last.what)
    for task in taskstore.of_alert(connection, alert_id):
        taskstore.put_changed(connection, _after_undoing(task, last, alert, asking.at))
    return undone


def note(connection: Connection, alert_id: str, text: str, asking: Asking) -> Alert | None:
    """The alert under a new revision, with a note in its log; a closed one takes notes too."""
    alert = lookup.alert_by_id(connection, alert_id)
    if alert is None:
        return None
    return put_step(connection, alert, alert, asking, "noted", text)


def put_step(
    connection: Connection, before: Alert, after: Alert, asking: Asking, what: str,
    reason: str | None,
) -> Alert:  # fmt: skip
    """Store what a step made of an alert, log it, and call patrols back who are needed no more."""
    stored = record.put_alert(connection, after)
    entry = worklog.entry_of(before, stored, at=asking.at, by=asking.by, what=what, reason=reason)
    worklog.put(connection, [entry])
    call_back(connection, before, stored, at=asking.at)
    return stored


def call_back(connection: Connection, before: Alert, after: Alert, *, at: datetime) -> None:
    """Call patrols back who are needed no more."""
    if before.state not in OPEN or after.state in ("dispatched", "on_site", "new"):
        return
    for task in taskstore.of_alert(connection, after.id):
        taskstore.put_changed(connection, recalled(task, at=at))


def _after_undoing(task: Task, undone: LogEntry, alert: Alert, at: datetime) -> Task:
    """A task whose sending was undone is over; one that a closing ended goes on."""
    if undone.what == "dispatched" and task.offered_at == undone.at:
        return recalled(task, at=at)
    if alert.closed_at is not None:
        return offered_again(task, recalled_at=alert.closed_at)
    return task


def _is_ours_already(alert: Alert, wanted: Step, asking: Asking) -> bool:
    """Whether a seat asks to take on what it has taken on."""
    mine = alert.seat == asking.by and alert.state in OPEN and alert.state != "new"
    return mine and isinstance(wanted, Acknowledge)


def _unless_changed(alert: Alert, log: list[LogEntry], asking: Asking) -> None:
    """Refuse a step of somebody who has not seen what another did."""
    if asking.seen is None:
        return
    between = since([entry for entry in log if entry.by != asking.by], asking.seen)
    if between is not None:
        raise ConflictError(told(between, asking.at), alert, between)


def _conflict(why: str, alert: Alert, log: list[LogEntry], asking: Asking) -> ConflictError:
    """Why a step is not allowed, with who made it so."""
    last = since(log, 0)
    said = f"{told(last, asking.at)}; {why}" if last else why
    return ConflictError(said, alert, last)
