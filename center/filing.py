"""A batch of letters in, one transaction's worth of rows and the changed alerts out."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection

from center import lookup, record
from center.alert import Alert
from center.crosscheck import alert_from, settle
from center.letter import Letter, UnfitError, opened
from center.watchlist import WatchList
from pipelines.flow import Event


class Filing:
    """Files batches by one watch list; call it within a transaction."""

    def __init__(self, watch_list: WatchList, *, new_id: Callable[[], str]) -> None:
        self.watch_list, self.new_id = watch_list, new_id

    def __call__(
        self, connection: Connection, letters: Sequence[Letter], *, now_s: float
    ) -> tuple[Alert, ...]:
        """File the letters at `now_s`; second copies and what is unfit are counted."""
        arrived = _fit(connection, letters, now_s)
        fresh = record.unknown(connection, arrived)
        record.put_events(connection, fresh, received_s=now_s)
        record.count(connection, "received", len(letters))
        record.count(connection, "stored", len(fresh))
        record.count(connection, "duplicates", len(arrived) - len(fresh))
        changed: dict[str, Alert] = {}
        for event in fresh:
            changed |= {alert.id: alert for alert in self._cross_check(connection, event, now_s)}
        return tuple(sorted(changed.values(), key=lambda alert: alert.revision))

    def _cross_check(self, connection: Connection, event: Event, now_s: float) -> list[Alert]:
        """Open or join an alert for the event, if the watch list asks for one."""
        match = self.watch_list.match(event)
        if match is None:
            return []
        alone = alert_from(event, match, now_s=now_s, new_id=self.new_id)
        joined, inside = _settled(connection, alone)
        alert = record.put_alert(connection, joined)
        record.link(connection, event.id, alert.id)
        gone = [_gone(connection, old, alert.id) for old in inside if old.id != alert.id]
        record.count(connection, "alerts", (0 if inside else 1) - len(gone))
        return [alert, *gone]


def _fit(connection: Connection, letters: Sequence[Letter], now_s: float) -> list[Event]:
    """The letters that are events; the others go into the table of the rejected."""
    fit: list[Event] = []
    for letter in letters:
        try:
            fit.append(opened(letter))
        except UnfitError as error:
            record.put_rejected(connection, letter, reason=str(error), received_s=now_s)
    return fit


def _settled(connection: Connection, alone: Alert) -> tuple[Alert, tuple[Alert, ...]]:
    """Settle among the standing alerts; a joined alert reaches further, so look again."""
    near = lookup.alerts_near(connection, alone)
    while True:
        joined, inside = settle(alone, near)
        wider = lookup.alerts_near(connection, joined)
        if len(wider) <= len(near):
            return joined, inside
        near = wider


def _gone(connection: Connection, old: Alert, into: str) -> Alert:
    """Mark an alert as part of another and move its events there."""
    record.relink(connection, old=old.id, new=into)
    gone = msgspec.structs.replace(old, state="joined", joined_into=into)
    return record.put_alert(connection, gone)
