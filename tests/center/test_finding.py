"""Patterns of several events: found whatever comes when, how often, and across a restart."""

import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from center import lookup, record, worklog
from center.alert import Alert
from center.filing import Filing
from center.store import Store
from center.watchlist import WatchList, loaded
from pipelines.flow import Event
from tests.builders import quick
from tests.center.centre import NOON, event
from tests.center.empty import empty
from tests.center.test_crosscheck import DIES_WITH_ITS_TEST, letter, new_id

NOON_S = NOON.timestamp()
TOWN = """\
places:
  - {id: court, name: Court, kind: community, grade: 3}
  - id: yard
    name: Yard
    parent: court
    grade: 2
    cameras: [{id: cam-1, at: [10, 50]}, {id: cam-2, at: [10.001, 50]}]
    doors: [{id: door-1, at: [10, 50.001]}]
    help_points: [{id: pillar, at: [10.001, 50.0001]}]
  - {id: hall, name: Hall, parent: court, grade: 3}
"""
PERSON = {
    "place": "court",
    "rule": "intrusion",
    "class": "person",
    "merge_s": 30,
    "steps": ["Look"],
}
FORCED = {"place": "yard", "rule": "door-forced", "merge_s": 30, "steps": ["Call"]}
CHAIN: dict[str, Any] = {
    "id": "forced-then-person", "name": "Break-in", "place": "court", "grade": 1, "merge_s": 30,
    "then": [{"rule": "door-forced"}, {"rule": "intrusion", "class": "person", "within_s": 120}],
    "steps": ["Send two"],
}  # fmt: skip
BLIND: dict[str, Any] = {
    "id": "blinded", "place": "court", "grade": 1, "steps": ["Send"],
    "together": {"what": [{"rule": "camera-health"}], "within_s": 60},
}  # fmt: skip
MANY: dict[str, Any] = {
    "id": "many", "place": "court", "rule": "line-crossing", "at_least": 3, "within_s": 60,
    "merge_s": 30, "steps": ["Look"],
}  # fmt: skip
TAIL: dict[str, Any] = {
    "id": "tail", "place": "yard", "grade": 2, "merge_s": 20, "steps": ["Ask"],
    "unbadged": {"door": "door-1", "line": "sill", "class": None},
}  # fmt: skip
PATROL: dict[str, Any] = {
    "id": "patrol", "place": "yard", "grade": 3, "steps": ["Call the patrol"],
    "schedule": {"hours": "12:00-12:15"},
    "nothing": {"rule": "patrol-passed", "every_s": 300, "late_s": 30},
}  # fmt: skip
ALL = (PERSON, FORCED, CHAIN, BLIND, MANY, TAIL, PATROL)


def listed(*entries: dict[str, Any]) -> WatchList:
    return loaded(TOWN + yaml.safe_dump({"entries": list(entries)}), Path("watch.yaml"))


@cache
def everything() -> WatchList:
    """All entries; read once."""
    return listed(*ALL)


def at(after_s: float, rule: str = "intrusion", **facts: Any) -> Event:
    known = {"place": "yard", "label": "person" if rule == "intrusion" else None, **facts}
    extra = {name: known.pop(name) for name in ("line", "direction", "a_to_b") if name in known}
    happened: Any = {"after_s": after_s, "rule": rule, **known}
    one = event(**happened)
    return msgspec.structs.replace(one, data=msgspec.structs.replace(one.data, **extra))


def over(after_s: float, **facts: Any) -> Event:
    return at(after_s, "line-crossing", line="sill", direction="a-to-b", **facts)


def badge(after_s: float) -> Event:
    return at(after_s, "badge-granted", camera="door-1")


class Town:
    """A store and what is filed into it; each batch by a centre that has just been started."""

    def __init__(self, store: Store, watched: WatchList) -> None:
        self.store, self.watched = store, watched

    def file(self, *batch: Event, now_s: float = NOON_S + 86400) -> None:
        filing = Filing(self.watched, new_id=new_id)
        with self.store.write() as connection:
            filing(connection, [letter(one) for one in batch], now_s=now_s)

    def wait(self, since_s: float, until_s: float) -> None:
        filing = Filing(self.watched, new_id=new_id)
        with self.store.write() as connection:
            since = {each.name: NOON_S + since_s for each in self.watched.expecting}
            filing.pass_time(connection, since, until_s=NOON_S + until_s)

    def alerts(self) -> list[Alert]:
        """Those that stand, by time."""
        return [each for each in self.all() if each.state not in {"withdrawn", "joined"}]

    def all(self) -> list[Alert]:
        """Those that were withdrawn or joined, too."""
        with self.store.read() as connection:
            bodies = lookup.bodies_after(connection, 0, limit=1000)
        page = [msgspec.json.decode(each.body, type=Alert) for each in bodies]
        return sorted(page, key=lambda alert: (alert.first_at, alert.entry))


@pytest.fixture
def file(tmp_path: Path) -> Iterable[Any]:
    opened: list[Town] = []

    def town(*entries: dict[str, Any]) -> Town:
        opened.append(Town(empty(tmp_path / f"{len(opened)}.db"), listed(*entries)))
        return opened[-1]

    yield town
    for each in opened:
        each.store.close()


def test_a_forced_door_and_then_a_person_are_one_alert_that_has_the_single_ones(file: Any) -> None:
    town = file(PERSON, FORCED, CHAIN)
    town.file(at(0, "door-forced", camera="door-1"))
    assert [alert.title for alert in town.alerts()] == [None]
    town.file(at(90, camera="cam-2"))
    (joined,) = town.alerts()
    assert (joined.title, joined.grade, joined.form) == ("Break-in", 1, "then")
    assert (joined.events, joined.cameras) == (2, ("cam-2", "door-1"))
    assert joined.entries == ("court-intrusion-person", "forced-then-person", "yard-door-forced")
    assert [alert.state for alert in town.all()] == ["new"]


def test_more_of_what_a_pattern_took_in_goes_to_it(file: Any) -> None:
    town = file(PERSON, FORCED, CHAIN)
    town.file(at(0, "door-forced", camera="door-1"), at(90))
    town.file(at(115), at(140))
    assert [alert.events for alert in town.alerts()] == [4]


@pytest.mark.parametrize(
    "events",
    [
        [at(0), at(10, "door-forced")],  # the person first
        [at(0, "door-forced"), at(121)],  # too late
        [at(0, "door-forced", place="school"), at(10, place="school")],  # elsewhere
        [at(0, "door-forced"), at(60, label="dog")],
    ],
)
def test_what_is_no_chain_makes_none(file: Any, events: list[Event]) -> None:
    town = file(CHAIN)
    town.file(*events)
    assert town.alerts() == []


def closed(town: Town) -> None:
    """Let an operator close all that stands."""
    with town.store.write() as connection:
        for alert in town.alerts():
            record.put_alert(connection, msgspec.structs.replace(alert, state="closed"))


def test_what_an_operator_closed_is_not_opened_again_by_a_late_begin(file: Any) -> None:
    town = file(PERSON, FORCED, CHAIN)
    town.file(at(0, "door-forced"), at(60, life=("one", "update")))
    closed(town)
    town.file(at(50, life=("one", "begin")))
    assert {(alert.state, alert.form) for alert in town.all()} == {("closed", "single")}


def test_what_comes_after_a_closed_pattern_makes_another(file: Any) -> None:
    town = file(PERSON, FORCED, CHAIN)
    town.file(at(0, "door-forced"), at(20))
    closed(town)
    town.file(at(30))
    assert sorted((alert.state, alert.form, alert.events) for alert in town.alerts()) == [
        ("closed", "then", 2), ("new", "then", 1),
    ]  # fmt: skip


def test_a_chain_at_one_place_does_not_reach_over_to_another(file: Any) -> None:
    forced, person = at(0, "door-forced", place="hall"), at(30)
    apart, anywhere = file(CHAIN | {"scope": "one-place"}), file(CHAIN)
    for town in (apart, anywhere):
        town.file(forced, person)
    assert apart.alerts() == []
    assert [alert.place for alert in anywhere.alerts()] == ["court"]
    apart.file(at(40, place="hall"))
    assert [alert.place for alert in apart.alerts()] == ["hall"]


def test_cameras_that_fail_at_the_same_time_are_one_alert(file: Any) -> None:
    town = file(BLIND)
    town.file(at(0, "camera-blind"), at(20, "camera-blind"))
    assert town.alerts() == []
    town.file(at(50, "signal-loss", camera="cam-2"))
    (joined,) = town.alerts()
    assert (joined.events, joined.place, joined.cameras) == (3, "court", ("cam-1", "cam-2"))


def test_too_many_in_any_window_are_one_alert_and_fewer_none(file: Any) -> None:
    town = file(MANY)
    town.file(over(0), over(40), over(70))
    assert town.alerts() == []
    town.file(over(90))
    (joined,) = town.alerts()
    assert (joined.events, joined.form) == (3, "counted")


def test_an_event_that_brings_the_picture_or_goes_on_counts_once(file: Any) -> None:
    town = file(MANY)
    town.file(*(over(s, life=("one", phase)) for s, phase in ((0, "begin"), (5, "update"))))
    town.file(over(6, life=("one", "end")), over(10))
    assert town.alerts() == []
    town.file(over(20))
    assert [alert.events for alert in town.alerts()] == [5]


def test_two_behind_one_badge_is_one_too_many(file: Any) -> None:
    town = file(TAIL)
    town.file(badge(0), over(3), over(5))
    (alert,) = town.alerts()
    assert (alert.form, alert.events, alert.first_at.timestamp()) == ("unbadged", 1, NOON_S + 5)
    with town.store.read() as connection:
        assert [each.line for each in lookup.events_of(connection, alert.id, limit=9)] == ["sill"]


def test_each_badge_lets_one_over_whoever_goes_first(file: Any) -> None:
    town = file(TAIL)
    town.file(badge(0), badge(2), over(3), over(4))
    town.file(badge(100.5), over(100))  # the door's clock is a little late
    assert town.alerts() == []


def test_a_life_tells_of_each_crossing_once_and_by_its_number(file: Any) -> None:
    town = file(TAIL)
    first = over(3, life=("one", "begin"), a_to_b=4)
    again = msgspec.structs.replace(first.data, again=True)
    town.file(badge(0), first, msgspec.structs.replace(at(3), type=first.type,
              source=first.source, subject=first.subject, data=again))  # fmt: skip
    assert town.alerts() == []
    town.file(over(5, life=("one", "update"), a_to_b=5), over(9, life=("one", "end"), a_to_b=5))
    assert [alert.events for alert in town.alerts()] == [1]


def test_a_badge_that_is_told_of_late_withdraws_the_alert_with_the_reason(file: Any) -> None:
    town = file(TAIL)
    town.file(over(5))
    town.file(badge(0))
    assert town.alerts() == []
    (gone,) = town.all()
    assert gone.state == "withdrawn"
    with town.store.read() as connection:
        entry = worklog.log_of(connection, gone.id)[-1]
    assert (entry.what, "badges were granted" in (entry.reason or "")) == ("withdrew", True)


def test_nobody_is_said_to_lack_a_badge_before_its_word_could_be_here(file: Any) -> None:
    town = file(TAIL)
    town.file(over(5), now_s=NOON_S + 6)
    assert town.alerts() == []
    town.wait(6, 9)
    assert [alert.events for alert in town.alerts()] == [1]


def test_a_point_that_no_patrol_passed_is_an_alert_for_each_time(file: Any) -> None:
    town = file(PATROL)
    town.file(at(100, "patrol-passed"), now_s=NOON_S + 101)
    town.wait(0, 629)
    assert town.alerts() == []
    town.wait(629, 2000)
    assert [(a.first_at.timestamp() - NOON_S, a.form) for a in town.alerts()] == [
        (300, "nothing"), (600, "nothing"),
    ]  # fmt: skip


def test_a_patrol_whose_word_is_late_withdraws_the_alert_and_no_other(file: Any) -> None:
    town = file(PATROL)
    town.wait(0, 2000)
    town.file(at(300, "patrol-passed"))
    assert [a.first_at.timestamp() - NOON_S for a in town.alerts()] == [0, 600]
    town.wait(0, 2000)
    assert len(town.alerts()) == 2


def test_a_camera_that_says_nothing_at_all_is_missed(file: Any) -> None:
    silent = PATROL | {"id": "silent", "nothing": {"device": "cam-1"}}
    town = file(silent)
    town.file(at(10, camera="cam-2"))
    town.wait(0, 2000)
    assert [(a.cameras, a.entry) for a in town.alerts()] == [(("cam-1",), "silent")]


def test_a_pressed_help_point_is_grade_1_at_once_with_the_nearest_cameras(file: Any) -> None:
    town = file(PERSON)
    town.file(at(0, "help-point", camera="pillar"))
    (alert,) = town.alerts()
    assert (alert.grade, alert.nearest, alert.entry) == (1, ("cam-2", "cam-1"), "help-point")


def test_a_help_point_that_nobody_listed_is_heard_all_the_same(file: Any) -> None:
    town = file()
    town.file(at(0, "help-point", camera="pillar", place="nowhere"))
    assert [(alert.grade, alert.place_name) for alert in town.alerts()] == [(1, "nowhere")]


def test_an_entry_may_ask_for_other_steps_at_a_help_point_but_not_for_another_grade(
    file: Any,
) -> None:
    asked = {"place": "yard", "rule": "help-point", "grade": 3, "steps": ["Speak"]}
    town = file(asked)
    town.file(at(0, "help-point", camera="pillar"))
    assert [(alert.grade, alert.steps) for alert in town.alerts()] == [(1, ("Speak",))]


def test_an_alert_says_whom_to_tell_by_when_and_where_it_rises(file: Any) -> None:
    asked = PERSON | {"tell": ["gatehouse"], "acknowledge_within_s": 45}
    town = file(asked)
    town.file(at(0), now_s=NOON_S)
    (alert,) = town.alerts()
    assert (alert.tell, alert.rises_to, alert.within_s) == (("gatehouse",), ("court",), 45)
    assert alert.acknowledge_by is not None
    assert alert.acknowledge_by.timestamp() == NOON_S + 45


STORY = (
    at(0, "door-forced", camera="door-1"), at(60, camera="cam-2"), at(70),
    at(200, "camera-blind"), at(210, "signal-loss", camera="cam-2", life=("one", "begin")),
    at(215, "signal-loss", camera="cam-2", life=("one", "end")),
    badge(250), over(253), over(254), over(258), at(310, "patrol-passed"),
    at(320, "help-point", camera="pillar"),
)  # fmt: skip


def test_a_whole_story_is_the_same_in_either_database_and_backwards(store: Store) -> None:
    town = Town(store, listed(*ALL))
    for one in reversed(STORY):
        town.file(one)
    town.wait(0, 2000)
    assert [(alert.entry, alert.events, alert.grade) for alert in town.alerts()] == [
        ("forced-then-person", 3, 1), ("patrol", 0, 3), ("blinded", 3, 1), ("many", 3, 3),
        ("tail", 2, 2), ("help-point", 1, 1), ("patrol", 0, 3),
    ]  # fmt: skip


happenings = st.lists(
    st.one_of(
        st.builds(
            at,
            st.integers(0, 400).map(float),
            st.sampled_from(["intrusion", "door-forced", "camera-blind", "signal-loss"]),
            camera=st.sampled_from(["cam-1", "cam-2"]),
            place=st.sampled_from(["yard", "hall"]),
            life=st.none() | st.tuples(st.sampled_from("ab"), st.sampled_from(["begin", "end"])),
        ),
        st.builds(over, st.integers(0, 400).map(float)),
        st.builds(badge, st.integers(0, 400).map(float)),
        st.builds(at, st.integers(0, 900).map(float), st.just("patrol-passed")),
    ),
    max_size=14,
)  # fmt: skip


def standing(batches: Sequence[Sequence[Event]], *, waits: bool) -> list[dict[str, Any]]:
    """What stands after these batches, each filed by a centre of its own."""
    with tempfile.TemporaryDirectory() as folder:
        town = Town(empty(Path(folder) / "a.db"), everything())
        for batch in batches:
            if waits:
                town.wait(0, 2000)
            town.file(*batch)
        town.wait(0, 2000)
        found = town.alerts()
        town.store.close()
    return kept(found)


def kept(found: Sequence[Alert]) -> list[dict[str, Any]]:
    """What of alerts must not depend on what came when."""
    lasting = [
        {key: value for key, value in msgspec.to_builtins(alert).items()
         if key not in DIES_WITH_ITS_TEST | {"acknowledge_by"}}
        for alert in found
    ]  # fmt: skip
    return sorted(lasting, key=str)


@quick
@given(st.data())
def test_any_order_copies_batches_waits_and_restarts_make_the_same_alerts(
    data: st.DataObject,
) -> None:
    events = data.draw(happenings)
    copies = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    shuffled = data.draw(st.permutations(events + copies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), min_size=2, max_size=2)))
    batches = [shuffled[: cuts[0]], shuffled[cuts[0] : cuts[1]], shuffled[cuts[1] :]]
    expected = standing([[one] for one in sorted(events, key=lambda one: one.time)], waits=False)
    assert standing(batches, waits=data.draw(st.booleans())) == expected
