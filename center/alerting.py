"""What happened in, alerts opened, joined and withdrawn out, within one transaction."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce

import msgspec
from sqlalchemy import Connection

from center import lookup, record, steps, taskstore, worklog
from center.alert import Alert
from center.crosscheck import alert_from, join, merged, moment, more_of
from center.happening import Happening
from center.lifecycle import OVER, Taking, Withdraw, take
from center.logbook import CENTRE
from center.parts import Part, part_of, united
from center.steps import Asking
from center.watchlist import WatchList


class Alerting:
    """Remembers which alerts changed; the store knows everything else."""

    def __init__(
        self, connection: Connection, listed: WatchList, *, now_s: float, new_id: Callable[[], str]
    ) -> None:
        self.connection, self.listed = connection, listed
        self.now_s, self.new_id = now_s, new_id
        self.changed: dict[str, Alert] = {}
        self.linked: set[str] = set()

    def expect(self, happened: Iterable[Happening]) -> None:
        """Learn which lives of a batch are part of an alert, so that not each is asked for."""
        lives = {each.life for each in happened if each.life is not None}
        self.linked |= lookup.linked(self.connection, lives)

    def alone(self, happening: Happening, ahead: Collection[str]) -> None:
        """Open or join an alert for an event, if the watch list asks for it or for its life.

        ahead  ids of events that are stored and have not been here yet
        """
        life, match = happening.life, self.listed.match(happening)
        kin = lookup.alert_of_life(self.connection, life) if life in self.linked else None
        if match is not None:
            mine = alert_from(happening, match, now_s=self.now_s, new_id=self.new_id)
        elif kin is not None:
            mine = more_of(kin, happening)
        else:
            return
        earlier = () if kin else self.orphans(happening, ahead)
        reach_s = match.entry.merge_s if match else 0.0
        made_of = [part_of(happening, merge_s=reach_s), *map(part_of, earlier)]
        whole = reduce(join, (more_of(mine, each) for each in earlier), mine)
        self.put(whole, made_of, (happening, *earlier), [kin] if kin else [])

    def orphans(self, happening: Happening, ahead: Collection[str] = ()) -> tuple[Happening, ...]:
        """Events of the same life that came before anybody asked for it."""
        if happening.life is None:
            return ()
        found = lookup.unlinked(self.connection, happening)
        return tuple(each for each in found if each.id not in ahead)

    def put(
        self, whole: Alert, made_of: Iterable[Part], events: Sequence[Happening],
        kin: Sequence[Alert],
    ) -> None:  # fmt: skip
        """Store what is new together with all alerts that it is part of.

        made_of  the parts of what is new
        events   that no alert has yet
        kin      alerts that it is part of, however far apart they lie
        """
        inside, parts = self._met(united(made_of), kin)
        joined = merged(whole, inside)
        lives = {each.life for each in events if each.life is not None}
        ids = [joined.id, *(old.id for old in inside)]
        if lives or any(old.ongoing or old.ended_at for old in inside):
            ongoing, ended_at = lookup.state_of_lives(self.connection, ids, lives)
            joined = msgspec.structs.replace(joined, ongoing=ongoing, ended_at=ended_at)
        alert = self._store(joined, inside)
        record.put_parts(self.connection, alert.id, parts.values())
        record.link(self.connection, [each.id for each in events], alert.id, lives=lives)
        self.linked |= lives

    def _met(
        self, parts: Mapping[str, Part], kin: Sequence[Alert]
    ) -> tuple[list[Alert], dict[str, Part]]:
        """The alerts that parts belong to, also those that they meet only once they have grown.

        A life whose alert is closed goes on in it, and meets no other.
        """
        inside, added, whole = list(kin), list(kin), dict(parts)
        closed = any(alert.state in OVER for alert in kin)
        while True:
            if added:
                old = lookup.parts_of(self.connection, [alert.id for alert in added])
                whole = united((*whole.values(), *old))
                if len(inside) == 1 and whole == {part.key: part for part in old}:
                    return inside, whole
            if closed:
                return inside, whole
            known = [alert.id for alert in inside]
            added = lookup.alerts_meeting(self.connection, whole.values(), but=known)
            if not added:
                return inside, whole
            inside += added

    def _store(self, joined: Alert, inside: Sequence[Alert]) -> Alert:
        """Store an alert, and that others have become part of it."""
        alert = record.put_alert(self.connection, joined)
        gone = [self._gone(old, alert.id) for old in inside if old.id != alert.id]
        worklog.note_joining(self.connection, alert, inside, at_s=self.now_s)
        if gone or not inside:
            record.count(self.connection, "alerts", (0 if inside else 1) - len(gone))
        self.changed |= {each.id: each for each in (alert, *gone)}
        return alert

    def _gone(self, old: Alert, into: str) -> Alert:
        """Mark an alert as part of another and move its events there."""
        record.relink(self.connection, old=old.id, new=into)
        taskstore.move(self.connection, old=old.id, new=into)
        gone = msgspec.structs.replace(old, state="joined", joined_into=into)
        return record.put_alert(self.connection, gone)

    def state(
        self, alert: Alert, part: Part, shown: Iterable[str], old: Sequence[Alert] = ()
    ) -> None:
        """Store an alert that a later word may disprove, in place of what was known of it."""
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


def _same(one: Alert, other: Alert) -> bool:
    """Say whether nothing but the moment of its making tells two alerts apart."""
    fresh = {"revision": other.revision, "captured_at": other.captured_at}
    return msgspec.structs.replace(one, **fresh) == other
