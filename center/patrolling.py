"""A link's token and what a patrol tells in, its task and the alert's next state out."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from center import lookup, photos, steps, taskstore
from center.alert import Alert
from center.lifecycle import OPEN, Accept, Arrive, Close, RefusedError, State, Step, Taking, take
from center.photos import StoredPhoto
from center.plan import Plan, plan_of
from center.steps import Asking
from center.tasks import Task, Told, advance
from center.working import Working
from pipelines.errors import TocsinError
from pipelines.flow import Picture

_ASKED = {"call": "called", "hold": "held"}
"""What the log says where a patrol asks for something."""


class ExpiredError(TocsinError):
    """A link whose time is over."""


class FullError(TocsinError):
    """A task that has as many photos as it may."""


class Taken(NamedTuple):
    """A photo as it came out of the darkroom, and when it was taken by the phone's clock."""

    picture: Picture
    at: datetime | None


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """A task as its patrol sees it.

    alert_state  what became of the alert meanwhile
    events       how many there are now, and when the last was seen
    picture      whether `/api/tasks/{token}/picture` has a redacted still
    title        what its entry calls the alert; `first_at` is when it began
    ongoing      lives of rules in it that go on
    photos       that its patrol took
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
    photos: tuple[StoredPhoto, ...]
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

    def photo(self, token: str, photo: str) -> bytes | None:
        """One of its own photos, redacted. Raises ExpiredError."""
        with self.store.read() as connection:
            task = self._opened(connection, token)
            return photos.picture_of(connection, photo, task=task.id) if task else None

    def wants(self, token: str, key: str) -> bool | None:
        """Whether a photo is new to us; None when the link is. Raises ExpiredError, FullError."""
        with self.store.read() as connection:
            task = self._opened(connection, token)
            if task is None:
                return None
            known = photos.keys_of(connection, task.id)
        if key not in known and len(known) >= photos.MOST:
            raise FullError(f"a task has at most {photos.MOST} photos")
        return key not in known

    def photographed(self, token: str, key: str, taken: Taken) -> TaskView | None:
        """Keep a photo that was redacted; told twice it is one. Raises ExpiredError."""
        with self.store.write() as connection:
            task = self._opened(connection, token)
            if task is None:
                return None
            if key not in photos.keys_of(connection, task.id):
                self._put_photo(connection, task, key, taken)
            view = self._view(connection, task)
        self.working.tell()
        return view

    def _put_photo(self, connection: Connection, task: Task, key: str, taken: Taken) -> None:
        now = self.working.now()
        at = min(max(taken.at or now, task.offered_at), now)
        photos.put(
            connection,
            photos.NewPhoto(
                id=self.working.new_id(), alert=task.alert, task=task.id, key=key, taken_at=at,
                received_at=now, picture=taken.picture,
            ),
        )  # fmt: skip
        alert = lookup.alert_by_id(connection, task.alert)
        if alert is not None:
            asking = Asking(by=f"patrol:{task.patrol}", at=now)
            steps.put_step(connection, alert, alert, asking, "photographed", None)

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
            ongoing=alert.ongoing, plan=plan,
            photos=tuple(photos.of_task(connection, task.id)), now=self.working.now(),
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
