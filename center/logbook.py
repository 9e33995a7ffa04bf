"""Work before and after a step in, the entry that tells it out; and from entries the work again.

An entry holds what changed, as it became and as it was. So a log replays to the state of its
alert, and undoing is one more entry, with the two turned round.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from center.lifecycle import UNDO_S, RefusedError, State, Work

CENTRE = "centre"
Done = TypeVar("Done", bound=Work)
_ASIDE = ("noted", "ticked", "done", "called", "held", "photographed")
"""What is written down beside the states; it stands in no undoing's way."""

UNDOABLE = ("acknowledged", "dispatched", "arrived", "escalated", "closed", "shelved", "unshelved")


class LogEntry(msgspec.Struct, frozen=True, kw_only=True, rename={"before": "from", "after": "to"}):
    """One line of an alert's log. Nothing in it is ever changed or taken out.

    id        grows; the cursor of the log
    revision  of the alert, once this was done
    by        a seat, `patrol:<id>`, or `centre` for what happened by itself
    what      acknowledged, dispatched, accepted, arrived, escalated, closed, shelved, unshelved,
              withdrew, ticked, noted, undone, rose (a graver event), grew, joined, missed (at the
              top of the tree), told (by a patrol), photographed
    reason    what was given as one, or the text of a note
    data      the alert's fields that it changed, as they became
    was       the same fields before
    """

    id: int = 0
    alert: str
    revision: int
    at: datetime
    by: str
    what: str
    before: State
    after: State
    reason: str | None = None
    data: dict[str, Any] = {}
    was: dict[str, Any] = {}


def changes(before: Work, after: Work) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of the work that differ, as JSON has them: as they were, and as they became."""
    old, new = _plain(before), _plain(after)
    differ = [name for name in new if new[name] != old[name]]
    return {name: old[name] for name in differ}, {name: new[name] for name in differ}


def differs(before: Work, after: Work) -> bool:
    """Whether any of the work's fields does."""
    return _work_of(before) != _work_of(after)


_work_of = attrgetter(*Work.__struct_fields__)


def replayed(work: Done, entries: Iterable[LogEntry]) -> Done:
    """The work that the entries made of it, oldest first."""
    for entry in entries:
        work = changed(work, entry.data)
    return work


def changed(work: Done, data: dict[str, Any]) -> Done:
    """The work with some fields as an entry has them."""
    made = msgspec.convert({**_plain(work), **data}, Work)
    return msgspec.structs.replace(work, **{name: getattr(made, name) for name in data})


def to_undo(entries: Sequence[LogEntry], work: Work, *, by: str, at: datetime) -> LogEntry:
    """The entry that a seat may undo now. Raises RefusedError."""
    last = next((each for each in reversed(entries) if each.what not in _ASIDE), None)
    if last is None or last.what not in UNDOABLE:
        raise RefusedError("there is nothing to undo")
    if last.by != by:
        raise RefusedError(f"{last.by} {last.what} this last; only the same seat undoes it")
    if at - last.at > timedelta(seconds=UNDO_S):
        raise RefusedError(f"a step can be undone for {UNDO_S:.0f} s")
    if work.accepted_at is not None:
        raise RefusedError("a patrol is on its way")
    return last


def since(entries: Iterable[LogEntry], revision: int) -> LogEntry | None:
    """The last step that a seat which saw this revision does not know of."""
    unseen = [each for each in entries if each.revision > revision and each.what not in _ASIDE]
    return unseen[-1] if unseen else None


def told(entry: LogEntry, now: datetime) -> str:
    """An entry for a person: `seat-4 acknowledged this 2 s ago`."""
    ago = max(0, int((now - entry.at).total_seconds()))
    what = f"closed this as {entry.data['outcome']}" if _closes(entry) else f"{entry.what} this"
    return f"{entry.by} {what} {ago} s ago"


def _closes(entry: LogEntry) -> bool:
    return entry.what == "closed" and "outcome" in entry.data


def _plain(work: Work) -> dict[str, Any]:
    whole = {name: getattr(work, name) for name in Work.__struct_fields__}
    return dict(msgspec.to_builtins(whole))
