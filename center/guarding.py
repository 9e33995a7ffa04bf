"""The broker's log in, an alarm out for each box that oversteps its rights.

An alarm is an event that the centre files in the box's name, at most one a minute for each, and
an alert follows from it whatever the watch list asks for.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import nats.errors
from nats.aio.client import Client

from center.alert import Alert
from center.arrivals import put_events
from center.config import CenterConfig
from center.filing import Filing
from center.happening import arrived
from center.link import Reached, connected
from center.logtail import LogTail
from center.natsconf import LOG, SYSTEM_USER
from center.overreach import SHOWN, Connection, What, overreaches, servers
from center.refusals import UNKNOWN, Refusals
from center.store import Store
from pipelines.clock import Clock
from pipelines.errors import StoreError
from pipelines.flow import Event, Facts
from pipelines.wire import event_from

LOOK_S, ALARM_S = 1.0, 60.0
_ASK = "$SYS.REQ.SERVER.{}.CONNZ"
_OPEN_AND_CLOSED = 2
_ANSWER_S = 2.0
_REMEMBERED = 4096
_log = logging.getLogger("center.guarding")


class _Client(msgspec.Struct):
    authorized_user: str = ""


class _Clients(msgspec.Struct):
    connections: tuple[_Client, ...] = ()


class _Answer(msgspec.Struct):
    data: _Clients


class Guarding:
    """Reads, asks the broker who that was, counts, and raises the alarm; for ever."""

    def __init__(
        self, config: CenterConfig, broker: Reached, store: Store, filing: Filing, clock: Clock,
        tell: Callable[[], None],
    ) -> None:  # fmt: skip
        self.broker, self.store, self.filing = broker, store, filing
        self.clock, self.tell = clock, tell
        self.sites = {speaker.box: speaker.site for speaker in config.boxes}
        self.refusals = Refusals()
        self.tail = LogTail(Path(config.state) / LOG)
        self._servers: dict[int, str] = {}
        self._users: dict[Connection, str] = {}
        self._untold: Counter[str] = Counter()
        self._alarmed_s: dict[str, float] = {}

    async def keep(self) -> None:
        """Run for ever."""
        async with connected(self.broker, user=SYSTEM_USER) as client:
            while True:
                lines = await asyncio.to_thread(self.tail.lines)
                self._servers |= servers(lines)
                for tried in overreaches(lines):
                    self._note(await self._user(client, tried.by), tried.what, tried.subject)
                while self.filing.bounds.caught:
                    claim = self.filing.bounds.caught.popleft()
                    self._note(claim.box, claim.what, claim.subject[:SHOWN])
                await self._raise_alarms()
                await asyncio.sleep(LOOK_S)

    async def _user(self, client: Client, by: Connection) -> str:
        """Whose a connection is or was, by what the broker let it in as."""
        if by not in self._users:
            if len(self._users) >= _REMEMBERED:
                self._users.clear()
            server = self._servers.get(by.broker)
            self._users[by] = await _asked(client, server, by.number) if server else UNKNOWN
        return self._users[by]

    def _note(self, user: str, what: What, subject: str) -> None:
        """Remember for the next alarm; a watcher's is told of in the status only."""
        self.refusals.note(user, what, subject, now_s=self.clock.now_s())
        if user in self.sites:
            self._untold[user] += 1
        elif not self._untold[user]:
            self._untold[user] = 0
            _log.warning("user=%s refused=%s subject=%r", user, what, subject)

    async def _raise_alarms(self) -> None:
        due = {box: count for box, count in self._untold.items() if self._is_due(box, count)}
        if not due:
            return
        events = [self._event(box, count) for box, count in due.items()]
        try:
            changed = await asyncio.to_thread(self._file, events)
        except StoreError as error:
            _log.warning("store=trouble why=%r", str(error))
            return
        for box, count in due.items():
            self._untold[box] -= count
            self._alarmed_s[box] = self.clock.ticks_s()
            _log.warning("box=%s state=overreaching refused=%d", box, count)
        if changed:
            self.tell()

    def _is_due(self, box: str, count: int) -> bool:
        alarmed_s = self._alarmed_s.get(box, float("-inf"))
        return count > 0 and self.clock.ticks_s() - alarmed_s >= ALARM_S

    def _event(self, box: str, count: int) -> Event:
        """The box is its own camera, and the place is where the watch list begins."""
        top = next((each.id for each in self.filing.watch_list.places if not each.parent), box)
        facts = Facts(
            site=self.sites[box], camera=box, place=top, rule="box-overreach", count=count
        )
        now_s = self.clock.now_s()
        return event_from(facts, happened_s=now_s, new_id=self.filing.new_id)

    def _file(self, events: list[Event]) -> tuple[Alert, ...]:
        now_s = self.clock.now_s()
        with self.store.write() as connection:
            fresh = put_events(connection, events, received_s=now_s)
            happened = [arrived(event) for event in fresh]
            return self.filing.cross_check(connection, happened, now_s=now_s)


async def _asked(client: Client, server: str, number: int) -> str:
    """The user of a connection; a certificate's subject ends with whose it is.

    server  that has it: of several brokers, each numbers its own
    """
    question = msgspec.json.encode({"cid": number, "auth": True, "state": _OPEN_AND_CLOSED})
    try:
        told = await client.request(_ASK.format(server), question, timeout=_ANSWER_S)
        found = msgspec.json.decode(told.data, type=_Answer).data.connections
    except (nats.errors.Error, OSError, msgspec.DecodeError):
        return UNKNOWN
    user = found[0].authorized_user if found else ""
    return user.rpartition("CN=")[2] or UNKNOWN
