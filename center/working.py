"""What a seat wants done in, alerts and tasks out: each write is one transaction, done once."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from sqlalchemy import Connection

from center import keeping, lookup, steps, taskstore
from center.alert import Alert
from center.config import Patrol
from center.keeping import Key
from center.ladder import rungs, top
from center.lifecycle import Dispatch, Escalate, Step
from center.steps import Asking
from center.store import Store
from center.tasks import Task, task_for
from center.taskstore import Links
from center.watchlist import WatchList
from pipelines.clock import Clock

Answered = TypeVar("Answered", bound=msgspec.Struct)
_log = logging.getLogger("center.working")


class Dispatched(msgspec.Struct, frozen=True, kw_only=True):
    """An alert, the task that a patrol got for it, and where its page is."""

    alert: Alert
    task: Task
    link: str


class Working:
    """Safe to call from any thread. `tell` is called after each change of an alert."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        tell: Callable[[], None],
        *,
        watch_list: Callable[[], WatchList],
        patrols: tuple[Patrol, ...],
        links: Links,
        new_id: Callable[[], str],
    ) -> None:
        self.store, self.clock, self.tell = store, clock, tell
        self.watch_list, self.links, self.new_id = watch_list, links, new_id
        self.patrols = {patrol.id: patrol for patrol in patrols}

    def now(self) -> datetime:
        """The clock's time."""
        return datetime.fromtimestamp(self.clock.now_s(), UTC)

    def step(
        self, alert_id: str, wanted: Step, asking: Asking, key: Key | None = None,
        reason: str | None = None,
    ) -> Alert | None:  # fmt: skip
        """Take a step. Raises ConflictError, ReusedKeyError."""

        def do(connection: Connection) -> Alert | None:
            top = self._top(connection, alert_id)
            return steps.step(connection, alert_id, wanted, asking, top=top, reason=reason)

        return self._write(do, Alert, asking, key)

    def escalate(
        self, alert_id: str, asking: Asking, key: Key | None = None, reason: str | None = None
    ) -> Alert | None:
        """Let an alert rise to the next place of the tree. Raises ConflictError."""

        def do(connection: Connection) -> Alert | None:
            return self.rise(connection, alert_id, asking, reason=reason)

        return self._write(do, Alert, asking, key)

    def rise(
        self, connection: Connection, alert_id: str, asking: Asking, *, reason: str | None
    ) -> Alert | None:
        """The same within a transaction of others."""
        alert = lookup.alert_by_id(connection, alert_id)
        if alert is None:
            return None
        ladder = rungs(self.watch_list(), alert)
        to = ladder[alert.level] if alert.level < len(ladder) else None
        return steps.step(
            connection, alert_id, Escalate(to=to), asking, top=max(1, len(ladder)), reason=reason
        )

    def undo(self, alert_id: str, asking: Asking, key: Key | None = None) -> Alert | None:
        """Take a seat's last step back. Raises ConflictError, ReusedKeyError."""
        return self._write(
            lambda connection: steps.undo(connection, alert_id, asking), Alert, asking, key
        )

    def note(
        self, alert_id: str, text: str, asking: Asking, key: Key | None = None
    ) -> Alert | None:
        """Write something down. Raises ReusedKeyError."""
        return self._write(
            lambda connection: steps.note(connection, alert_id, text, asking), Alert, asking, key
        )

    def dispatch(
        self, alert_id: str, patrol: Patrol, asking: Asking, key: Key | None = None,
        reason: str | None = None,
    ) -> Dispatched | None:  # fmt: skip
        """Send a patrol. Raises ConflictError, ReusedKeyError."""

        def do(connection: Connection) -> Dispatched | None:
            wanted = Dispatch(patrol=patrol.id)
            alert = steps.step(connection, alert_id, wanted, asking, top=1, reason=reason)
            if alert is None:
                return None
            task = task_for(alert, patrol, task_id=self.new_id(), by=asking.by, at=asking.at)
            taskstore.put_new(connection, task, token=self.links.token(task.id))
            return Dispatched(alert=alert, task=task, link="")

        made = self._write(do, Dispatched, asking, key)
        return made and msgspec.structs.replace(made, link=self.links.link(made.task.id))

    def _write(
        self, do: Callable[[Connection], Answered | None], kind: type[Answered], asking: Asking,
        key: Key | None,
    ) -> Answered | None:  # fmt: skip
        with self.store.write() as connection:
            answer = keeping.once(
                connection, key, kind, at_s=asking.at.timestamp(), do=lambda: do(connection)
            )
        self.tell()
        return answer

    def _top(self, connection: Connection, alert_id: str) -> int:
        alert = lookup.alert_by_id(connection, alert_id)
        return top(self.watch_list(), alert) if alert else 1
