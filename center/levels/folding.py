"""An alert's entries in any order in, the work that they come to, the same at every level, out.

Each entry is replayed through the rules of `center.lifecycle`, in the order of their stamps. A
stamp comes after all that its maker knew, so what somebody did in sight of something stays behind
it; of what was done while a link was cut the earlier counts, and a later step that no longer fits
changes nothing and stays in the log. What was undone is left out. So the work is a function of the
set.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

import msgspec

from center.levels.shared import SharedEntry
from center.lifecycle import (
    Accept,
    Acknowledge,
    Arrive,
    Close,
    Dispatch,
    Escalate,
    RefusedError,
    Shelve,
    Step,
    Taking,
    Tick,
    Unshelve,
    Withdraw,
    Work,
    take,
)
from center.logbook import changed

Done = TypeVar("Done", bound=Work)
_ALLOWED = 2
"""A grade that may be shelved: its maker was allowed to."""

_HIGH = 99
"""More rungs than a ladder has: its maker knew where it ends."""

_ANEW = (
    "shelved_until", "shelved_because", "outcome", "cause", "duplicate_of", "closed_at", "seat",
    "acknowledged_at",
)  # fmt: skip
"""What an alert loses that a graver event makes new."""


_TIMES = (
    "acknowledged_at", "acknowledge_by", "dispatched_at", "accepted_at", "arrived_at", "closed_at",
)  # fmt: skip
"""What a step sets to times that its maker knew better: a patrol's phone has its own."""


def folded(base: Done, entries: Iterable[SharedEntry]) -> Done:
    """The work after all entries that are not in the base."""
    ordered = sorted(entries, key=lambda each: (each.stamp, each.level, each.id))
    gone = {each.undoes for each in ordered}
    work = base
    for entry in ordered:
        if entry.stamp and entry.id not in gone and entry.undoes is None:
            work = _after(work, entry)
    return work


def _after(work: Done, entry: SharedEntry) -> Done:
    if entry.what == "rose":
        lost = dict.fromkeys(_ANEW) | {"ticked": []}
        return changed(work, lost | entry.data)
    step = _step(work, entry)
    if step is None:
        return changed(work, entry.data)
    taking = Taking(at=entry.at, by=entry.by, grade=_ALLOWED, within_s=0, top=_HIGH)
    try:
        after = take(work, step, taking)
    except RefusedError:
        return work
    return changed(after, {name: entry.data[name] for name in _told_times(work, after, entry)})


def _told_times(work: Work, after: Work, entry: SharedEntry) -> Iterator[str]:
    """Of the times that a step sets, those that its maker told."""
    for name in _TIMES:
        was, now = getattr(work, name), getattr(after, name)
        if name in entry.data and now is not None and (now != was or name == "acknowledge_by"):
            yield name


def _step(work: Work, entry: SharedEntry) -> Step | None:
    """The step that an entry tells of; None when it is not one of somebody's."""
    make = _STEPS.get(entry.what)
    return make(work, entry) if make else None


def _patrol(work: Work, entry: SharedEntry) -> str:
    """An entry holds what changed; a patrol that was sent before is in the work."""
    return entry.data.get("patrol", work.patrol) or ""


def _closing(_: Work, entry: SharedEntry) -> Close:
    data = entry.data
    return Close(
        outcome=data["outcome"], cause=data.get("cause"), duplicate_of=data.get("duplicate_of")
    )


def _shelving(_: Work, entry: SharedEntry) -> Shelve:
    until = msgspec.convert(entry.data["shelved_until"], datetime)
    return Shelve(until=until, reason=entry.data["shelved_because"])


def _ticking(_: Work, entry: SharedEntry) -> Tick | None:
    """Which step was ticked, or no longer is; None when it stayed as it was."""
    now, before = (set(fields.get("ticked", ())) for fields in (entry.data, entry.was))
    changed_ones = now ^ before
    return Tick(number=min(changed_ones), done=bool(now - before)) if changed_ones else None


_STEPS: dict[str, Callable[[Work, SharedEntry], Step | None]] = {
    "acknowledged": lambda _work, _entry: Acknowledge(),
    "dispatched": lambda work, entry: Dispatch(patrol=_patrol(work, entry)),
    "accepted": lambda work, entry: Accept(patrol=_patrol(work, entry)),
    "arrived": lambda _work, _entry: Arrive(),
    "escalated": lambda work, entry: Escalate(to=entry.data.get("risen_to", work.risen_to)),
    "closed": _closing,
    "shelved": _shelving,
    "unshelved": lambda _work, _entry: Unshelve(),
    "withdrew": lambda _work, _entry: Withdraw(),
    "ticked": _ticking,
}
