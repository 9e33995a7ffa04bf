"""Places, cameras, patrols, health, search and feedback: what the API shows beside the alerts."""

from datetime import UTC, datetime, timedelta

import pytest

from center.boxes import Boxes, BoxState
from center.config import Speaker
from center.entries import Entry, Leg, Together, What
from center.feedback import feedback
from center.filters import Filters
from center.ladder import above
from center.lifecycle import Cause, Close, Outcome
from center.patrolling import Patrolling
from center.patrols import patrols
from center.places import Camera, Place
from center.placing import Placing
from center.searching import understood
from center.store import Store
from center.strip import strip
from center.tasks import Told
from center.watchlist import WatchList
from center.weakening import health
from pipelines.flow import CameraLife, CameraState, Heartbeat, RuleState
from pipelines.wire import encode
from tests.center.centre import NOON, event
from tests.center.desks import CAR, Office

DISTRICT = Place(id="donghu", name="Donghu", kind="district", grade=4)
STREET = Place(id="lake", name="Lake street", kind="street", parent="donghu", grade=4)
HOMES = Place(id="homes", name="Lake homes", kind="community", parent="lake", grade=3)
DEPOT = Place(
    id="depot", name="Depot yard", parent="homes", grade=2, at=(120.0, 30.0),
    cameras=(Camera(id="cam-1", bearing_deg=90.0), Camera(id="cam-9")),
)  # fmt: skip
SCHOOL = Place(id="school", name="School", parent="lake", grade=1, at=(120.2, 30.2))
TREE = WatchList(
    places=(DISTRICT, STREET, HOMES, DEPOT, SCHOOL),
    entries=(
        Entry(place="lake", rule="intrusion", merge_s=60, steps=("Look",)),
        Entry(place="depot", rule="camera-blind", steps=("Call",)),
    ),
)


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store, TREE)


def boxes(desk: Office, **states: CameraLife) -> Boxes:
    """A box whose cameras are at the depot, in these states."""
    known = Boxes((Speaker(box="box-1", site="demo", password="x"),), desk.clock)
    told = tuple(
        CameraState(camera=name.replace("_", "-"), place="depot", state=state)
        for name, state in states.items()
    )
    beat = Heartbeat(box="box-1", site="demo", time=NOON, cameras=told)
    known.hear("box-1", encode(beat))
    return known


def states(desk: Office, **lives: CameraLife) -> tuple[BoxState, ...]:
    return boxes(desk, **lives).states()


def test_an_alert_rises_from_its_community_to_its_street_and_its_district() -> None:
    assert above(TREE, "depot") == ("homes", "lake", "donghu")
    assert above(TREE, "school") == ("lake", "donghu")
    assert above(TREE, "nowhere") == ()


def test_a_place_counts_what_is_open_there_and_below(desk: Office) -> None:
    desk.file(event())
    closed = desk.file(event(after_s=3600))
    desk.working.step(closed.id, Close(outcome="real"), desk.asks())
    placing = Placing(desk.store, boxes(desk, cam_1="live").states, lambda: TREE)
    page = placing.places(limit=3, cursor=None)
    assert [view.place.id for view in page.places] == ["depot", "donghu", "homes"]
    rest = placing.places(limit=3, cursor=page.next)
    assert [view.place.id for view in rest.places] == ["lake", "school"]
    counted = {view.place.id: (view.open, view.gravest) for view in page.places + rest.places}
    assert counted == {
        "depot": (1, 2), "donghu": (1, 2), "homes": (1, 2), "lake": (1, 2), "school": (0, None),
    }  # fmt: skip
    whole = placing.place("homes")
    assert whole is not None
    assert [view.place.id for view in whole.holds] == ["depot"]
    assert [(view.camera, view.state) for view in whole.cameras] == [
        ("cam-1", "live"), ("cam-9", "unheard"),
    ]  # fmt: skip
    assert [entry.rule for entry in whole.entries] == ["intrusion"]
    assert len(whole.alerts) == 2
    assert placing.place("nowhere") is None


def test_a_camera_has_its_cone_and_its_alerts(desk: Office) -> None:
    alert = desk.file(event())
    placing = Placing(desk.store, boxes(desk, cam_1="blind").states, lambda: TREE)
    found = placing.camera("cam-1", box="box-1")
    assert found is not None
    assert (found.camera.state, found.camera.bearing_deg, found.camera.at) == (
        "blind", 90.0, (120.0, 30.0),
    )  # fmt: skip
    assert [one.id for one in found.alerts] == [alert.id]
    assert placing.camera("cam-1", box="box-2") is None
    assert [
        view.camera for view in placing.cameras(place="school", limit=9, cursor=None).cameras
    ] == []


WAITING = WatchList(
    places=TREE.places,
    entries=(
        Entry(place="school", rule="intrusion", steps=("Look",)),
        Entry(place="lake", rule="intrusion", label="person", grade=2, steps=("Look",)),
        Entry(place="homes", rule="loitering", steps=("Look",)),
        Entry(place="depot", rule="door-forced", steps=("Go",)),
        Entry(place="depot", rule="intrusion", device="cam-9", steps=("Look",)),
        Entry(place="lake", then=(Leg(rule="intrusion"), Leg(rule="motion", within_s=9)),
              steps=("Look",)),
        Entry(place="lake", together=Together(
            what=(What(rule="intrusion"), What(rule="motion")), within_s=9), steps=("Look",)),
    ),
)  # fmt: skip


def test_entries_that_no_armed_rule_of_a_camera_there_feeds_are_named_the_gravest_first(
    desk: Office,
) -> None:
    def unfed(*rules: RuleState, why: str = "") -> list[int]:
        known = boxes(desk)
        told = CameraState(
            camera="cam-1", place="depot", state="live", rules=rules, disarmed_why=why
        )
        beat = Heartbeat(box="box-1", site="demo", time=NOON, cameras=(told,))
        known.hear("box-1", encode(beat))
        return [each.entry for each in health(WAITING, known.states(), broker=True).unfed]

    intrusion = RuleState(id="in", rule="intrusion")
    assert unfed(intrusion) == [0, 4, 2, 5]
    assert unfed(RuleState(id="in", rule="intrusion", classes=("car",))) == [0, 1, 4, 2, 5]
    assert unfed(intrusion, RuleState(id="stay", rule="loitering")) == [0, 4, 5]
    assert unfed(intrusion, RuleState(id="stay", rule="loitering", armed=False)) == [0, 4, 2, 5]
    assert unfed(intrusion, why="no purpose") == [0, 1, 4, 2, 5, 6]
    assert unfed() == []  # nobody has told of any rule


def test_a_camera_whose_place_the_watch_list_does_not_have_is_named_unless_it_is_of_a_level_below(
    desk: Office,
) -> None:
    known = boxes(desk, cam_1="live")
    strange = CameraState(camera="cam-2", place="depto", state="live")
    beat = Heartbeat(box="box-1", site="demo", time=NOON, cameras=(strange,))
    known.hear("box-1", encode(beat))
    known.hear_level("south", known.own())
    told = health(TREE, known.states(), broker=True)
    assert [(view.box, view.camera, view.place) for view in told.unplaced] == [
        ("box-1", "cam-2", "depto")
    ]
    assert health(TREE, states(desk, cam_1="live"), broker=True).unplaced == ()


def test_health_is_sorted_by_harm_and_names_what_each_fault_weakens(desk: Office) -> None:
    told = health(TREE, states(desk, cam_1="live", cam_9="lost"), broker=True)
    (depot,) = told.places
    assert (depot.blind, depot.live, [view.camera for view in depot.faulty]) == (
        False,
        1,
        ["cam-9"],
    )
    assert [(weak.entry, weak.rule, weak.grade) for weak in depot.weakens] == [(0, "intrusion", 2)]
    blind = health(TREE, states(desk, cam_1="blind", cam_9="lost"), broker=True)
    assert (blind.places[0].blind, blind.live, blind.cameras) == (True, 0, 2)


def test_the_silence_of_a_box_blinds_its_places(desk: Office) -> None:
    known = boxes(desk, cam_1="live", cam_9="live")
    assert health(TREE, known.states(), broker=True).places == ()
    desk.clock.at_s += 60
    told = health(TREE, known.states(), broker=True)
    assert (told.places[0].blind, [box.box for box in told.boxes]) == (True, ["box-1"])


def test_ready_patrols_come_first_the_nearest_before(desk: Office) -> None:
    page = patrols(desk.working, near="school")
    assert [(view.id, view.state) for view in page.patrols] == [
        ("car-1", "ready"), ("foot-2", "ready"),
    ]  # fmt: skip
    assert page.patrols[0].distance_m is not None
    alert = desk.file(event())
    sent = desk.working.dispatch(alert.id, CAR, desk.asks())
    assert sent is not None
    Patrolling(desk.working).told(sent.link.removeprefix("/p/"), Told(step="arrived"))
    first, last = patrols(desk.working, near="school").patrols
    assert (first.id, last.id, last.state, last.position) == (
        "foot-2", "car-1", "arrived", DEPOT.at,
    )  # fmt: skip


def test_words_of_a_search_narrow_it_and_wrong_ones_say_so() -> None:
    tokens, wanted = understood(
        "place:homes rule:intrusion grade:1 grade:2 state:open camera:cam-1 ab12-ff", TREE
    )
    assert [token.wrong for token in tokens] == [None] * 7
    assert wanted == Filters(
        places=frozenset({"homes", "depot"}), rules=("intrusion",), grades=(1, 2),
        states=("open",), cameras=("cam-1",), number="ab12-ff",
    )  # fmt: skip
    tokens, wanted = understood("place:mars rule:x grade:9 colour:red from:later someone", TREE)
    assert all(token.wrong for token in tokens)
    assert wanted == Filters()


def test_days_of_a_search_are_those_of_its_zone_and_their_end_is_meant() -> None:
    _, wanted = understood("from:2026-03-01 to:2026-03-01", TREE, zone="Asia/Shanghai")
    start = datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert (wanted.since, wanted.until) == (start, start + timedelta(days=1))


def test_the_strip_counts_each_alert_once(desk: Office) -> None:
    for hours in range(5):
        desk.file(event(after_s=hours * 3600.0))
    desk.file(event(after_s=9000.0, place="school"))
    with desk.store.read() as connection:
        told = strip(connection, Filters())
    assert (told.total, sum(told.density), told.since) == (6, 6, NOON)
    assert [(lane.place, sum(lane.counts)) for lane in told.lanes] == [("depot", 5), ("school", 1)]


def test_feedback_shows_which_rule_to_tune(desk: Office) -> None:
    ends: list[tuple[Outcome, str]] = [
        ("real", "cam-1"), ("not_real", "cam-1"), ("not_real", "cam-2"), ("no_trace", "cam-1"),
    ]  # fmt: skip
    for number, (outcome, camera) in enumerate(ends):
        alert = desk.file(event(after_s=number * 3600.0, camera=camera))
        cause: Cause | None = "animal" if outcome == "not_real" else None
        desk.working.step(alert.id, Close(outcome=outcome, cause=cause), desk.asks())
        desk.clock.at_s += 3 * 86400
    with desk.store.read() as connection:
        until = desk.working.now()
        told = feedback(connection, since=NOON, until=until, places=None)
        other = feedback(connection, since=NOON, until=until, places=frozenset({"school"}))
    assert (told.judged.real, told.judged.not_real, told.judged.precision) == (1, 2, 0.333)
    assert told.judged.causes == {"animal": 2}
    first, second = told.rules
    assert (first.camera, first.judged.precision, first.judged.no_trace) == ("cam-1", 0.5, 1)
    assert (second.camera, second.judged.precision) == ("cam-2", 0.0)
    assert [(week.judged.real, week.judged.not_real) for week in first.weeks] == [(1, 1), (0, 0)]
    assert other.rules == ()
