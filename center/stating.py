"""Alerts that a later word may disprove in, kept, changed, joined and withdrawn in the store out.

They own no events and meet no others, so they are written as they come.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import Connection

from center import record, steps, taskstore, worklog
from center.alert import Alert
from center.crosscheck import moment
from center.lifecycle import Taking, Withdraw, take
from center.logbook import CENTRE
from center.parts import Part
from center.steps import Asking
from center.watchlist import WatchList


class Stating:
    """Remembers which alerts changed; the store knows everything else."""

    def __init__(
        self, connection: Connection, listed: WatchList, *, now_s: float, new_id: Callable[[], str]
    ) -> None:
        self.connection, self.listed = connection, listed
        self.now_s, self.new_id = now_s, new_id
        self.changed: dict[str, Alert] = {}

    def state(
        self, alert: Alert, part: Part, shown: Iterable[str], old: Sequence[Alert] = ()
    ) -> None:
        """Store an alert in place of what was known of it."""
        if old and _same(alert, old[0]) and len(old) == 1:
            return
        kept = self._store(alert, old)
        record.put_parts(self.connection, kept.id, [part])
        record.show(self.connection, shown, kept.id)

    def withdraw(self, alert: Alert, reason: str) -> None:
        """Close an alert because what it was opened for did not hold."""
        at = moment(self.now_s)
        taking = Taking(at=at, by=CENTRE, grade=alert.grade, within_s=alert.within_s)
        gone = steps.put_step(
            self.connection, alert, take(alert, Withdraw(), taking), Asking(by=CENTRE, at=at),
            "withdrew", reason,
        )  # fmt: skip
        self.changed[gone.id] = gone

    def _store(self, joined: Alert, inside: Sequence[Alert]) -> Alert:
        """Store an alert, and that others have become part of it."""
        alert = record.put_alert(self.connection, joined)
        worklog.put(self.connection, worklog.joining(alert, inside, at_s=self.now_s))
        gone = [self._gone(old, alert.id) for old in inside if old.id != alert.id]
        record.count(self.connection, {"alerts": (0 if inside else 1) - len(gone)})
        self.changed |= {each.id: each for each in (alert, *gone)}
        return alert

    def _gone(self, old: Alert, into: str) -> Alert:
        """Mark an alert as part of another."""
        record.take_parts(self.connection, old.id)
        taskstore.move(self.connection, old=old.id, new=into)
        return record.put_alert(
            self.connection, msgspec.structs.replace(old, state="joined", joined_into=into)
        )


def _same(one: Alert, other: Alert) -> bool:
    """Say whether nothing but the moment of its making tells two alerts apart."""
    fresh = {"revision": other.revision, "captured_at": other.captured_at}
    return msgspec.structs.replace(one, **fresh) == other
