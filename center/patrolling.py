"""A link's token and what a patrol tells in, its task and the alert's next state out."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from center import lookup, steps, taskstore
from center.alert import Alert
from center.lifecycle import OPEN, Accept, Arrive, Close, RefusedError, State, Step, Taking, take
from center.plan import Plan, plan_of
from center.steps import Asking
from center.tasks import Task, Told, advance
from center.working import Working
from pipelines.errors import TocsinError

_ASKED = {"call": "called", "hold": "held"}
"""What the log says where a patrol asks for something."""


class ExpiredError(TocsinError):
    """A link whose time is over."""


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """A task as its patrol sees it.

    alert_state  what became of the alert meanwhile
    events       how many there are now, and when the last was seen
    picture      whether `/api/tasks/{token}/picture` has a redacted still
    title        what its entry calls the alert; `first_at` is when it began
    ongoing      lives of rules in it that go on
    plan         of its place
    now          the centre's time, by which ages are told
    """

    task: Task
    alert_state: State
    events: int
    first_at: datetime
    last_at: datetime
    picture: bool
    title: str | None
    ongoing: int
    plan: Plan
    now: datetime


class Patrolling:
    """What a phone may ask; its link is all that it has."""

    def __init__(self, working: Working) -> None:
        self.working, self.store = working, working.store

    def task(self, token: str) -> TaskView | None:
        """The task behind a link. Raises ExpiredError."""
        with self.store.read() as connection:
            task = self._opened(connection, token)
            return self._view(connection, task) if task else None

    def picture(self, token: str) -> bytes | None:
        """The redacted still of its alert. Raises ExpiredError."""
        with self.store.read() as connection:
            task = self._opened(connection, token)
            return lookup.picture_of(connection, task.alert) if task else None

    def told(self, token: str, said: Told) -> TaskView | None:
        """Note what a patrol tells. Raises RefusedError, ExpiredError."""
        with self.store.write() as connection:
            task = self._opened(connection, token)
            if task is None:
                return None
            now = self.working.now()
            after = advance(task, said, now=now)
            if after != task:
                taskstore.put_changed(connection, after)
                asking = Asking(by=f"patrol:{task.patrol}", at=now)
                self._carry_over(connection, after, said, asking)
            view = self._view(connection, after)
        self.working.tell()
        return view

    def _carry_over(self, connection: Connection, task: Task, said: Told, asking: Asking) -> None:
        """Let the alert follow its task where it can; the log has it in any case."""
        alert = lookup.alert_by_id(connection, task.alert)
        if alert is None:
            return
        if said.step in _ASKED:
            steps.put_step(connection, alert, alert, asking, _ASKED[said.step], said.note)
            return
        step = step_of(task, said)
        if step is None or task.state == "recalled" or alert.state not in OPEN:
            steps.put_step(connection, alert, alert, asking, "told", _heard(said))
            return
        _follow(connection, alert, step, asking, _heard(said))

    def _opened(self, connection: Connection, token: str) -> Task | None:
        task = taskstore.by_token(connection, token)
        if task is not None and task.expires_at <= self.working.now():
            raise ExpiredError("this link is over; ask the desk for another")
        return task

    def _view(self, connection: Connection, task: Task) -> TaskView:
        alert = lookup.alert_by_id(connection, task.alert)
        if alert is None:
            raise ExpiredError("the alert of this link is no longer kept")
        patrol = self.working.patrols.get(task.patrol)
        plan = plan_of(
            self.working.watch_list().tree, task.place, patrol.position if patrol else None
        )
        return TaskView(
            task=task, alert_state=alert.state, events=alert.events, first_at=alert.first_at,
            last_at=alert.last_at, picture=alert.picture, title=alert.title,
            ongoing=alert.ongoing, plan=plan, now=self.working.now(),
        )  # fmt: skip


def step_of(task: Task, said: Told) -> Step | None:
    """What the alert makes of what its patrol tells; what is real goes back to the desk."""
    if said.step == "on_way":
        return Accept(patrol=task.patrol)
    if said.step == "arrived":
        return Arrive()
    if said.outcome in (None, "real"):
        return None
    return Close(outcome=said.outcome, cause=said.cause)


def _follow(
    connection: Connection, alert: Alert, step: Step, asking: Asking, heard: str | None
) -> None:
    what = {Accept: "accepted", Arrive: "arrived"}.get(type(step), "closed")
    taking = Taking(at=asking.at, by=asking.by, grade=alert.grade, within_s=alert.within_s)
    try:
        after = take(alert, step, taking)
    except RefusedError:
        after, what = alert, "told"
    steps.put_step(connection, alert, after, asking, what, heard)


def _heard(said: Told) -> str | None:
    """What a patrol told, for the log."""
    words = [said.step, said.outcome, said.cause, said.done_at and said.done_at.isoformat()]
    return " · ".join(str(word) for word in [*words, said.note] if word)
