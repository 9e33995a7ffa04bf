"""What three levels do about an alert, told in any order and any number of times, ends the same."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.postgres import Server
from center import rollups
from center.alert import Alert
from center.levels import hours, ledger, merging, outgoing, places
from center.levels.folding import folded
from center.levels.outgoing import ABOVE, News
from center.levels.shared import SharedAlert, SharedEntries, SharedEntry, SharedHours, named
from center.lifecycle import (
    SAID,
    Accept,
    Acknowledge,
    Arrive,
    Close,
    Dispatch,
    Escalate,
    RefusedError,
    Shelve,
    Step,
    Taking,
    Tick,
    Unshelve,
    Withdraw,
    Work,
    take,
)
from center.logbook import changes
from center.places import Place
from center.rollups import Span
from center.steps import ConflictError
from center.store import Store
from center.timers import Timers
from center.watchlist import WatchList
from pipelines.wire import encode
from tests.builders import quick
from tests.center import postgres
from tests.center.centre import NOON, event
from tests.center.desks import Office

LEVELS = ("community", "street", "district")


class Post(NamedTuple):
    """A message on its way: whose, over which link, to whom."""

    to: int
    came: str
    body: SharedAlert | SharedEntries


class Town:
    """Three centres, one above the other, and what is under way between them."""

    def __init__(self, stores: list[Store]) -> None:
        self.offices = [Office(store) for store in stores]
        self.under_way: list[Post] = []
        self.delivered: list[Post] = []

    def say(self, at: int) -> None:
        """Let a level tell those beside it what is new."""
        office, level = self.offices[at], LEVELS[at]
        if at < 2 and (news := outgoing.news_for_above(office.store, level)):
            self._send(at, at + 1, level, news, f"alerts/{ABOVE}")
        below = LEVELS[at - 1]
        if at and (news := outgoing.news_for_below(office.store, level, below)):
            self._send(at, at - 1, ABOVE, news, f"entries/{below}")

    def _send(self, at: int, to: int, came: str, news: News, cursor: str) -> None:
        for _, body in news.messages:
            assert isinstance(body, SharedAlert | SharedEntries)
            self.under_way.append(Post(to, came, body))
        outgoing.note_told(self.offices[at].store, cursor, news.cursor)

    def deliver(self, which: int) -> None:
        """Hand over one of the messages, whatever its turn."""
        post = self.under_way.pop(which % len(self.under_way))
        self.delivered.append(post)
        self.hand(post)

    def hand(self, post: Post) -> None:
        """Let a level take a message in."""
        office, level = self.offices[post.to], LEVELS[post.to]
        how: dict[str, Any] = {"level": level, "came": post.came, "now": office.working.now()}
        wire = msgspec.json.encode(post.body)
        body = msgspec.json.decode(wire, type=SharedAlert | SharedEntries)
        with office.store.write() as connection:
            if isinstance(body, SharedAlert):
                merging.merge_alert(connection, body, **how)
            else:
                merging.merge_entries(connection, body.alert, body.entries, **how)

    def settle(self) -> None:
        """Tell and deliver until nobody has anything to say."""
        for _ in range(20):
            for at in range(3):
                self.say(at)
            if not self.under_way:
                return
            while self.under_way:
                self.deliver(0)
        raise AssertionError("they never stop talking")

    def seen(self, at: int, alert_id: str) -> dict[str, Any]:
        """An alert as a level has it, with names as all have them."""
        alert, level = self.offices[at].alert(alert_id), LEVELS[at]
        plain = dict(msgspec.to_builtins(alert))
        for key in ("revision", "home"):
            del plain[key]
        return plain | {key: named(plain[key], level) for key in ("seat", "patrol")}

    def entries(self, at: int, alert_id: str) -> set[str]:
        """Ids of the entries that a level knows."""
        with self.offices[at].store.read() as connection:
            return {each.id for each in ledger.entries_of(connection, alert_id)}

    def agrees(self, alert_id: str) -> dict[str, Any]:
        """The alert, which is the same at all levels."""
        self.settle()
        first, *others = (self.seen(at, alert_id) for at in range(3))
        assert others == [first, first]
        known, *rest = (self.entries(at, alert_id) for at in range(3))
        assert rest == [known, known]
        return first


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("town")
    with ExitStack() as stack:
        yield Town(
            [stack.enter_context(closing(Store(folder / f"{level}.db"))) for level in LEVELS]
        )


def opened(town: Town) -> Alert:
    """An alert of its own, of the community."""
    office = town.offices[0]
    office.clock.at_s += 10_000
    for other in town.offices[1:]:
        other.clock.at_s = office.clock.at_s
    return office.file(
        event(after_s=office.clock.at_s - NOON.timestamp(), life=(str(office.clock.at_s), "begin"))
    )


def attempt(town: Town, at: int, alert_id: str, step: Step, seat: str = "seat-1") -> bool:
    office = town.offices[at]
    office.clock.at_s += 1
    try:
        return office.working.step(alert_id, step, office.asks(seat)) is not None
    except (ConflictError, RefusedError):
        return False


def undo(town: Town, at: int, alert_id: str) -> None:
    office = town.offices[at]
    try:
        office.working.undo(alert_id, office.asks())
    except ConflictError:
        return


def steps(town: Town) -> list[Callable[[int, str], object]]:
    def take(step: Step) -> Callable[[int, str], object]:
        return lambda at, alert_id: attempt(town, at, alert_id, step)

    def shelve(at: int, alert_id: str) -> None:
        until = town.offices[at].working.now() + HALF_AN_HOUR
        attempt(town, at, alert_id, Shelve(until=until, reason="roadworks"))

    def note(at: int, alert_id: str) -> None:
        town.offices[at].working.note(alert_id, "the gate is open", town.offices[at].asks())

    return [
        take(Acknowledge()), take(Dispatch(patrol="car-1")), take(Arrive()),
        take(Close(outcome="real")), take(Tick(number=0)), take(Tick(number=1)),
        lambda at, alert_id: undo(town, at, alert_id), shelve, note,
    ]  # fmt: skip


DAY, HALF_AN_HOUR = timedelta(days=1), timedelta(minutes=30)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("do"), st.integers(0, 2), st.integers(0, 8)),
        st.tuples(st.just("say"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("deliver"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("again"), st.integers(0, 99), st.just(0)),
    ),
    max_size=25,
)


@settings(parent=quick, max_examples=15)
@given(moves)
def test_any_order_and_any_copies_end_the_same(
    town: Town, wanted: list[tuple[str, int, int]]
) -> None:
    alert_id = opened(town).id
    town.settle()
    does = steps(town)
    for what, first, second in wanted:
        if what == "do":
            does[second](first, alert_id)
        elif what == "say":
            town.say(first)
        elif what == "deliver" and town.under_way:
            town.deliver(first)
        elif what == "again" and town.delivered:
            town.hand(town.delivered[first % len(town.delivered)])
    town.agrees(alert_id)


def told_of(town: Town, what: str) -> list[str]:
    """Who did something about the newest alert, as the district's log has it."""
    alert = max(town.offices[2].alerts(), key=lambda each: each.id)
    return [line.by for line in town.offices[2].log(alert.id) if line.what == what]


def test_of_two_who_take_it_on_while_cut_off_the_earlier_has_it_and_both_are_in_the_log(
    town: Town,
) -> None:
    alert_id = opened(town).id
    town.settle()
    town.offices[0].clock.at_s += 5
    assert attempt(town, 0, alert_id, Acknowledge())  # 5 s after the district
    assert attempt(town, 2, alert_id, Acknowledge(), seat="seat-7")
    agreed = town.agrees(alert_id)
    assert (agreed["state"], agreed["seat"]) == ("acknowledged", "district/seat-7")
    assert sorted(told_of(town, "acknowledged")) == ["community/seat-1", "seat-7"]


def test_a_step_taken_in_sight_of_another_stays_behind_it_whatever_the_clocks_say(
    town: Town,
) -> None:
    alert_id = opened(town).id
    town.offices[2].clock.at_s += 3600
    town.settle()
    assert attempt(town, 2, alert_id, Acknowledge())
    town.settle()
    assert attempt(town, 0, alert_id, Close(outcome="real"))
    assert town.agrees(alert_id)["state"] == "closed"


def test_what_is_undone_is_undone_everywhere(town: Town) -> None:
    alert_id = opened(town).id
    town.settle()
    assert attempt(town, 2, alert_id, Close(outcome="test"))
    town.settle()
    undo(town, 2, alert_id)
    agreed = town.agrees(alert_id)
    assert (agreed["state"], agreed["outcome"], agreed["seat"]) == ("new", None, None)


def test_events_that_join_go_up_and_an_older_telling_of_them_changes_nothing(town: Town) -> None:
    alert = opened(town)
    town.say(0)
    old = [post for post in town.under_way if post.to == 1][-1]
    town.settle()
    office = town.offices[0]
    after_s = office.clock.at_s - NOON.timestamp() + 10
    assert office.file(event(after_s=after_s, camera="cam-2")).id == alert.id
    assert list(town.agrees(alert.id)["cameras"]) == ["cam-1", "cam-2"]
    town.hand(old)
    assert list(town.agrees(alert.id)["cameras"]) == ["cam-1", "cam-2"]


class TestWithPostgresql:
    """A street whose store is a database; the others have files."""

    pytestmark = postgres.NEEDED

    @pytest.fixture
    def mixed(self, server: Server, tmp_path: Path) -> Iterator[Town]:
        where = (tmp_path / "community.db", server.engines(), tmp_path / "district.db")
        with ExitStack() as stack:
            yield Town([stack.enter_context(closing(Store(each))) for each in where])

    def test_it_ends_the_same_there(self, mixed: Town) -> None:
        alert_id = opened(mixed).id
        mixed.settle()
        assert attempt(mixed, 0, alert_id, Acknowledge())
        assert attempt(mixed, 1, alert_id, Dispatch(patrol="car-1"))
        assert attempt(mixed, 2, alert_id, Acknowledge())
        agreed = mixed.agrees(alert_id)
        assert (agreed["state"], agreed["patrol"]) == ("dispatched", "street/car-1")
        assert attempt(mixed, 2, alert_id, Close(outcome="real"))
        assert mixed.agrees(alert_id)["outcome"] == "real"
        lower, upper = mixed.offices[0].store, mixed.offices[1].store
        with lower.read() as below, upper.write() as above:
            for _, _, told in hours.news(below):
                hours.merge(above, told)
            assert hours.news(above)


def test_only_the_centre_that_made_an_alert_lets_it_rise(town: Town) -> None:
    alert_id = opened(town).id
    town.settle()
    for office in town.offices:
        office.clock.at_s += 3000
        Timers(office.working).run_once()
    agreed = town.agrees(alert_id)
    assert agreed["level"] == 1
    assert told_of(town, "escalated") == ["community/centre"]


@quick
@given(st.lists(st.integers(0, 9), max_size=10))
def test_without_others_the_entries_come_to_what_the_steps_made(numbers: list[int]) -> None:
    base = Work(acknowledge_by=NOON)
    work, entries = base, list[SharedEntry]()
    for stamp, number in enumerate(numbers, 1):
        try:
            after = take(work, PLAIN[number], TAKING)
        except RefusedError:
            continue
        was, data = changes(work, after)
        entries.append(
            SharedEntry(
                id=str(stamp), level="a", stamp=stamp, at=NOON, by=TAKING.by,
                what=SAID[type(PLAIN[number])], before=work.state, after=after.state, data=data,
                was=was,
            )
        )  # fmt: skip
        work = after
    assert folded(base, entries[::-1]) == work


TAKING = Taking(at=NOON, by="seat-1", grade=2, within_s=60, top=99)
PLAIN: list[Step] = [
    Acknowledge(), Dispatch(patrol="car-1"), Accept(patrol="car-1"), Arrive(), Tick(number=1),
    Close(outcome="not_real", cause="animal"), Shelve(until=NOON + HALF_AN_HOUR, reason="works"),
    Unshelve(), Escalate(to="street"), Withdraw(),
]  # fmt: skip


def test_hours_go_up_grow_and_are_told_once(town: Town) -> None:
    lower, upper = town.offices[0].store, town.offices[1].store
    span = Span(since=NOON - 9 * DAY, until=NOON + 999 * DAY)

    def tell() -> int:
        with lower.write() as connection:
            found = hours.news(connection)
            hours.note_told(connection, [(cursor, mark) for cursor, mark, _ in found])
        with upper.write() as connection:
            for _, _, told in found[::-1] * 2:
                wire = msgspec.json.decode(encode(told), type=SharedHours)
                hours.merge(connection, wire)
        return len(found)

    opened(town)
    assert tell() > 0
    opened(town)
    assert tell() > 0
    assert tell() == 0
    with lower.read() as below, upper.read() as above:
        assert rollups.events_by_hour(above, span) == rollups.events_by_hour(below, span) != []


def test_places_of_a_level_lie_in_its_place_and_ours_stay_ours() -> None:
    ours = WatchList(
        places=(place("street"), place("lake", "street"), place("school", called="Ours"))
    )
    told = {
        "lake": (place("lake"), place("pier", "lake"), place("school")),
        "park": (place("gate"),),
    }
    whole = places.together(ours, told, "street")
    assert {each.id: each.parent for each in whole.places} == {
        "street": None, "lake": "street", "school": None, "pier": "lake", "gate": "street",
    }  # fmt: skip
    assert whole.tree.places["school"].name == "Ours"


def place(name: str, parent: str | None = None, *, called: str = "") -> Place:
    return Place(id=name, name=called or name, parent=parent, grade=3)
