"""Work on an alert and a step in, the work that the step makes out: who may do what, and when.

    new → acknowledged → dispatched → on_site → closed
    sideways: shelved (and back), withdrawn (by the cross-check), joined (into another alert)

Escalation is no state: `level` says how far an alert rose while its state stays.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from pipelines.errors import TocsinError

State = Literal[
    "new", "acknowledged", "dispatched", "on_site", "shelved", "closed", "withdrawn", "joined"
]
Outcome = Literal["real", "not_real", "no_trace", "test", "duplicate"]
Cause = Literal["weather", "animal", "light", "rule_too_wide", "fault"]
OPEN: tuple[State, ...] = ("new", "acknowledged", "dispatched", "on_site")
OVER: tuple[State, ...] = ("closed", "withdrawn", "joined")
UNDO_S = 10.0
SHELF_S = 86400.0
"""No shelf holds longer than a day."""
WITHIN_S = {1: 60.0, 2: 180.0, 3: 600.0, 4: 3600.0}
"""By when a grade must be acknowledged where the watch list does not say."""

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class RefusedError(TocsinError):
    """A step that the alert's state does not allow; the text says why."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What was done about an alert so far.

    acknowledged_at  when `seat` took it on
    acknowledge_by   when it rises if nobody takes it on; nothing once somebody did
    level            how many levels of the tree it rose; `risen_to` is the place it rose to
    patrol           who was sent last
    accepted_at      when a patrol said that it is on its way: nothing is undone after that
    shelved_until    when it comes back from the shelf by itself
    resumes          the state that unshelving, or acknowledging it anew, leads back to
    outcome          what it was, once closed; `cause` says why it was not real
    duplicate_of     the alert that it repeats, if somebody said which
    ticked           numbers of the steps that are done, from 0
    joined_into      the alert that it became part of
    """

    state: State = "new"
    seat: str | None = None
    acknowledged_at: datetime | None = None
    acknowledge_by: datetime | None = None
    level: int = 0
    risen_to: str | None = None
    patrol: str | None = None
    dispatched_at: datetime | None = None
    accepted_at: datetime | None = None
    arrived_at: datetime | None = None
    shelved_until: datetime | None = None
    shelved_because: str | None = None
    resumes: State | None = None
    outcome: Outcome | None = None
    cause: Cause | None = None
    duplicate_of: str | None = None
    closed_at: datetime | None = None
    ticked: tuple[int, ...] = ()
    joined_into: str | None = None


class Acknowledge(msgspec.Struct, frozen=True, kw_only=True):
    """Take it on."""


class Dispatch(msgspec.Struct, frozen=True, kw_only=True):
    """Send a patrol; whoever sends one has taken the alert on."""

    patrol: str


class Accept(msgspec.Struct, frozen=True, kw_only=True):
    """A patrol is on its way."""

    patrol: str


class Arrive(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is there."""


class Escalate(msgspec.Struct, frozen=True, kw_only=True):
    """Let it rise a level.

    to  the place of the tree whose people are to look now, if there is one
    """

    to: str | None = None


class Close(msgspec.Struct, frozen=True, kw_only=True):
    """Say what it was."""

    outcome: Outcome
    cause: Cause | None = None
    duplicate_of: str | None = None


class Shelve(msgspec.Struct, frozen=True, kw_only=True):
    """Put it aside for a while."""

    until: datetime
    reason: Reason


class Unshelve(msgspec.Struct, frozen=True, kw_only=True):
    """Take it back, before the shelf's time is over or because it is."""


class Withdraw(msgspec.Struct, frozen=True, kw_only=True):
    """What it was opened for did not hold."""


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """Mark a step as done, or as not done after all."""

    number: int
    done: bool = True


Step = (
    Acknowledge | Dispatch | Accept | Arrive | Escalate | Close | Shelve | Unshelve | Withdraw
    | Tick
)  # fmt: skip
SAID: dict[type[Step], str] = {
    Acknowledge: "acknowledged",
    Dispatch: "dispatched",
    Accept: "accepted",
    Arrive: "arrived",
    Escalate: "escalated",
    Close: "closed",
    Shelve: "shelved",
    Unshelve: "unshelved",
    Withdraw: "withdrew",
    Tick: "ticked",
}
"""Each step in the past, as the log says it."""

_FROM: dict[type[Step], tuple[State, ...]] = {
    Acknowledge: ("new",),
    Dispatch: OPEN,
    Accept: OPEN,
    Arrive: ("new", "acknowledged", "dispatched"),
    Escalate: OPEN,
    Close: (*OPEN, "shelved"),
    Shelve: ("new", "acknowledged"),
    Unshelve: ("shelved",),
    Withdraw: (*OPEN, "shelved"),
    Tick: (*OPEN, "shelved"),
}
Done = TypeVar("Done", bound=Work)


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """Under what a step is taken.

    by        the seat, the patrol or the centre
    grade     of the alert
    within_s  how long an alert of its entry may wait to be taken on
    top       how many levels it can rise
    """

    at: datetime
    by: str
    grade: int
    within_s: float
    top: int = 1


def take(work: Done, step: Step, taking: Taking) -> Done:
    """The work after a step. Raises RefusedError."""
    kind = type(step)
    if work.state not in _FROM[kind]:
        raise RefusedError(f"an alert that is {_said(work.state)} cannot be {SAID[kind]}")
    after: Done = _MAKES[kind](work, step, taking)
    return after


def due(work: Work) -> datetime | None:
    """When something happens to the alert by itself."""
    if work.state == "shelved":
        return work.shelved_until
    return work.acknowledge_by if work.state == "new" else None


def within_s(grade: int, asked_s: float | None = None) -> float:
    """How long an alert may wait to be taken on."""
    return WITHIN_S[grade] if asked_s is None else asked_s


def _acknowledged(work: Done, _: Acknowledge, taking: Taking) -> Done:
    return msgspec.structs.replace(
        work, state=work.resumes or "acknowledged", resumes=None, **_owned(work, taking)
    )


def _dispatched(work: Done, step: Dispatch, taking: Taking) -> Done:
    there = "on_site" in (work.state, work.resumes)
    return msgspec.structs.replace(
        work, state="on_site" if there else "dispatched", resumes=None, patrol=step.patrol,
        dispatched_at=taking.at, **_owned(work, taking),
    )  # fmt: skip


def _accepted(work: Done, step: Accept, taking: Taking) -> Done:
    return msgspec.structs.replace(
        work, patrol=step.patrol, accepted_at=work.accepted_at or taking.at
    )


def _arrived(work: Done, _: Arrive, taking: Taking) -> Done:
    return msgspec.structs.replace(
        work, state="on_site", resumes=None, arrived_at=taking.at, **_owned(work, taking)
    )


def _escalated(work: Done, step: Escalate, taking: Taking) -> Done:
    if work.level >= taking.top:
        raise RefusedError("it has risen as far as the tree of places goes")
    more = work.level + 1 < taking.top and work.state == "new"
    later = taking.at + timedelta(seconds=taking.within_s)
    return msgspec.structs.replace(
        work, level=work.level + 1, risen_to=step.to, acknowledge_by=later if more else None
    )


def _closed(work: Done, step: Close, taking: Taking) -> Done:
    if (step.outcome == "not_real") != (step.cause is not None):
        raise RefusedError("`cause` says why an alert was not real; it goes with `not_real` only")
    return msgspec.structs.replace(
        work, state="closed", outcome=step.outcome, cause=step.cause, resumes=None,
        duplicate_of=step.duplicate_of, closed_at=taking.at, shelved_until=None,
        shelved_because=None, **_owned(work, taking),
    )  # fmt: skip


def _shelved(work: Done, step: Shelve, taking: Taking) -> Done:
    if taking.grade == 1:
        raise RefusedError("an alert of grade 1 cannot be shelved")
    if not timedelta() < step.until - taking.at <= timedelta(seconds=SHELF_S):
        raise RefusedError("a shelf holds for more than nothing and at most a day")
    return msgspec.structs.replace(
        work, state="shelved", resumes=work.state, shelved_until=step.until,
        shelved_because=step.reason, acknowledge_by=None,
    )  # fmt: skip


def _unshelved(work: Done, _: Unshelve, taking: Taking) -> Done:
    state = work.resumes or "new"
    later = taking.at + timedelta(seconds=taking.within_s)
    return msgspec.structs.replace(
        work, state=state, resumes=None, shelved_until=None, shelved_because=None,
        acknowledge_by=later if state == "new" else None,
    )  # fmt: skip


def _withdrawn(work: Done, _: Withdraw, taking: Taking) -> Done:
    return msgspec.structs.replace(
        work, state="withdrawn", closed_at=taking.at, acknowledge_by=None, shelved_until=None,
        shelved_because=None, resumes=None,
    )  # fmt: skip


def _ticked(work: Done, step: Tick, _: Taking) -> Done:
    others = {number for number in work.ticked if number != step.number}
    done = others | {step.number} if step.done else others
    return msgspec.structs.replace(work, ticked=tuple(sorted(done)))


def _owned(work: Work, taking: Taking) -> dict[str, object]:
    """Whoever works on an alert has taken it on."""
    return {
        "seat": work.seat or taking.by,
        "acknowledged_at": work.acknowledged_at or taking.at,
        "acknowledge_by": None,
    }


def _said(state: State) -> str:
    return state.replace("_", " ")


_MAKES: dict[type[Step], Callable[..., Any]] = {
    Acknowledge: _acknowledged,
    Dispatch: _dispatched,
    Accept: _accepted,
    Arrive: _arrived,
    Escalate: _escalated,
    Close: _closed,
    Shelve: _shelved,
    Unshelve: _unshelved,
    Withdraw: _withdrawn,
    Tick: _ticked,
}
