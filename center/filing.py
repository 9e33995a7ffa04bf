"""A batch of letters in, one transaction's worth of rows and the changed alerts out."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from center import expecting, finding, record
from center.alert import Alert
from center.alerting import Alerting
from center.arrivals import put_events
from center.batches import apart
from center.bounds import Bounds
from center.clips import is_of_clip, opened_clip, put_clips
from center.engines import claim
from center.happening import Happening, arrived
from center.ledger import Ledger
from center.letter import Letter, UnfitError, opened
from center.posting import post
from center.stating import Stating
from center.watchlist import Pattern, WatchList
from pipelines.flow import ClipEvent, Event

Told = TypeVar("Told")


class Filing:
    """Files batches by one watch list; call it within a transaction.

    bounds  of what boxes may speak of, and how much
    fresh   brings the newest watch list, where several centres file by one; call it before a
            transaction
    """

    def __init__(
        self, watch_list: WatchList, *, new_id: Callable[[], str], bounds: Bounds | None = None
    ) -> None:
        self.watch_list, self.new_id = watch_list, new_id
        self.bounds = bounds or Bounds()
        self.fresh: Callable[[], None] = _nothing

    def take(self, watch_list: WatchList) -> None:
        """File by another watch list from the next batch on."""
        self.watch_list = watch_list

    def __call__(
        self, connection: Connection, letters: Sequence[Letter], *, now_s: float
    ) -> tuple[Alert, ...]:
        """File the letters at `now_s`; second copies and what is unfit are counted."""
        letters = apart(letters)
        events = [letter for letter in letters if not is_of_clip(letter)]
        filmed = [letter for letter in letters if is_of_clip(letter)]
        fit = _fit(connection, events, self._event, now_s)
        for event in fit:
            self.bounds.count(event.data, happened_s=event.time.timestamp(), now_s=now_s)
        fresh = put_events(connection, fit, received_s=now_s)
        clips = _fit(connection, filmed, self._clip, now_s)
        stored = len(fresh) + put_clips(connection, clips, received_s=now_s)
        happened = [arrived(event) for event in fresh]
        changed = self.cross_check(connection, happened, now_s=now_s)
        twice = len(fit) + len(clips) - stored
        counted = {"received": len(letters), "stored": stored, "duplicates": twice}
        record.count(connection, counted)
        return changed

    def _event(self, letter: Letter) -> Event:
        event = opened(letter)
        self.bounds.check(event.data, by=letter.by)
        return event

    def _clip(self, letter: Letter) -> ClipEvent:
        clip = opened_clip(letter)
        self.bounds.check(clip.data)
        return clip

    def cross_check(
        self, connection: Connection, happened: Sequence[Happening], *, now_s: float
    ) -> tuple[Alert, ...]:
        """Open, join and withdraw alerts for events that are stored; each once."""
        touched = self._touched(happened)
        ledger = self._ledger(connection, happened, is_asked=bool(touched))
        alerting = Alerting(ledger, self.watch_list, now_s=now_s, new_id=self.new_id)
        alerting.alone(happened)
        later = list[tuple[Pattern, list[Happening]]]()
        for pattern, fresh in touched:
            if pattern.entry.form in _DISPROVED:
                later.append((pattern, fresh))
            elif begun := [each for each in fresh if each.begins]:
                finding.find(alerting, pattern, begun)
        changed = post(connection, ledger)
        stating = Stating(connection, self.watch_list, now_s=now_s, new_id=self.new_id)
        for pattern, fresh in later:
            expecting.arrived(stating, pattern, fresh)
        return (*changed, *_in_order(stating))

    def _ledger(
        self, connection: Connection, happened: Sequence[Happening], *, is_asked: bool
    ) -> Ledger:
        """What is known of the lives that events tell of.

        Where the watch list asks for any of it, alerts are ours alone before anything is read.
        """
        if is_asked or any(self.watch_list.match(each) for each in happened):
            claim(connection)
        ledger = Ledger(connection)
        ledger.hear(happened)
        if not any(life.alert_id for life in ledger.lives.values()):
            return ledger
        claim(connection)
        again = Ledger(connection)
        again.hear(happened)
        return again

    def pass_time(
        self, connection: Connection, since_s: Mapping[str, float], *, until_s: float
    ) -> tuple[Alert, ...]:
        """Judge what fell due up to a moment: what did not come, and who had no badge.

        since_s  up to when each of the entries, by its name, was judged before
        """
        stating = Stating(connection, self.watch_list, now_s=until_s, new_id=self.new_id)
        for pattern in self.watch_list.expecting:
            if pattern.name in since_s:
                expecting.passed(stating, pattern, since_s[pattern.name], until_s)
        return _in_order(stating)

    def _touched(self, happened: Sequence[Happening]) -> list[tuple[Pattern, list[Happening]]]:
        """Patterns that events may be part of, with these by time."""
        touched: dict[str, tuple[Pattern, list[Happening]]] = {}
        for each in happened:
            for pattern in self.watch_list.touched(each):
                touched.setdefault(pattern.name, (pattern, []))[1].append(each)
        return [(pattern, sorted(fresh)) for pattern, fresh in touched.values()]


_DISPROVED = ("nothing", "unbadged")
"""Forms of which a late event may undo an alert."""


def _nothing() -> None:
    """A centre alone has the newest."""


def _in_order(stating: Stating) -> tuple[Alert, ...]:
    return tuple(sorted(stating.changed.values(), key=lambda alert: alert.revision))


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
