"""A batch of letters in, one transaction's worth of rows and the changed alerts out."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from center import expecting, finding, record
from center.alert import Alert
from center.alerting import Alerting
from center.arrivals import put_events
from center.clips import is_of_clip, opened_clip, put_clips
from center.happening import Happening, arrived
from center.letter import Letter, UnfitError, opened
from center.watchlist import Pattern, WatchList

Told = TypeVar("Told")


class Filing:
    """Files batches by one watch list; call it within a transaction."""

    def __init__(self, watch_list: WatchList, *, new_id: Callable[[], str]) -> None:
        self.watch_list, self.new_id = watch_list, new_id

    def take(self, watch_list: WatchList) -> None:
        """File by another watch list from the next batch on."""
        self.watch_list = watch_list

    def __call__(
        self, connection: Connection, letters: Sequence[Letter], *, now_s: float
    ) -> tuple[Alert, ...]:
        """File the letters at `now_s`; second copies and what is unfit are counted."""
        events = [letter for letter in letters if not is_of_clip(letter)]
        filmed = [letter for letter in letters if is_of_clip(letter)]
        fit = _fit(connection, events, opened, now_s)
        fresh = put_events(connection, fit, received_s=now_s)
        clips = _fit(connection, filmed, opened_clip, now_s)
        stored = len(fresh) + put_clips(connection, clips, received_s=now_s)
        record.count(connection, "received", len(letters))
        record.count(connection, "stored", stored)
        record.count(connection, "duplicates", len(fit) + len(clips) - stored)
        happened = [arrived(event) for event in fresh]
        return self.cross_check(connection, happened, now_s=now_s)

    def cross_check(
        self, connection: Connection, happened: Sequence[Happening], *, now_s: float
    ) -> tuple[Alert, ...]:
        """Open, join and withdraw alerts for events that are stored; each once."""
        alerting = Alerting(connection, self.watch_list, now_s=now_s, new_id=self.new_id)
        record.put_lives(connection, happened)
        alerting.expect(happened)
        ahead = {each.id for each in happened}
        for each in happened:
            ahead.remove(each.id)
            alerting.alone(each, ahead)
        touched: dict[str, tuple[Pattern, list[Happening]]] = {}
        for each in happened:
            for pattern in self.watch_list.touched(each):
                touched.setdefault(pattern.name, (pattern, []))[1].append(each)
        for pattern, fresh in touched.values():
            _look(alerting, pattern, sorted(fresh))
        return _in_order(alerting)

    def pass_time(
        self, connection: Connection, since_s: Mapping[str, float], *, until_s: float
    ) -> tuple[Alert, ...]:
        """Judge what fell due up to a moment: what did not come, and who had no badge.

        since_s  up to when each of the entries, by its name, was judged before
        """
        alerting = Alerting(connection, self.watch_list, now_s=until_s, new_id=self.new_id)
        for pattern in self.watch_list.expecting:
            if pattern.name in since_s:
                expecting.passed(alerting, pattern, since_s[pattern.name], until_s)
        return _in_order(alerting)


def _look(alerting: Alerting, pattern: Pattern, fresh: Sequence[Happening]) -> None:
    if pattern.entry.form in ("nothing", "unbadged"):
        expecting.arrived(alerting, pattern, fresh)
        return
    begun = [each for each in fresh if each.begins]
    if begun:
        finding.find(alerting, pattern, begun)


def _in_order(alerting: Alerting) -> tuple[Alert, ...]:
    return tuple(sorted(alerting.changed.values(), key=lambda alert: alert.revision))


def _fit(
    connection: Connection, letters: Sequence[Letter], read: Callable[[Letter], Told], now_s: float
) -> list[Told]:
    """The letters that can be read; the others go into the table of the rejected."""
    fit: list[Told] = []
    for letter in letters:
        try:
            fit.append(read(letter))
        except UnfitError as error:
            record.put_rejected(connection, letter.kept, reason=str(error), received_s=now_s)
    return fit
