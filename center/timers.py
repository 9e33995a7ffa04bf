"""Alerts whose time has come in, alerts that rose or came back from the shelf out.

What is due stands in the store, so a restart forgets nothing: what was missed meanwhile happens
at the first look, each once, and an alert that waits for the next level waits anew from then.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from center import lookup, steps
from center.alert import Alert
from center.ladder import top
from center.lifecycle import Unshelve
from center.logbook import CENTRE
from center.repeating import repeat
from center.steps import Asking
from center.working import Working
from pipelines.trouble import Trouble

SECOND_S = 1.0
AT_ONCE = 200
_log = logging.getLogger("center.timers")


class Timers:
    """Looks once a second, where this centre is the one that does; `run_once` is one look."""

    def __init__(self, working: Working, leads: Callable[[], bool] = lambda: True) -> None:
        self.working, self.leads = working, leads
        self.trouble = Trouble(_log, "timers")

    async def keep(self) -> None:
        """Look for ever."""
        await repeat(self._look, every_s=SECOND_S, trouble=self.trouble)

    def _look(self) -> None:
        if self.leads():
            self.run_once()

    def run_once(self) -> tuple[Alert, ...]:
        """Do all that is due; the alerts that changed. Raises StoreError."""
        changed = list[Alert]()
        while some := self._some():
            changed += some
        return tuple(changed)

    def _some(self) -> list[Alert]:
        """One transaction's worth of what is due."""
        now = self.working.now()
        with self.working.store.read() as connection:
            if not lookup.alerts_due(connection, now.timestamp(), limit=1):
                return []
        with self.working.store.write() as connection:
            due = lookup.alerts_due(connection, now.timestamp(), limit=AT_ONCE)
            changed = [self._happens(connection, alert, now) for alert in due]
        self.working.tell()
        return changed

    def _happens(self, connection: Connection, alert: Alert, now: datetime) -> Alert:
        asking = Asking(by=CENTRE, at=now)
        if alert.state == "shelved":
            after = steps.step(connection, alert.id, Unshelve(), asking, top=1)
        elif alert.level < top(self.working.watch_list(), alert):
            after = self.working.rise(connection, alert.id, asking, reason="not acknowledged")
        else:
            waits = msgspec.structs.replace(alert, acknowledge_by=None)
            after = steps.put_step(connection, alert, waits, asking, "missed", None)
        _log.info("alert=%s id=%s level=%d", alert.state, alert.id, alert.level)
        return after or alert
