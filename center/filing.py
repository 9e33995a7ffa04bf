"""A batch of letters in, one transaction's worth of rows and the changed alerts out."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC
from functools import reduce

import msgspec
from sqlalchemy import Connection

from center import lookup, record, taskstore, worklog
from center.alert import Alert
from center.arrivals import put_events
from center.crosscheck import alert_from, join, more_of, settle
from center.letter import Letter, UnfitError, opened
from center.lifecycle import OVER
from center.lookup import StoredEvent
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
        fresh = put_events(connection, arrived, received_s=now_s)
        record.count(connection, "received", len(letters))
        record.count(connection, "stored", len(fresh))
        record.count(connection, "duplicates", len(arrived) - len(fresh))
        changed: dict[str, Alert] = {}
        ahead = {event.id for event in fresh}
        for event in fresh:
            ahead.remove(event.id)
            alerts = self._cross_check(connection, event, now_s, ahead)
            changed |= {alert.id: alert for alert in alerts}
        return tuple(sorted(changed.values(), key=lambda alert: alert.revision))

    def _cross_check(
        self, connection: Connection, event: Event, now_s: float, ahead: Collection[str]
    ) -> list[Alert]:
        """Open or join an alert for the event, if the watch list asks for one.

        ahead  ids of events that are stored and have not been here yet
        """
        life = _noted(connection, event)
        kin = lookup.alert_of_life(connection, life) if life else None
        alone = self._alone(event, kin, now_s)
        if alone is None:
            return []
        orphans = lookup.unlinked(connection, event) if life and not kin else []
        earlier = [each for each in orphans if each.id not in ahead]
        whole = reduce(join, (_told_by(alone, each) for each in earlier), alone)
        joined, inside = _settled(connection, whole, kin)
        ids = [joined.id, *(old.id for old in inside)]
        ongoing, ended_at = lookup.state_of_lives(connection, ids, life)
        alert = record.put_alert(
            connection, msgspec.structs.replace(joined, ongoing=ongoing, ended_at=ended_at)
        )
        record.link(connection, [event.id, *(each.id for each in earlier)], alert.id, life=life)
        gone = [_gone(connection, old, alert.id) for old in inside if old.id != alert.id]
        worklog.note_joining(connection, alert, inside, at_s=now_s)
        record.count(connection, "alerts", (0 if inside else 1) - len(gone))
        return [alert, *gone]

    def _alone(self, event: Event, kin: Alert | None, now_s: float) -> Alert | None:
        """What the event would be without others; nothing when nobody asked for it or its life."""
        match = self.watch_list.match(event)
        if match is not None:
            return alert_from(event, match, now_s=now_s, new_id=self.new_id)
        if kin is None:
            return None
        facts = event.data
        return more_of(
            kin, label=facts.label, at=event.time.astimezone(UTC), camera=facts.camera,
            picture=facts.picture is not None, again=facts.again,
        )  # fmt: skip


def _noted(connection: Connection, event: Event) -> str | None:
    """Note the life that the event is part of, if any; what the store calls it.

    A box speaks for its own site only, so no life reaches beyond its camera.
    """
    facts = event.data
    if facts.episode is None:
        return None
    life = f"{facts.site}/{facts.camera}/{facts.place}/{facts.rule}/{facts.episode}"
    told_s = event.time.timestamp()
    ended_s = told_s if facts.phase == "end" else None
    record.put_life(connection, life, told_s=told_s, ended_s=ended_s)
    return life


def _told_by(alert: Alert, event: StoredEvent) -> Alert:
    return more_of(
        alert, label=event.label, at=event.happened_at, camera=event.camera, picture=event.picture,
        again=event.again,
    )  # fmt: skip


def _fit(connection: Connection, letters: Sequence[Letter], now_s: float) -> list[Event]:
    """The letters that are events; the others go into the table of the rejected."""
    fit: list[Event] = []
    for letter in letters:
        try:
            fit.append(opened(letter))
        except UnfitError as error:
            record.put_rejected(connection, letter.kept, reason=str(error), received_s=now_s)
    return fit


def _settled(
    connection: Connection, alone: Alert, kin: Alert | None
) -> tuple[Alert, tuple[Alert, ...]]:
    """Settle among the standing alerts; a joined alert reaches further, so look again.

    A life whose alert is closed goes on in it, and meets no other.
    """
    if kin is not None and kin.state in OVER:
        return settle(alone, (), kin)
    near = lookup.alerts_near(connection, alone)
    while True:
        joined, inside = settle(alone, near, kin)
        wider = lookup.alerts_near(connection, joined)
        if len(wider) <= len(near):
            return joined, inside
        near = wider


def _gone(connection: Connection, old: Alert, into: str) -> Alert:
    """Mark an alert as part of another and move its events there."""
    record.relink(connection, old=old.id, new=into)
    taskstore.move(connection, old=old.id, new=into)
    gone = msgspec.structs.replace(old, state="joined", joined_into=into)
    return record.put_alert(connection, gone)
