"""What was opened, closed and left in a shift in, what is handed to the next one out. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from center.lifecycle import State
from center.reporting.facts import AlertFacts
from center.reporting.periods import Period
from center.reporting.quality import by_grade
from center.reporting.report import CameraTime
from center.reporting.times import GradeTimes


class Shifts(msgspec.Struct, frozen=True, kw_only=True):
    """The shifts of a day.

    begins  when each begins, in order; the last goes on to the first of the next day
    day     and `number`, from 1, of the one that goes on
    """

    zone: str
    begins: tuple[str, ...]
    day: date
    number: int


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that the next shift has before it.

    state    as it was at the end of the shift, or is now while it goes on
    risen    how many levels it rose
    """

    alert: str
    place: str
    place_name: str
    rule: str
    title: str | None
    grade: int
    state: State
    seat: str | None
    opened_at: datetime
    open_s: float
    risen: int
    shelved_until: datetime | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A note that somebody left at an alert in the shift."""

    alert: str
    at: datetime
    by: str
    text: str


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One shift. Grades are numbers of alerts from 1 to 4.

    outcomes  of what was closed in the shift
    left      open or shelved at its end, the most urgent first
    cameras   that were not live all the time, the worst first
    """

    day: date
    number: int
    since: datetime
    until: datetime
    made_at: datetime
    zone: str
    place: str | None
    opened: tuple[int, int, int, int]
    closed: int
    outcomes: dict[str, int]
    escalated: int
    left: tuple[Left, ...]
    notes: tuple[Said, ...]
    cameras: tuple[CameraTime, ...]
    times: tuple[GradeTimes, ...]


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of a shift.

    states  what each alert was at its end, by ids, where its log says so
    """

    day: date
    number: int
    period: Period
    opened: Sequence[AlertFacts]
    closed: Sequence[AlertFacts]
    left: Sequence[AlertFacts]
    states: Mapping[str, State]
    escalated: int
    notes: Sequence[Said]
    cameras: Sequence[CameraTime]


def handover(
    shift: Shift, *, place: str | None, zone: str, now: datetime, times: tuple[GradeTimes, ...]
) -> Handover:
    """The whole of it."""
    end = min(shift.period.until, now)
    return Handover(
        day=shift.day, number=shift.number, since=shift.period.since, until=shift.period.until,
        made_at=now, zone=zone, place=place, opened=by_grade(shift.opened),
        closed=len(shift.closed),
        outcomes=dict(sorted(Counter(str(one.outcome) for one in shift.closed).items())),
        escalated=shift.escalated, left=tuple(_left(shift.left, shift.states, end)),
        notes=tuple(shift.notes),
        cameras=tuple(one for one in shift.cameras if one.share is not None and one.share < 1),
        times=times,
    )  # fmt: skip


def _left(
    facts: Iterable[AlertFacts], states: Mapping[str, State], end: datetime
) -> Iterable[Left]:
    for one in facts:
        state = states.get(one.id, "new")
        yield Left(
            alert=one.id, place=one.place, place_name=one.place_name, rule=one.rule,
            title=one.title, grade=one.grade, state=state,
            seat=None if state == "new" else one.seat, opened_at=one.opened_at,
            open_s=round((end - one.opened_at).total_seconds(), 1), risen=one.level,
            shelved_until=one.shelved_until if state == "shelved" else None,
        )  # fmt: skip
