"""What happened in, alerts opened and joined out, in the ledger of a batch."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce

import msgspec

from center import worklog
from center.alert import Alert
from center.crosscheck import alert_from, join, merged, more_of
from center.happening import Happening
from center.ledger import Ledger
from center.lifecycle import OVER
from center.parts import Part, part_of, united
from center.watchlist import Match, WatchList


class Alerting:
    """Opens and joins; the ledger knows everything."""

    def __init__(
        self, ledger: Ledger, listed: WatchList, *, now_s: float, new_id: Callable[[], str]
    ) -> None:
        self.ledger, self.listed = ledger, listed
        self.now_s, self.new_id = now_s, new_id

    def alone(self, happened: Sequence[Happening]) -> None:
        """Open or join an alert for each event that the watch list asks for, or for its life."""
        matches = [self.listed.match(each) for each in happened]
        asked = [(each, match) for each, match in zip(happened, matches, strict=True) if match]
        self.ledger.gather(part_of(each, merge_s=match.entry.merge_s) for each, match in asked)
        ahead = {each.id for each in happened}
        for each, match in zip(happened, matches, strict=True):
            ahead.remove(each.id)
            self._alone(each, match, ahead)

    def _alone(self, happening: Happening, match: Match | None, ahead: Collection[str]) -> None:
        """The same for one.

        ahead  ids of events that are stored and have not been here yet
        """
        kin = self.ledger.alert_of(happening.life)
        if match is not None:
            mine = alert_from(happening, match, now_s=self.now_s, new_id=self.new_id)
        elif kin is not None:
            mine = more_of(kin, happening)
        else:
            return
        earlier = () if kin else self.ledger.orphans(happening, ahead)
        reach_s = match.entry.merge_s if match else 0.0
        made_of = [part_of(happening, merge_s=reach_s), *map(part_of, earlier)]
        whole = reduce(join, (more_of(mine, each) for each in earlier), mine)
        self.put(whole, made_of, (happening, *earlier), [kin] if kin else [])

    def put(
        self, whole: Alert, made_of: Iterable[Part], events: Sequence[Happening],
        kin: Sequence[Alert],
    ) -> None:  # fmt: skip
        """Note what is new together with all alerts that it is part of.

        made_of  the parts of what is new
        events   that no alert has yet
        kin      alerts that it is part of, however far apart they lie
        """
        inside, parts = self._met(united(made_of), kin)
        joined = merged(whole, inside)
        lives = {each.life for each in events if each.life is not None}
        ids = [joined.id, *(old.id for old in inside)]
        if lives or any(old.ongoing or old.ended_at for old in inside):
            ongoing, ended_at = self.ledger.state_of_lives(ids, lives)
            joined = msgspec.structs.replace(joined, ongoing=ongoing, ended_at=ended_at)
        self.ledger.log += worklog.joining(joined, inside, at_s=self.now_s)
        gone = [old for old in inside if old.id != joined.id]
        self.ledger.opened += (0 if inside else 1) - len(gone)
        self.ledger.put(joined, parts, events, lives)
        for old in gone:
            self.ledger.join(old, joined.id)

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
                old = [part for alert in added for part in self.ledger.parts[alert.id].values()]
                whole = united((*whole.values(), *old))
                if len(inside) == 1 and whole == {part.key: part for part in old}:
                    return inside, whole
            if closed:
                return inside, whole
            known = [alert.id for alert in inside]
            added = self.ledger.meeting(whole.values(), but=known)
            if not added:
                return inside, whole
            inside += added
