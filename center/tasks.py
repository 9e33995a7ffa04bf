"""A patrol's task and what the patrol tells in, the task as it is then out. Pure.

A phone may have been without a signal: what it tells carries its own time, may come twice, late
and out of order, and ends the same.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from center.alert import Alert
from center.config import Patrol
from center.lifecycle import Cause, RefusedError
from pipelines.flow import Rule

TaskState = Literal["offered", "on_way", "arrived", "done", "recalled"]
Found = Literal["real", "not_real", "no_trace"]
ENDED: tuple[TaskState, ...] = ("done", "recalled")
LASTS_S = 12 * 3600.0
"""How long a link opens a task: about a shift."""

Text = Annotated[str, msgspec.Meta(max_length=500)]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a patrol was asked to look at, as it was when it was sent.

    id          UUIDv7
    alert       what it is about
    by          the seat that sent it
    offered_at  and when the patrol said each of the steps, by its own clock
    expires_at  when its link stops working
    called_at   when it last asked the seat that sent it to call
    held_at     when it last said that it waits for back-up
    outcome     what the patrol found; `cause` says why it was not real
    """

    id: str
    alert: str
    patrol: str
    patrol_name: str
    state: TaskState = "offered"
    by: str
    place: str
    place_name: str
    rule: Rule
    label: str | None = msgspec.field(default=None, name="class")
    grade: int
    steps: tuple[str, ...]
    offered_at: datetime
    on_way_at: datetime | None = None
    arrived_at: datetime | None = None
    done_at: datetime | None = None
    recalled_at: datetime | None = None
    called_at: datetime | None = None
    held_at: datetime | None = None
    expires_at: datetime
    outcome: Found | None = None
    cause: Cause | None = None
    note: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a patrol tells, or asks for: a call by the seat that sent it, or back-up.

    done_at  when it did so, by its phone's clock; now, when left out
    outcome  with `outcome` only; `cause` goes with `not_real`
    note     what is to be known, no names
    """

    step: Literal["on_way", "arrived", "outcome", "call", "hold"]
    done_at: datetime | None = None
    outcome: Found | None = None
    cause: Cause | None = None
    note: Text | None = None


def task_for(alert: Alert, patrol: Patrol, *, task_id: str, by: str, at: datetime) -> Task:
    """A task that is offered to a patrol."""
    return Task(
        id=task_id, alert=alert.id, patrol=patrol.id, patrol_name=patrol.name, by=by,
        place=alert.place, place_name=alert.place_name, rule=alert.rule, label=alert.label,
        grade=alert.grade, steps=alert.steps, offered_at=at,
        expires_at=at + timedelta(seconds=LASTS_S),
    )  # fmt: skip


def advance(task: Task, told: Told, *, now: datetime) -> Task:
    """The task once the patrol told this. What it had told already changes nothing.

    Raises RefusedError for an outcome that lacks what it needs.
    """
    at = min(max(told.done_at or now, task.offered_at), now)
    state: TaskState = task.state
    if told.step == "on_way":
        state = "on_way" if state == "offered" else state
        return msgspec.structs.replace(task, state=state, on_way_at=task.on_way_at or at)
    if told.step == "arrived":
        state = "arrived" if state in ("offered", "on_way") else state
        return msgspec.structs.replace(task, state=state, arrived_at=task.arrived_at or at)
    if told.step == "call":
        return msgspec.structs.replace(task, called_at=max(task.called_at or at, at))
    if told.step == "hold":
        return msgspec.structs.replace(task, held_at=max(task.held_at or at, at))
    return _with_outcome(task, told, at)


def recalled(task: Task, *, at: datetime) -> Task:
    """The task once the desk needs it no more."""
    if task.state in ENDED:
        return task
    return msgspec.structs.replace(task, state="recalled", recalled_at=at)


def offered_again(task: Task, *, recalled_at: datetime) -> Task:
    """The task after its recall was undone; one that was recalled by something else stays so."""
    if task.state != "recalled" or task.recalled_at != recalled_at:
        return task
    return msgspec.structs.replace(task, state="offered", recalled_at=None)


def _with_outcome(task: Task, told: Told, at: datetime) -> Task:
    if told.outcome is None:
        raise RefusedError("`outcome` says what was found: real, not_real or no_trace")
    if (told.outcome == "not_real") != (told.cause is not None):
        raise RefusedError("`cause` says why it was not real; it goes with `not_real` only")
    if task.outcome is not None:
        return task
    state = task.state if task.state == "recalled" else "done"
    return msgspec.structs.replace(
        task, state=state, outcome=told.outcome, cause=told.cause, note=told.note, done_at=at
    )
