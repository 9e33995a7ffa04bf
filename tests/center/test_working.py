"""Work on alerts in a real store: logged, undone, never overwritten, done once under a key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from center.alert import Alert
from center.keeping import ReusedKeyError, key_of
from center.lifecycle import Acknowledge, Arrive, Close, Shelve
from center.logbook import replayed
from center.patrolling import ExpiredError, Patrolling
from center.steps import ConflictError
from center.store import Store
from center.tables import metadata
from center.tasks import LASTS_S, Told
from center.working import Dispatched
from tests.center.centre import NOON, event
from tests.center.desks import CAR, FOOT, Office

REAL = Close(outcome="real")


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store)


@pytest.fixture
def alert(desk: Office) -> Alert:
    return desk.file(event())


def sent(desk: Office, alert: Alert) -> tuple[Dispatched, str]:
    made = desk.working.dispatch(alert.id, CAR, desk.asks())
    assert made is not None
    return made, made.link.removeprefix("/p/")


def test_each_step_is_in_the_log_and_the_log_replays_to_the_state(
    desk: Office, alert: Alert
) -> None:
    desk.working.step(alert.id, Acknowledge(), desk.asks())
    desk.working.note(alert.id, "The gate is open", desk.asks("seat-2"))
    desk.clock.at_s += 5
    desk.working.step(alert.id, REAL, desk.asks("seat-2"), None, "seen on both cameras")
    log = desk.log(alert.id)
    assert [(e.by, e.what, e.before, e.after) for e in log] == [
        ("seat-1", "acknowledged", "new", "acknowledged"),
        ("seat-2", "noted", "acknowledged", "acknowledged"),
        ("seat-2", "closed", "acknowledged", "closed"),
    ]
    assert log[2].reason == "seen on both cameras"
    now = desk.alert(alert.id)
    assert replayed(alert, log) == msgspec.structs.replace(now, revision=alert.revision)
    assert (now.seat, now.outcome, now.closed_at) == ("seat-1", "real", log[2].at)


def test_two_seats_at_once_overwrite_nothing_and_are_told_who_was_first(
    desk: Office, alert: Alert
) -> None:
    desk.working.step(alert.id, Acknowledge(), desk.asks("seat-4"))
    desk.clock.at_s += 2
    with pytest.raises(ConflictError, match="seat-4 acknowledged this 2 s ago") as caught:
        desk.working.step(alert.id, Acknowledge(), desk.asks("seat-1"))
    assert caught.value.alert.seat == "seat-4"
    with pytest.raises(ConflictError):
        desk.working.step(alert.id, REAL, desk.asks("seat-1", seen=alert.revision))
    assert desk.alert(alert.id).state == "acknowledged"
    assert len(desk.log(alert.id)) == 1


def test_of_many_seats_at_the_same_moment_one_takes_the_alert(desk: Office, alert: Alert) -> None:
    def take(seat: str) -> str | None:
        try:
            desk.working.step(alert.id, Acknowledge(), desk.asks(seat))
        except ConflictError:
            return None
        return seat

    with ThreadPoolExecutor(8) as seats:
        won = [seat for seat in seats.map(take, [f"seat-{number}" for number in range(8)]) if seat]
    assert won == [desk.alert(alert.id).seat]
    assert len(desk.log(alert.id)) == 1


def test_more_events_are_no_change_that_a_step_must_have_seen(desk: Office, alert: Alert) -> None:
    desk.file(event(after_s=5, camera="cam-2"))
    desk.file(event(after_s=6, camera="cam-2"))
    taken = desk.working.step(alert.id, Acknowledge(), desk.asks(seen=alert.revision))
    assert taken is not None
    assert (taken.state, taken.events) == ("acknowledged", 3)


def test_undoing_leads_back_and_erases_nothing(desk: Office, alert: Alert) -> None:
    desk.working.step(alert.id, REAL, desk.asks())
    desk.clock.at_s += 9
    desk.working.undo(alert.id, desk.asks())
    assert msgspec.structs.replace(desk.alert(alert.id), revision=alert.revision) == alert
    assert [entry.what for entry in desk.log(alert.id)] == ["closed", "undone"]
    with pytest.raises(ConflictError):
        desk.working.undo(alert.id, desk.asks())


def test_the_same_key_is_done_once_and_answered_the_same(desk: Office, alert: Alert) -> None:
    key = key_of("one", b"dispatch")
    first = desk.working.dispatch(alert.id, CAR, desk.asks(), key)
    desk.clock.at_s += 60
    assert desk.working.dispatch(alert.id, CAR, desk.asks(), key) == first
    assert len(desk.log(alert.id)) == 1
    with pytest.raises(ReusedKeyError):
        desk.working.note(alert.id, "other", desk.asks(), key_of("one", b"note"))


def test_a_closed_alert_takes_in_its_own_lives_and_nothing_new(desk: Office) -> None:
    begun = desk.file(event(life=("one", "begin")))
    desk.working.step(begun.id, REAL, desk.asks())
    assert desk.file(event(after_s=9, life=("one", "update"))).state == "closed"
    other = desk.file(event(after_s=10, camera="cam-2"))
    assert (other.id != begun.id, other.state, other.events) == (True, "new", 1)
    assert desk.file(event(after_s=20, life=("one", "end"))).id == begun.id
    assert (desk.alert(begun.id).events, desk.alert(begun.id).ongoing) == (3, 0)


def test_a_graver_event_makes_what_was_taken_on_new_again(desk: Office) -> None:
    truck = desk.file(event(label="truck"))
    desk.working.step(truck.id, Acknowledge(), desk.asks())
    risen = desk.file(event(after_s=1))
    assert (risen.id, risen.state, risen.grade) == (truck.id, "new", 2)
    assert [entry.what for entry in desk.log(truck.id)] == ["acknowledged", "rose"]


def test_alerts_that_are_joined_bring_their_patrols_along(desk: Office, alert: Alert) -> None:
    later = desk.file(event(after_s=100))
    _, token = sent(desk, later)
    joined = desk.file(event(after_s=50))
    assert (joined.state, joined.resumes, joined.patrol) == ("new", "dispatched", "car-1")
    view = Patrolling(desk.working).task(token)
    assert view is not None
    assert view.task.alert == joined.id == alert.id


def test_a_patrol_goes_arrives_and_leaves_what_is_real_with_the_desk(
    desk: Office, alert: Alert
) -> None:
    made, token = sent(desk, alert)
    phone = Patrolling(desk.working)
    assert made.alert.state == "dispatched"
    phone.told(token, Told(step="on_way"))
    assert desk.alert(alert.id).accepted_at is not None
    phone.told(token, Told(step="arrived"))
    assert desk.alert(alert.id).state == "on_site"
    view = phone.told(token, Told(step="outcome", outcome="real", note="a van, loaded"))
    assert view is not None
    assert (view.task.state, view.alert_state) == ("done", "on_site")
    assert desk.log(alert.id)[-1].reason == "outcome · real · a van, loaded"


def test_a_patrol_that_finds_nobody_closes_the_alert(desk: Office, alert: Alert) -> None:
    _, token = sent(desk, alert)
    Patrolling(desk.working).told(token, Told(step="outcome", outcome="no_trace"))
    now = desk.alert(alert.id)
    assert (now.state, now.outcome) == ("closed", "no_trace")
    assert desk.log(alert.id)[-1].by == "patrol:car-1"


def test_what_a_phone_tells_late_twice_and_out_of_order_ends_the_same(
    desk: Office, alert: Alert
) -> None:
    _, token = sent(desk, alert)
    phone = Patrolling(desk.working)
    desk.clock.at_s += 600
    arrived = Told(step="arrived", done_at=NOON + timedelta(seconds=300))
    on_way = Told(step="on_way", done_at=NOON + timedelta(seconds=60))
    for said in (arrived, on_way, arrived, on_way):
        view = phone.told(token, said)
    assert view is not None
    assert (view.task.state, view.task.on_way_at, view.task.arrived_at) == (
        "arrived", on_way.done_at, arrived.done_at,
    )  # fmt: skip
    assert desk.alert(alert.id).state == "on_site"
    assert [entry.what for entry in desk.log(alert.id)] == ["dispatched", "arrived", "accepted"]


def test_what_a_phone_tells_of_a_closed_alert_is_kept_and_changes_no_state(
    desk: Office, alert: Alert
) -> None:
    _, token = sent(desk, alert)
    desk.working.step(alert.id, REAL, desk.asks())
    phone = Patrolling(desk.working)
    seen = phone.task(token)
    assert seen is not None
    assert seen.task.state == "recalled"
    phone.told(token, Told(step="outcome", outcome="no_trace"))
    assert (desk.alert(alert.id).outcome, desk.log(alert.id)[-1].what) == ("real", "told")


def test_a_patrol_asks_for_a_call_and_for_back_up_and_no_state_changes(
    desk: Office, alert: Alert
) -> None:
    _, token = sent(desk, alert)
    phone = Patrolling(desk.working)
    call = Told(step="call", done_at=NOON + timedelta(seconds=-1))
    for told in (call, call, Told(step="hold", note="two of them"), Told(step="on_way")):
        desk.clock.at_s += 1
        phone.told(token, told)
    log = [(entry.what, entry.reason) for entry in desk.log(alert.id)]
    assert log[:3] == [("dispatched", None), ("called", None), ("held", "two of them")]
    assert [what for what, _ in log[3:]] == ["accepted"]
    view = phone.task(token)
    assert view is not None
    assert (view.task.state, view.alert_state) == ("on_way", "dispatched")
    assert view.task.called_at is not None


def test_undoing_a_closing_sends_the_patrol_again(desk: Office, alert: Alert) -> None:
    _, token = sent(desk, alert)
    desk.clock.at_s += 30
    desk.working.step(alert.id, REAL, desk.asks())
    desk.working.undo(alert.id, desk.asks())
    seen = Patrolling(desk.working).task(token)
    assert seen is not None
    assert (seen.task.state, seen.alert_state) == ("offered", "dispatched")


def test_undoing_a_dispatch_recalls_its_task_only(desk: Office, alert: Alert) -> None:
    _, first = sent(desk, alert)
    desk.clock.at_s += 30
    second = desk.working.dispatch(alert.id, FOOT, desk.asks())
    assert second is not None
    desk.working.undo(alert.id, desk.asks())
    phone = Patrolling(desk.working)
    seen = [phone.task(token) for token in (first, second.link.removeprefix("/p/"))]
    assert [view.task.state for view in seen if view] == ["offered", "recalled"]
    assert desk.alert(alert.id).patrol == "car-1"


def test_nothing_is_undone_once_a_patrol_has_accepted(desk: Office, alert: Alert) -> None:
    _, token = sent(desk, alert)
    Patrolling(desk.working).told(token, Told(step="on_way"))
    with pytest.raises(ConflictError, match="nothing to undo"):
        desk.working.undo(alert.id, desk.asks())
    desk.working.step(alert.id, Arrive(), desk.asks())
    with pytest.raises(ConflictError, match="on its way"):
        desk.working.undo(alert.id, desk.asks())


def test_a_link_ends_and_the_store_does_not_hold_it(desk: Office, alert: Alert) -> None:
    _, token = sent(desk, alert)
    with desk.store.read() as connection:
        rows = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    assert token not in str(rows)
    desk.clock.at_s += LASTS_S
    with pytest.raises(ExpiredError):
        Patrolling(desk.working).task(token)
    assert Patrolling(desk.working).task("another") is None


def test_alerts_are_found_by_what_is_asked(desk: Office, alert: Alert) -> None:
    far = desk.file(event(after_s=3600, place="school", camera="cam-2"))
    desk.working.step(alert.id, Shelve(until=NOON + timedelta(hours=1), reason="x"), desk.asks())
    for wanted, found in (
        ({}, [far.id, alert.id]),
        ({"states": ("open",)}, [far.id]),
        ({"states": ("shelved",)}, [alert.id]),
        ({"grades": (2,)}, [alert.id]),
        ({"places": frozenset({"school"})}, [far.id]),
        ({"cameras": ("cam-2",)}, [far.id]),
        ({"rules": ("loitering",)}, []),
        ({"since": NOON + timedelta(seconds=1)}, [far.id]),
        ({"until": NOON + timedelta(seconds=1)}, [alert.id]),
        ({"number": alert.id[-8:]}, [alert.id]),
    ):
        assert [one.id for one in desk.alerts(**wanted)] == found, wanted
