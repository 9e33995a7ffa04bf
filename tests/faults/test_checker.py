"""The checker finds what it is there to find: a store that lost, doubled or altered something."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, update

from center import watchlist
from center.arrivals import row_of
from center.filing import Filing
from center.store import Store
from center.tables import alerts, events, pictures
from pipelines.flow import Event
from tests.center.centre import WATCH_YAML
from tests.center.empty import empty
from tests.events import event
from tests.faults import checker, recheck
from tests.faults.checker import Believed, Stored, Violation, violations
from tests.faults.verdict import _counted, _rows

LISTED = watchlist.loaded(WATCH_YAML, Path("watch.yaml"))


def of(one: Event) -> Stored:
    return Stored(row_of(one, 7.0), one.data.picture is not None)


def told(*some: Event, acked: bool = True) -> dict[str, Believed]:
    return {one.id: Believed(one, acked) for one in some}


def kinds(found: Iterator[Violation]) -> list[tuple[str, str]]:
    return [(each.kind, each.about) for each in found]


def test_a_store_that_has_all_once_breaks_nothing() -> None:
    one, other = event(), event(picture_bytes=3)
    assert kinds(violations(told(one, other), [of(other), of(one)])) == []


def test_an_event_that_its_box_believes_to_have_arrived_and_is_not_there_is_lost() -> None:
    one, other = event(), event()
    assert kinds(violations(told(one, other), [of(one)])) == [("lost", other.id)]


def test_what_still_waits_at_the_box_is_not_lost_and_may_be_there_already() -> None:
    one, other = event(), event()
    assert kinds(violations(told(one, other, acked=False), [of(one)])) == []


def test_what_a_fault_took_away_for_good_is_counted_and_not_blamed() -> None:
    one, other = event(), event()
    believed = told(one, other)
    assert kinds(violations(believed, [of(one)], at_risk={other.id})) == []
    assert checker.missing(believed, {one.id}) == [other.id]


def test_an_event_that_is_there_twice_is_found() -> None:
    one = event()
    assert kinds(violations(told(one), [of(one), of(one)])) == [("duplicated", one.id)]


def test_an_event_that_says_something_else_is_found_with_what_it_said() -> None:
    one = event(count=2)
    changed = msgspec.structs.replace(one, data=msgspec.structs.replace(one.data, count=3))
    (found,) = violations(told(one), [of(changed)])
    assert (found.kind, found.said) == ("altered", "2 is now 3")


def test_a_picture_that_went_on_the_way_is_found() -> None:
    one = event(picture_bytes=3)
    (found,) = violations(told(one), [of(one)._replace(picture=False)])
    assert (found.kind, found.about) == ("altered", one.id)


def test_an_event_that_nobody_told_is_found() -> None:
    one, other = event(), event()
    assert kinds(violations(told(one), [of(one), of(other)])) == [("never-told", other.id)]


def test_a_spool_that_took_an_event_and_has_never_had_it_is_found() -> None:
    one = event()
    assert kinds(checker.unwritten([one.id, "x"], told(one))) == [("unwritten", "x")]
    assert kinds(checker.unwritten(["x"], {}, at_risk={"x"})) == []


def test_a_drop_of_which_no_event_tells_is_found() -> None:
    one, other = event(), event()
    dropped = {one.id: Believed(one, acked=False, dropped=True)}
    said = told(event(rule="spool-overflow", count=1))
    assert kinds(checker.untold(dropped | said)) == []
    dropped |= {other.id: Believed(other, acked=False, dropped=True)}
    assert kinds(checker.untold(dropped | said)) == [("untold-drop", "north")]


def test_a_broker_that_went_back_in_silence_or_is_said_to_have_is_found() -> None:
    assert kinds(checker.of_yesterday(went_back=1, forgot=3)) == []
    assert kinds(checker.of_yesterday(went_back=0, forgot=0)) == []
    assert kinds(checker.of_yesterday(went_back=1, forgot=0)) == [("unsaid", "the broker")]
    assert kinds(checker.of_yesterday(went_back=0, forgot=3)) == [("unsaid", "the broker")]


def test_more_repetitions_than_faults_and_silence_are_found() -> None:
    assert kinds(checker.of_telling(["a", "b"], ["a", "b", "b"], disturbed=1)) == []
    found = kinds(checker.of_telling(["a", "c"], ["a", "a", "a"], disturbed=1))
    assert found == [("silent", "c"), ("told-twice", "")]


MADE = [event(site="demo", place="depot", picture_bytes=2) for _ in range(3)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with three events of one alert, filed as the centre files them."""
    with closing(empty(tmp_path / "a.db")) as made:
        with made.write() as connection:
            letters = [recheck.letter(one) for one in MADE]
            Filing(LISTED, new_id=lambda: "an-alert")(connection, letters, now_s=1.0)
        yield made


def seen(store: Store) -> list[Stored]:
    with store.read() as connection:
        return _rows(connection)


def sums(store: Store) -> list[str]:
    with store.read() as connection:
        return [each.about for each in _counted(connection, len(_rows(connection)))]


def alike(store: Store, scratch: Path) -> list[str]:
    stand = [recheck.said(alert) for alert in recheck.standing(store)]
    should = [recheck.said(alert) for alert in recheck.expected(MADE, LISTED, scratch)]
    return [each.about for each in checker.differing(stand, should)]


def test_rows_of_a_real_store_that_nobody_touched_break_nothing(
    store: Store, tmp_path: Path
) -> None:
    assert kinds(violations(told(*MADE), seen(store))) == []
    assert sums(store) == []
    assert alike(store, tmp_path / "b.db") == []


def test_a_row_that_goes_from_a_real_store_is_lost_and_its_sums_say_so_too(store: Store) -> None:
    with store.write() as connection:
        connection.execute(delete(events).where(events.c.id == MADE[0].id))
    assert kinds(violations(told(*MADE), seen(store))) == [("lost", MADE[0].id)]
    assert sums(store) == ["the centre", "the hours"]


def test_a_row_that_changes_in_a_real_store_is_altered(store: Store) -> None:
    changed = update(events).where(events.c.id == MADE[0].id).values(camera="gate-9")
    with store.write() as connection:
        connection.execute(changed)
        connection.execute(delete(pictures).where(pictures.c.event_id == MADE[1].id))
    found = kinds(violations(told(*MADE), seen(store)))
    assert sorted(found) == sorted([("altered", MADE[0].id), ("altered", MADE[1].id)])


def test_an_alert_that_counts_wrong_or_is_not_there_is_found(store: Store, tmp_path: Path) -> None:
    (alert,) = recheck.standing(store)

    def make(**fields: object) -> list[str]:
        body = msgspec.json.encode(msgspec.structs.replace(alert, **fields))
        with store.write() as connection:
            connection.execute(update(alerts).values(body=body))
        return alike(store, tmp_path / "b.db")

    assert make(events=2) == ["stands", "should stand"]
    assert make(state="withdrawn") == ["should stand"]
