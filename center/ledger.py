"""A batch in, the alerts that it concerns out: read from the store at once, changed in memory.

What alerts, parts, lives and events come to while a batch is filed is known here alone, and
`center.posting` writes it, each table once. Where a change leads to what was not asked for yet,
that is read then: `_covered` says what was asked of each key.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection

from center import gathering
from center.alert import Alert
from center.gathering import Lives
from center.happening import Happening
from center.lifecycle import OVER
from center.logbook import LogEntry
from center.parts import Part, covers, meets, united


@dataclass(slots=True)
class Life:
    """A life of a rule as it is now.

    stored   whether the store knows it; `was_open` whether no end of it was told there
    told_s   the latest event of this batch that told of it; none did, if it is missing
    """

    alert_id: str | None = None
    ended_s: float | None = None
    told_s: float | None = None
    stored: bool = False
    was_open: bool = False

    def hear(self, told: Happening) -> None:
        """Take in an event; the latest holds."""
        self.told_s = max(told.at_s, self.told_s or told.at_s)
        if told.phase == "end":
            self.ended_s = max(told.at_s, self.ended_s or told.at_s)


class Ledger:
    """What is known of alerts while a batch is filed.

    alerts   as they are now, `stored` as the store has them
    parts    what each is made of, by its id and the parts' keys
    links    alerts of events that had none
    into     what alerts were joined into
    touched  ids of alerts that changed, the latest last
    opened   how many more there are than before
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.alerts: dict[str, Alert] = {}
        self.stored: dict[str, Alert] = {}
        self.parts: dict[str, dict[str, Part]] = {}
        self.lives: dict[str, Life] = {}
        self.links: dict[str, str] = {}
        self.into: dict[str, str] = {}
        self.touched: dict[str, None] = {}
        self.log: list[LogEntry] = []
        self.opened = 0
        self._with_key: dict[str, set[str]] = {}
        self._lives_of: dict[str, set[str]] = {}
        self._others: dict[str, Lives] = {}
        self._covered: dict[str, Part] = {}
        self._loose: dict[str, dict[str, Happening]] = {}
        self._all_loose: set[str] = set()
        self._owners: dict[str, str | None] = {}

    def hear(self, happened: Iterable[Happening]) -> None:
        """Take in what events, which are stored, tell of lives; the latest of each holds."""
        told = [(each.life, each) for each in happened if each.life is not None]
        self._know({life for life, _ in told})
        for life, each in told:
            self.lives.setdefault(life, Life()).hear(each)
            self._loose.setdefault(life, {})[each.id] = each

    def gather(self, near: Iterable[Part]) -> None:
        """Read what these parts, and the lives that were heard, are likely to lead to."""
        ids = {life.alert_id for life in self.lives.values()} - {None, *self.alerts}
        self._take(gathering.alerts_by_id(self.connection, [name for name in ids if name]))
        self._cover(near)
        standing = [name for name in self.parts if self.alerts[name].state not in OVER]
        self._cover([part for name in standing for part in self.parts[name].values()])

    def now_in(self, alert_id: str) -> str:
        """The alert that one has become part of, or the same."""
        while alert_id in self.into:
            alert_id = self.into[alert_id]
        return alert_id

    def alert_of(self, life: str | None) -> Alert | None:
        """The alert that a life of a rule is part of, if any."""
        known = self.lives.get(life) if life is not None else None
        return self._alert(known.alert_id) if known and known.alert_id else None

    def owners(self, event_ids: Collection[str]) -> dict[str, Alert]:
        """The alerts that events are part of, by the events' ids."""
        unknown = {name for name in event_ids if name not in self._owners} - set(self.links)
        stored = gathering.owners(self.connection, unknown)
        self._owners |= {name: stored.get(name) for name in unknown}
        found = {name: self.links.get(name) or self._owners[name] for name in event_ids}
        missing = {self.now_in(mine) for mine in found.values() if mine} - set(self.alerts)
        self._take(gathering.alerts_by_id(self.connection, missing))
        return {name: self._alert(mine) for name, mine in found.items() if mine}

    def orphans(self, happening: Happening, ahead: Collection[str]) -> tuple[Happening, ...]:
        """Events of the same life that no alert has, but for some."""
        life = happening.life
        if life is None:
            return ()
        self._know({life})
        if life in self.lives and self.lives[life].stored and life not in self._all_loose:
            self._know_loose(life)
        return tuple(
            each
            for each in self._loose.get(life, {}).values()
            if each.id != happening.id and each.id not in ahead and each.id not in self.links
        )

    def meeting(self, near: Collection[Part], *, but: Collection[str]) -> list[Alert]:
        """Standing alerts of which a part meets one of these, but for some."""
        self._cover(near)
        found = {
            name
            for part in near
            for name in self._with_key.get(part.key, ())
            if name not in but
            and meets(self.parts[name][part.key], part)
            and self.alerts[name].state not in OVER
        }
        return [self.alerts[name] for name in sorted(found)]

    def state_of_lives(
        self, alert_ids: Sequence[str], lives: Collection[str]
    ) -> tuple[int, datetime | None]:
        """How many lives of some alerts, and some more, go on; if none, when the last ended."""
        self._know(lives)
        sums = [self._others[name] for name in set(alert_ids) if name in self._others]
        names = set(lives).union(*(self._lives_of.get(name, ()) for name in alert_ids))
        ends = [self.lives[name].ended_s for name in names if name in self.lives]
        ongoing = sum(each.ongoing for each in sums) + ends.count(None)
        known = [at_s for at_s in (*ends, *(each.ended_s for each in sums)) if at_s is not None]
        return ongoing, datetime.fromtimestamp(max(known), UTC) if known and not ongoing else None

    def put(
        self, alert: Alert, made_of: Mapping[str, Part], events: Iterable[Happening],
        lives: Iterable[str],
    ) -> None:  # fmt: skip
        """An alert as it is now, with all that it is made of, and what it has in addition."""
        self._change(alert)
        self._others.setdefault(alert.id, Lives())
        for part in made_of.values():
            self._add_part(alert.id, part)
        for each in events:
            self.links[each.id] = alert.id
        for life in lives:
            self._move_life(life, alert.id)

    def join(self, old: Alert, into: str) -> None:
        """Make an alert part of another, with its lives; its events follow it."""
        self._change(msgspec.structs.replace(old, state="joined", joined_into=into))
        self.into[old.id] = into
        for key in self.parts.pop(old.id, {}):
            self._with_key[key].discard(old.id)
        mine, other = self._others.pop(old.id, Lives()), self._others.get(into, Lives())
        ends = [at_s for at_s in (mine.ended_s, other.ended_s) if at_s is not None]
        self._others[into] = Lives(mine.ongoing + other.ongoing, max(ends, default=None))
        for life in self._lives_of.pop(old.id, ()):
            self._move_life(life, into)

    def _change(self, alert: Alert) -> None:
        self.alerts[alert.id] = alert
        self.touched.pop(alert.id, None)
        self.touched[alert.id] = None

    def _move_life(self, name: str, alert_id: str) -> None:
        life = self.lives.setdefault(name, Life())
        if life.alert_id in self._lives_of:
            self._lives_of[life.alert_id].discard(name)
        life.alert_id = alert_id
        self._lives_of.setdefault(alert_id, set()).add(name)

    def _alert(self, alert_id: str) -> Alert:
        now = self.now_in(alert_id)
        if now not in self.alerts:
            self._take(gathering.alerts_by_id(self.connection, [now]))
        return self.alerts[now]

    def _know(self, names: Collection[str]) -> None:
        """Read lives that are not known yet."""
        unknown = [name for name in names if name not in self.lives]
        for row in gathering.lives(self.connection, unknown):
            life = Life(row.alert_id, row.ended_s, stored=True, was_open=row.ended_s is None)
            self.lives[row.name] = life
            if row.alert_id is not None:
                self._move_life(row.name, self.now_in(row.alert_id))
                self._known_of(life.alert_id, [life])

    def _known_of(self, alert_id: str | None, lives: Iterable[Life]) -> None:
        """Count lives that are known by themselves no longer among the others of their alert."""
        if alert_id in self._others:
            others = self._others[alert_id]
            open_ones = sum(life.was_open for life in lives)
            self._others[alert_id] = others._replace(ongoing=others.ongoing - open_ones)

    def _know_loose(self, life: str) -> None:
        """Read the stored events without an alert of a life, and of all that were heard at once."""
        heard = {name for name, each in self.lives.items() if each.stored and not each.alert_id}
        mine = {life, *heard} - self._all_loose
        self._all_loose |= mine
        named = {name.split("/", 4)[4] for name in mine}
        for each in gathering.unowned(self.connection, named):
            if each.life in mine:
                self._loose.setdefault(each.life or "", {}).setdefault(each.id, each)

    def _cover(self, near: Iterable[Part]) -> None:
        """Read the alerts that meet these parts, where that was not asked yet."""
        asked = [part for part in near if not covers(self._covered.get(part.key), part)]
        if not asked:
            return
        keys = {part.key for part in asked} & set(self._covered)
        wide = united((*asked, *(self._covered[key] for key in keys)))
        self._covered |= wide
        self._take(gathering.meeting(self.connection, wide.values()))

    def _take(self, found: Iterable[Alert]) -> None:
        """Take in alerts from the store that are not known yet, with parts and lives."""
        fresh = {alert.id: alert for alert in found if alert.id not in self.alerts}
        self.alerts |= fresh
        self.stored |= fresh
        for name, part in gathering.parts_of(self.connection, fresh):
            self._add_part(name, part)
        sums = gathering.lives_of(self.connection, fresh)
        for name in fresh:
            self._others[name] = sums.get(name, Lives())
            self._known_of(name, [self.lives[life] for life in self._lives_of.get(name, ())])

    def _add_part(self, alert_id: str, part: Part) -> None:
        self.parts.setdefault(alert_id, {})[part.key] = part
        self._with_key.setdefault(part.key, set()).add(alert_id)
