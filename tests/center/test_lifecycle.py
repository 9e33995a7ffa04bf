"""The states of work: any steps keep their promises, and a log replays to its state."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from center.lifecycle import (
    OPEN,
    SHELF_S,
    Accept,
    Acknowledge,
    Arrive,
    Close,
    Dispatch,
    Escalate,
    RefusedError,
    Shelve,
    State,
    Step,
    Taking,
    Tick,
    Unshelve,
    Withdraw,
    Work,
    due,
    take,
)
from center.logbook import LogEntry, changed, changes, replayed, since, to_undo, told
from center.together import together
from tests.builders import quick

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
steps = st.sampled_from(
    (
        Acknowledge(), Dispatch(patrol="car-1"), Accept(patrol="car-1"), Arrive(),
        Escalate(to="street"), Close(outcome="real"), Close(outcome="not_real", cause="animal"),
        Shelve(until=NOON + HOUR, reason="roadworks"), Unshelve(), Withdraw(), Tick(number=2),
    )
)  # fmt: skip


def taking(grade: int = 2, *, after_s: float = 0.0, by: str = "seat-1", top: int = 2) -> Taking:
    at = NOON + timedelta(seconds=after_s)
    return Taking(at=at, by=by, grade=grade, within_s=60, top=top)


def worked(*taken: Step, grade: int = 2) -> Work:
    work = Work(acknowledge_by=NOON + timedelta(seconds=60))
    for step in taken:
        work = take(work, step, taking(grade))
    return work


def entry(
    before: Work, after: Work, what: str, *, revision: int = 1, after_s: float = 0.0,
    by: str = "seat-1",
) -> LogEntry:  # fmt: skip
    was, data = changes(before, after)
    return LogEntry(
        alert="a", revision=revision, at=NOON + timedelta(seconds=after_s), by=by, what=what,
        before=before.state, after=after.state, data=data, was=was,
    )  # fmt: skip


@quick
@given(st.lists(steps, max_size=12), st.integers(1, 4))
def test_any_sequence_of_steps_keeps_its_promises(wanted: list[Step], grade: int) -> None:
    work, log = Work(acknowledge_by=NOON), []
    start = work
    for step in wanted:
        before = work
        try:
            work = take(work, step, taking(grade))
        except RefusedError:
            continue
        log.append(entry(before, work, "x"))
        assert before.state not in ("closed", "withdrawn", "joined")
        assert (work.state == "closed") == (work.outcome is not None)
        assert (work.state == "shelved") == (work.shelved_until is not None)
        assert not (work.state == "shelved" and grade == 1)
        assert work.acknowledge_by is None or work.state == "new"
        assert work.level <= 2
    assert replayed(start, log) == work
    assert replayed(work, [msgspec.structs.replace(e, data=e.was) for e in log[::-1]]) == start


def test_whoever_works_on_an_alert_has_taken_it_on() -> None:
    for step in (Acknowledge(), Dispatch(patrol="car-1"), Arrive(), Close(outcome="test")):
        work = worked(step)
        assert (work.seat, work.acknowledged_at, work.acknowledge_by) == ("seat-1", NOON, None)


@pytest.mark.parametrize(
    ("grade", "until"),
    [(1, NOON + HOUR), (2, NOON), (2, NOON + timedelta(seconds=SHELF_S + 1))],
)
def test_a_shelf_ends_within_a_day_and_takes_no_emergency(grade: int, until: datetime) -> None:
    with pytest.raises(RefusedError):
        take(Work(), Shelve(until=until, reason="roadworks"), taking(grade))


def test_an_alert_comes_back_from_the_shelf_as_it_went_and_waits_anew() -> None:
    shelve = Shelve(until=NOON + HOUR, reason="roadworks")
    assert due(worked(shelve)) == NOON + HOUR
    back = take(worked(shelve), Unshelve(), taking(after_s=3600))
    assert (back.state, due(back)) == ("new", NOON + HOUR + timedelta(seconds=60))
    assert worked(Acknowledge(), shelve, Unshelve()).state == "acknowledged"


def test_an_alert_rises_to_the_top_and_no_further() -> None:
    once = worked(Escalate(to="street"))
    assert (once.state, once.level, once.risen_to) == ("new", 1, "street")
    assert due(once) == NOON + timedelta(seconds=60)
    twice = take(once, Escalate(to="district"), taking())
    assert due(twice) is None
    with pytest.raises(RefusedError):
        take(twice, Escalate(), taking())


def test_not_real_says_why_and_nothing_else_does() -> None:
    for close in (Close(outcome="not_real"), Close(outcome="real", cause="animal")):
        with pytest.raises(RefusedError):
            worked(close)


def undoable(what: str = "acknowledged", by: str = "seat-1") -> tuple[Work, LogEntry]:
    before = worked()
    after = worked(Acknowledge())
    return after, entry(before, after, what, by=by)


def test_undoing_leads_back_and_is_one_more_entry() -> None:
    after, last = undoable()
    undone = to_undo([last], after, by="seat-1", at=NOON + timedelta(seconds=10))
    assert changed(after, undone.was) == worked()


@pytest.mark.parametrize(
    ("by", "after_s", "what"),
    [("seat-2", 1.0, "acknowledged"), ("seat-1", 10.1, "acknowledged"), ("seat-1", 1.0, "undone")],
)
def test_only_ones_own_last_step_is_undone_and_soon(by: str, after_s: float, what: str) -> None:
    after, last = undoable(what)
    with pytest.raises(RefusedError):
        to_undo([last], after, by=by, at=NOON + timedelta(seconds=after_s))


def test_nothing_is_undone_once_a_patrol_is_on_its_way() -> None:
    before = worked(Dispatch(patrol="car-1"), Accept(patrol="car-1"))
    after = take(before, Close(outcome="test"), taking())
    with pytest.raises(RefusedError, match="on its way"):
        to_undo([entry(before, after, "closed")], after, by="seat-1", at=NOON)


def test_a_note_hides_no_step_from_whoever_has_not_seen_it() -> None:
    after, last = undoable()
    note = entry(after, after, "noted", revision=9)
    step = msgspec.structs.replace(last, revision=8)
    assert since([step, note], 7) == step
    assert since([step, note], 8) is None
    assert told(step, NOON + timedelta(seconds=2)) == "seat-1 acknowledged this 2 s ago"


def joined(*inside: Work, anew: datetime | None = None) -> Work:
    return together(Work(), inside, anew=anew)


def test_more_of_the_same_keeps_the_work_that_was_done() -> None:
    for work in (worked(Acknowledge()), worked(Dispatch(patrol="car-1")), worked(Arrive())):
        assert joined(work) == work


def test_a_graver_event_makes_an_alert_new_and_remembers_the_patrol() -> None:
    work = joined(worked(Dispatch(patrol="car-1")), anew=NOON)
    assert (work.state, work.patrol, work.seat, due(work)) == ("new", "car-1", None, NOON)
    assert take(work, Acknowledge(), taking()).state == "dispatched"


def test_a_graver_event_opens_a_closed_alert_and_empties_a_shelf() -> None:
    shelve = Shelve(until=NOON + HOUR, reason="roadworks")
    for work in (worked(Close(outcome="not_real", cause="light")), worked(shelve)):
        again = joined(work, anew=NOON)
        assert (again.state, again.outcome, again.cause) == ("new", None, None)
        assert (again.shelved_until, again.closed_at) == (None, None)


@quick
@given(st.lists(st.lists(steps, max_size=4), min_size=1, max_size=4))
def test_what_nobody_took_on_is_never_hidden_by_joining(histories: list[list[Step]]) -> None:
    inside = [work for wanted in histories if (work := allowed(wanted)).state in STANDING]
    work = joined(*inside)
    states = {one.state for one in inside}
    assert ("new" in states) <= (work.state == "new")
    assert (work.state == "shelved") <= (states == {"shelved"})
    assert work.level == max([one.level for one in inside], default=0)


STANDING: tuple[State, ...] = (*OPEN, "shelved")


def allowed(wanted: list[Step]) -> Work:
    work = worked()
    for step in wanted:
        try:
            work = take(work, step, taking())
        except RefusedError:
            continue
    return work
