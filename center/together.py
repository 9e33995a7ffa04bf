"""Alerts that turn out to be one in, the work that was done on them as one out. Pure.

The joined alert is as far as the one that needs most: new as soon as one of them is new, or when
the newest event is graver than all; the state that others had reached is then in `resumes`, to
which acknowledging it anew leads back. A shelf holds only where nothing else was going on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from center.lifecycle import OPEN, Work

Done = TypeVar("Done", bound=Work)


def together(joined: Done, inside: Sequence[Done], *, anew: datetime | None) -> Done:
    """`joined` with the work of those that went into it.

    anew  by when it must be acknowledged, where a graver event makes it new again
    """
    if not inside:
        return joined
    further = max(inside, key=_progress)
    done = _like(joined, further, level=max(work.level for work in inside))
    if anew is not None:
        return _again(done, anew)
    waiting = [work.acknowledge_by for work in inside if work.state == "new"]
    if further.state in OPEN and waiting and further.state != "new":
        return _again(done, min(filter(None, waiting), default=None))
    return msgspec.structs.replace(done, acknowledge_by=min(filter(None, waiting), default=None))


def _progress(work: Work) -> int:
    """How far an alert got: more than the shelf is any work, more than that is nothing."""
    if work.state == "shelved":
        return -2
    return OPEN.index(work.resumes or work.state) if work.state in OPEN else -1


def _like(joined: Done, work: Work, *, level: int) -> Done:
    """`joined` with the work of another."""
    fields = {name: getattr(work, name) for name in Work.__struct_fields__}
    return msgspec.structs.replace(joined, **{**fields, "level": level})


def _again(work: Done, by: datetime | None) -> Done:
    """The alert as if nobody had taken it on, but for who is on the way to it."""
    reached = work.resumes or work.state
    return msgspec.structs.replace(
        work, state="new", acknowledge_by=by, acknowledged_at=None, seat=None,
        resumes=reached if reached in ("dispatched", "on_site") else None,
        shelved_until=None, shelved_because=None, outcome=None, cause=None, duplicate_of=None,
        closed_at=None, ticked=(),
    )  # fmt: skip
