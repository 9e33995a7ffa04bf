"""Several centres that share the work: whatever happens to them, the alerts are those of one."""

import asyncio
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats.errors
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from center import lookup, tables
from center.clock import SystemClock
from center.filing import Filing
from center.inbox import Inbox
from center.letter import Letter
from center.partitions import partition_in, partition_of, share
from center.store import Store
from pipelines.errors import StoreError
from pipelines.flow import Event
from tests.builders import quick
from tests.center.empty import empty
from tests.center.test_crosscheck import letter, new_id
from tests.center.test_finding import ALL, Town, at, badge, kept, listed, over

WATCHED = listed(*ALL)
SITES = ("demo", "far", "north")


@dataclass
class Message:
    """One that was handed out; it comes again until it is acknowledged."""

    subject: str
    data: bytes
    is_acked: bool = False
    reader: "Reader | None" = None

    async def ack(self) -> None:
        """A reader that was killed acknowledges nothing more."""
        if self.reader is not None and self.reader.is_killed:
            raise nats.errors.ConnectionClosedError
        self.is_acked = True


@dataclass
class Broker:
    """What the real one does with its partitions: hand out, and hand out again."""

    waiting: deque[Message] = field(default_factory=deque)
    out: list[Message] = field(default_factory=list)

    def put(self, events: Sequence[Event]) -> None:
        for each in map(letter, events):
            site = each.subject.split(".")[4]
            subject = each.subject.replace(".pe.3.", f".pe.{partition_of(site)}.")
            self.waiting.append(Message(subject, each.payload))

    def hand_out(self, mine: frozenset[int], most: int, reader: "Reader") -> list[Message]:
        some = [each for each in self.waiting if partition_in(each.subject) in mine][:most]
        for each in some:
            self.waiting.remove(each)
            each.reader = reader
        self.out += some
        return some

    def hand_out_again(self) -> None:
        """What nobody acknowledged in time comes after what is newer."""
        self.waiting += [each for each in self.out if not each.is_acked]
        self.out = []


class Dying(Filing):
    """Files, and dies in the middle of it where it is told to."""

    dies = False

    def __call__(
        self, connection: Connection, letters: Sequence[Letter], *, now_s: float
    ) -> tuple[Any, ...]:
        changed = super().__call__(connection, letters, now_s=now_s)
        if self.dies:
            raise StoreError("killed before the commit")
        return changed


class Reader:
    """A centre's inbox, the real one, before a broker that is none."""

    def __init__(self, name: str, broker: Broker, store: Store) -> None:
        self.name, self.broker, self.store = name, broker, store
        self.is_killed, self.most = False, 100
        self.mine: frozenset[int] = frozenset()
        self.held: list[Message] = []
        self.filing = Dying(WATCHED, new_id=new_id)
        pull: Any = self
        self.inbox = Inbox(pull, store, self.filing, clock=SystemClock(), tell=lambda: None)

    async def next_batch(self, _: frozenset[int]) -> list[Message]:
        held, self.held = self.held, []
        return held or self.broker.hand_out(self.mine, self.most, self)

    def run(self) -> None:
        """One batch; what goes wrong is a reader's own trouble."""
        try:
            asyncio.run(self.inbox.run_once())
        except (StoreError, nats.errors.Error):
            self.is_killed = True


class Centres:
    """Those that are there, and what happens to them."""

    def __init__(self, store: Store, broker: Broker) -> None:
        self.store, self.broker, self.number = store, broker, 0
        self.there: list[Reader] = []
        self.frozen: list[Reader] = []
        self.join()

    def join(self) -> None:
        self.number += 1
        self._changed([*self.there, Reader(f"{self.number:03}", self.broker, self.store)])

    def _changed(self, there: list[Reader]) -> None:
        """Who is there now shares out the partitions."""
        self.there = there
        for each in there:
            each.mine = share([other.name for other in there], each.name)

    def happen(self, what: str, which: int, most: int) -> None:
        reader = self.there[which % len(self.there)]
        reader.most = most
        if what == "join":
            self.join()
        elif what == "again":
            self.broker.hand_out_again()
        elif what == "thaw" and self.frozen:
            self.frozen.pop().run()
        elif what == "freeze":
            reader.held = self.broker.hand_out(reader.mine, most, reader)
            self.frozen.append(reader)
            self._leaves(reader)
        elif what == "file":
            reader.run()
        else:
            reader.filing.dies, reader.is_killed = what == "kill", True
            reader.run()
            self._leaves(reader)

    def _leaves(self, reader: Reader) -> None:
        self._changed([each for each in self.there if each is not reader])
        if not self.there:
            self.join()

    def finish(self) -> None:
        """All that is left is read by those who are left, and the frozen come back."""
        while self.frozen:
            self.frozen.pop().run()
        while self.broker.out or self.broker.waiting:
            for each in self.there:
                each.most = 100
                each.run()
            self.broker.hand_out_again()


happenings = st.lists(
    st.one_of(
        st.builds(
            at,
            st.integers(0, 400).map(float),
            st.sampled_from(["intrusion", "door-forced", "camera-blind", "signal-loss"]),
            site=st.sampled_from(SITES),
            camera=st.sampled_from(["cam-1", "cam-2"]),
            place=st.sampled_from(["yard", "hall"]),
            life=st.none() | st.tuples(st.sampled_from("ab"), st.sampled_from(["begin", "end"])),
        ),
        st.builds(over, st.integers(0, 400).map(float), site=st.sampled_from(SITES)),
        st.builds(badge, st.integers(0, 400).map(float)),
        st.builds(at, st.integers(0, 900).map(float), st.just("patrol-passed")),
    ),
    max_size=12,
)  # fmt: skip
fates = st.lists(
    st.tuples(
        st.sampled_from(["file", "kill", "kill unheard", "freeze", "thaw", "join", "again"]),
        st.integers(0, 3),
        st.integers(1, 5),
    ),
    max_size=14,
)


@contextmanager
def town() -> Iterator[Town]:
    with tempfile.TemporaryDirectory() as folder, closing(empty(Path(folder) / "a.db")) as store:
        yield Town(store, WATCHED)


@quick
@given(happenings, fates)
def test_kills_joins_freezes_and_redeliveries_make_the_alerts_of_one(
    events: list[Event], told: list[tuple[str, int, int]]
) -> None:
    with town() as alone:
        alone.file(*events)
        alone.wait(0, 2000)
        expected, stored = kept(alone.alerts()), ids(alone.store)
    with town() as shared:
        broker = Broker()
        broker.put(events)
        centres = Centres(shared.store, broker)
        for fate in told:
            centres.happen(*fate)
        centres.finish()
        shared.wait(0, 2000)
        assert kept(shared.alerts()) == expected
        assert ids(shared.store) == stored
        with shared.store.read() as connection:
            assert lookup.counters(connection).get("stored", 0) == len(stored)


def ids(store: Store) -> set[str]:
    """Of the events that are stored."""
    with store.read() as connection:
        return set(connection.execute(select(tables.events.c.id)).scalars())
