"""Joining events to alerts: the same alerts whatever arrives when and how often."""

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import msgspec
import uuid_utils
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from center import lookup, tables
from center.alert import Alert
from center.crosscheck import alert_from, join, merged
from center.entries import Entry
from center.filing import Filing
from center.filters import Filters
from center.happening import arrived
from center.letter import Letter
from center.places import Place
from center.watchlist import Match, WatchList
from pipelines.flow import Event, Phase
from pipelines.schedule import Schedule
from pipelines.wire import encode
from tests.builders import quick
from tests.center.centre import event
from tests.center.empty import empty

DEPOT = Place(id="depot", name="Depot yard", grade=2)
SCHOOL = Place(id="school", name="School", grade=1)
PERSON = Entry(place="depot", rule="intrusion", label="person", merge_s=60, steps=("Look",))
TRUCK = Entry(place="depot", rule="intrusion", label="truck", grade=3, merge_s=10, steps=("Call",))
PUPIL = Entry(place="school", rule="intrusion", merge_s=60, steps=("Call",))
CLUB = Place(id="club", name="Club", grade=3)
GUEST = Entry(
    place="club", rule="intrusion", schedule=Schedule(hours="12:05-12:08"), merge_s=20,
    steps=("Call",),
)  # fmt: skip
WATCHED = WatchList(places=(DEPOT, SCHOOL, CLUB), entries=(PERSON, TRUCK, PUPIL, GUEST))
DIES_WITH_ITS_TEST = {"id", "revision", "opened_at", "captured_at", "why"}


def new_id() -> str:
    return str(uuid_utils.uuid7())


def alone(happened: Event, entry: Entry = PERSON) -> Alert:
    match = Match(place=DEPOT, entry=entry)
    return alert_from(arrived(happened), match, now_s=0.0, new_id=new_id)


def filed(arrivals: Sequence[Sequence[Event]], path: Path) -> list[Alert]:
    """The alerts in a fresh store after these batches."""
    path.unlink(missing_ok=True)
    store, filing = empty(path), Filing(WATCHED, new_id=new_id)
    for batch in arrivals:
        letters = [letter(one) for one in batch]
        with store.write() as connection:
            filing(connection, letters, now_s=1.0)
    with store.read() as connection:
        found = lookup.alerts_page(connection, Filters(), limit=500, before=None)
        links = connection.execute(select(tables.alert_events)).all()
    store.close()
    assert len(links) == sum(alert.events for alert in found)
    return found


def letter(one: Event) -> Letter:
    facts = one.data
    subject = f"$MQTT.msgs.pe.3.{facts.site}.{facts.camera}.{facts.rule}"
    return Letter(subject, encode(one))


def lasting(alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    """What of the alerts must not depend on the order of arrival."""
    kept = [
        {key: value for key, value in msgspec.to_builtins(alert).items()
         if key not in DIES_WITH_ITS_TEST}
        for alert in alerts
    ]  # fmt: skip
    return sorted(kept, key=str)


def test_events_within_the_merging_time_make_one_alert(tmp_path: Path) -> None:
    (joined,) = filed([[event()], [event(after_s=60)]], tmp_path / "a.db")
    assert joined.events == 2


def test_events_further_apart_make_two(tmp_path: Path) -> None:
    assert len(filed([[event()], [event(after_s=61)]], tmp_path / "a.db")) == 2


def test_overlapping_cameras_of_one_place_make_one_alert(tmp_path: Path) -> None:
    both = [event(camera="cam-2"), event(camera="cam-1")]
    (joined,) = filed([both], tmp_path / "a.db")
    assert joined.cameras == ("cam-1", "cam-2")
    assert joined.why.endswith("armed always; 2 events joined from 2 cameras")


def test_a_late_event_between_two_alerts_joins_them(tmp_path: Path) -> None:
    apart = [event(), event(after_s=100)]
    (joined,) = filed([apart, [event(after_s=50)]], tmp_path / "a.db")
    assert joined.events == 3


def test_the_most_urgent_event_gives_the_grade_and_the_steps() -> None:
    joined = join(alone(event(label="truck"), TRUCK), alone(event()))
    assert (joined.grade, joined.steps) == (2, ("Look",))


def acknowledged(alert: Alert) -> Alert:
    return msgspec.structs.replace(alert, state="acknowledged", acknowledged_at=alert.opened_at)


def test_an_acknowledged_alert_stays_so_when_more_of_the_same_comes() -> None:
    joined = merged(alone(event(after_s=5)), [acknowledged(alone(event()))])
    assert joined.state == "acknowledged"


def test_an_acknowledged_alert_is_new_again_when_it_becomes_more_urgent() -> None:
    known = acknowledged(alone(event(label="truck"), TRUCK))
    joined = merged(alone(event()), [known])
    assert joined.state == "new"
    assert joined.acknowledged_at is None


def test_joining_an_acknowledged_and_a_new_alert_gives_a_new_one() -> None:
    standing = [acknowledged(alone(event())), alone(event(after_s=100))]
    assert merged(alone(event(after_s=50)), standing).state == "new"


happenings = st.lists(
    st.builds(
        event,
        after_s=st.integers(0, 900).map(float),
        camera=st.sampled_from(["cam-1", "cam-2"]),
        place=st.sampled_from(["depot", "school", "club", "nowhere"]),
        label=st.sampled_from(["person", "truck"]),
        life=st.none() | st.tuples(st.sampled_from("ab"), st.sampled_from(get_args(Phase))),
    ),
    max_size=12,
)


@quick
@given(st.data())
def test_any_order_and_copies_in_batches_give_the_alerts_of_one_by_one(data: st.DataObject) -> None:
    events = data.draw(happenings)
    copies = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    shuffled = data.draw(st.permutations(events + copies))
    cuts = [0, *sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3))), None]
    batches = [shuffled[begin:end] for begin, end in pairwise(cuts)]
    with tempfile.TemporaryDirectory() as folder:
        alone = [[one] for one in sorted(events, key=lambda one: one.time)]
        expected = filed(alone, Path(folder) / "a.db")
        got = filed(batches, Path(folder) / "b.db")
    assert lasting(got) == lasting(expected)


def life(*phases: tuple[Phase, float], place: str = "depot") -> list[Event]:
    """Events of one life, each so long after noon."""
    return [event(after_s=s, place=place, life=("one", phase)) for phase, s in phases]


def test_an_alert_says_that_it_goes_on_and_when_it_ended(tmp_path: Path) -> None:
    begun, goes_on, ended = life(("begin", 0), ("update", 30), ("end", 40))
    (alert,) = filed([[begun], [goes_on]], tmp_path / "a.db")
    assert (alert.ongoing, alert.ended_at) == (1, None)
    (alert,) = filed([[begun], [goes_on], [ended]], tmp_path / "b.db")
    assert (alert.events, alert.ongoing, alert.ended_at) == (3, 0, ended.time)


def test_a_life_is_one_alert_however_long_it_is_silent(tmp_path: Path) -> None:
    (alert,) = filed([life(("begin", 0), ("end", 7200))], tmp_path / "a.db")
    assert (alert.last_at - alert.first_at).total_seconds() == 7200


def test_an_end_that_overtakes_its_begin_opens_the_alert_and_ends_it(tmp_path: Path) -> None:
    begun, ended = life(("begin", 0), ("end", 300))
    (alert,) = filed([[ended], [begun]], tmp_path / "a.db")
    assert (alert.ongoing, alert.ended_at, alert.first_at) == (0, ended.time, begun.time)


def test_a_life_whose_begin_is_lost_opens_one_alert(tmp_path: Path) -> None:
    (alert,) = filed([life(("update", 30)), life(("update", 600))], tmp_path / "a.db")
    assert (alert.events, alert.ongoing) == (2, 1)


def test_a_life_that_outlasts_the_entrys_hours_stays_with_its_alert(tmp_path: Path) -> None:
    happened = life(("begin", 330), ("update", 700), ("end", 800), place="club")
    (alert,) = filed([happened], tmp_path / "a.db")
    assert (alert.events, alert.ongoing) == (3, 0)
    assert filed([life(("begin", 0), ("end", 60), place="club")], tmp_path / "b.db") == []


def test_what_only_brings_a_picture_is_no_further_event(tmp_path: Path) -> None:
    begun = event(life=("one", "begin"))
    shown = event(life=("one", "update"), picture=b"j")
    shown = msgspec.structs.replace(shown, data=msgspec.structs.replace(shown.data, again=True))
    store, filing = empty(tmp_path / "a.db"), Filing(WATCHED, new_id=new_id)
    for one in (begun, shown):
        with store.write() as connection:
            (alert,) = filing(connection, [letter(one)], now_s=1.0)
    with store.read() as connection:
        told = lookup.events_of(connection, alert.id, limit=9)
    store.close()
    assert (alert.events, alert.picture, alert.ongoing) == (1, True, 1)
    assert "1 event from" in alert.why
    assert sorted(each.again for each in told) == [False, True]


def test_another_cameras_episode_of_the_same_name_is_another_life(tmp_path: Path) -> None:
    mine, other = (
        event(after_s=s, camera=camera, life=("one", "begin"))
        for s, camera in ((0, "cam-1"), (600, "cam-2"))
    )
    assert len(filed([[mine], [other]], tmp_path / "a.db")) == 2
