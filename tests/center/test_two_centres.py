"""Two real centres on one real broker and one PostgreSQL, of which one is killed.

Both are told of a broker of others and of a level above, which one at a time speaks to.
"""

import asyncio
import functools
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from benchmarks.postgres import Server
from center import lookup, tables
from center.alert import Alert
from center.broker import program
from center.config import CenterConfig, load
from center.engines import postgresql
from center.filing import Filing
from center.filters import Filters
from center.natsconf import conf
from center.partitions import partition_of
from center.store import Store
from center.watchlist import load as listed
from pipelines.flow import Event, Heartbeat
from pipelines.wire import encode
from tests.center import mosquitto, postgres
from tests.center.centre import NOON, SECRET, WATCH_YAML, Box, Centre, event, eventually
from tests.center.empty import empty
from tests.center.linked import answering
from tests.center.test_crosscheck import letter, new_id
from tests.center.test_finding import kept
from tests.center.test_foreign import box_of
from tocsin.demo.ports import free_port

pytestmark = [pytest.mark.end_to_end, *postgres.NEEDED, *mosquitto.NEEDED]

SITES = {"box-1": "demo", "box-2": "site00001"}
BEAT = Heartbeat(box="box-1", site=SITES["box-1"], time=NOON)
TOGETHER = WATCH_YAML.replace("steps", "merge_s: 500, steps")


BESIDE = """\
inbox:
  mqtt: {{host: 127.0.0.1, port: {inbox}, username: centre, password_file: secret, sites: [demo]}}
level:
  name: court
  above: {{name: street, url: 'nats://127.0.0.1:{above}', password_file: secret}}
"""
ABOVE = "level: {{name: street, port: {above}, below: [{{name: court, password_file: secret}}]}}\n"


def joining(folder: Path, database: str, more: str, broker: Centre | None = None) -> Centre:
    """A centre that joins a broker which others run: the one that the first was made for."""
    folder.mkdir()
    centre = Centre(folder, database=database, more=more)
    own = f"port: {centre.broker_port}, mqtt_port: {centre.mqtt_port}"
    at = broker or centre
    theirs = f"url: 'nats://127.0.0.1:{at.broker_port}', mqtt_port: {at.mqtt_port}"
    text = (folder / "center.yaml").read_text().replace(own, f"{theirs}, password_file: secret")
    (folder / "center.yaml").write_text(text.replace("site: far", f"site: {SITES['box-2']}"))
    centre.mqtt_port = at.mqtt_port
    return centre


class BrokerAlone:
    """nats-server by itself, with the configuration that a centre would give it."""

    def __init__(self, folder: Path, config: CenterConfig, port: int) -> None:
        own = msgspec.structs.replace(config.broker, port=port, url=None)
        self.config = msgspec.structs.replace(config, state=str(folder), broker=own)
        self.file, self.port = folder / "broker.conf", port

    def write(self, *, is_open: bool) -> None:
        """Let nobody in but centres, or boxes as well."""
        self.file.write_text(conf(self.config, password=SECRET, is_open=is_open))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Closed at first."""
        self.write(is_open=False)
        self.process = subprocess.Popen(
            [program(), "-c", str(self.file)], stderr=subprocess.DEVNULL
        )
        try:
            eventually(lambda: asyncio.run(answering(self.port)))
            yield
        finally:
            self.process.terminate()
            self.process.wait()

    def open(self) -> None:
        """Let boxes in, once the consumers are there."""
        self.write(is_open=True)
        self.process.send_signal(signal.SIGHUP)


def test_what_two_centres_made_of_it_is_what_one_makes_also_when_one_is_killed(
    server: Server, tmp_path: Path
) -> None:
    events = [moment(number) for number in range(120)]
    assert {partition_of(site) % 2 for site in SITES.values()} == {0, 1}
    database = server.database()
    with town(tmp_path, database) as (one, two, above, foreign):
        publish(two, TOGETHER)
        eventually(lambda: (one.folder / "watch.yaml").read_text() == TOGETHER)
        eventually(lambda: key_of(one) == key_of(two))
        eventually(lambda: "foreign=live" in log_of(one))
        foreign.say("hb/box-1", encode(BEAT))
        eventually(lambda: two.http.get("/api/boxes").json()["boxes"][0].get("heartbeat"))
        say(foreign, two, events[:60])
        assert "foreign=live" not in log_of(two)
        one.kill()
        say(foreign, two, events[60:])
        eventually(lambda: two.stats()["stored"] == len(events))
        assert "foreign=live session=kept" in log_of(two)
        eventually(lambda: facts_in(above) == facts_in(two))
        assert two.stop() == 0
    with closing(Store(postgresql(database, SECRET))) as store, store.read() as connection:
        stored = connection.execute(select(tables.events.c.id)).scalars().all()
        made = lookup.alerts_page(connection, Filters(), limit=500, before=None)
    assert sorted(stored) == sorted(each.id for each in events)
    assert kept(made) == kept(by_one(events, tmp_path))


def key_of(centre: Centre) -> bytes:
    """By which it makes links of patrols; nobody has copied it."""
    return (centre.folder / "state" / "tasks.key").read_bytes()


@contextmanager
def town(folder: Path, database: str) -> Iterator[tuple[Centre, Centre, Centre, Box]]:
    """Two centres that see each other, the level above them, and a box at a broker of others."""
    port = free_port()
    with ExitStack() as held:
        others = held.enter_context(mosquitto.served(folder / "mosquitto"))
        more = BESIDE.format(inbox=others.port, above=port)
        one = joining(folder / "one", database, more)
        two = joining(folder / "two", database, more, one)
        for name in ("broker", "above"):
            (folder / name).mkdir()
        above = Centre(folder / "above", more=ABOVE.format(above=port))
        alone = BrokerAlone(folder / "broker", load(one.folder / "center.yaml"), one.broker_port)
        held.enter_context(alone.running())
        held.enter_context(running(above))
        held.enter_context(running(one))
        alone.open()
        held.enter_context(running(two))
        for centre in (one, two):
            eventually(functools.partial(sees_two, centre))
        yield one, two, above, held.enter_context(box_of(others))


@contextmanager
def running(centre: Centre) -> Iterator[None]:
    """A centre that is up, and gone at the end."""
    centre.start()
    try:
        yield
    finally:
        if centre.process.poll() is None:
            centre.kill()


def say(foreign: Box, centre: Centre, events: list[Event]) -> None:
    """Events of one site over the broker of others, of the other site over ours."""
    numbers = {foreign.send(one) for one in events if one.data.site == SITES["box-1"]}
    send(centre, [one for one in events if one.data.site != SITES["box-1"]])
    eventually(lambda: numbers <= foreign.acked)


def facts_in(centre: Centre) -> list[tuple[object, ...]]:
    """Alerts as each level has them."""
    shown = centre.http.get("/api/alerts", params={"limit": 500}).json()["alerts"]
    return [(each["id"], each["events"], each["last_at"], each["state"]) for each in shown]


def log_of(centre: Centre) -> str:
    return (centre.folder / "centre.log").read_text()


def publish(centre: Centre, text: str) -> None:
    """In its console; what is sent from then on is filed by it, wherever."""
    seen = centre.http.get("/api/watch-list").headers["etag"]
    answer = centre.http.put("/api/watch-list", json={"text": text}, headers={"If-Match": seen})
    assert answer.status_code == 200


def moment(number: int) -> Event:
    """Events of two sites at one place, in runs with pauses between."""
    after_s = 70 * number + 500 * (number // 10)
    return event(after_s=after_s, site=list(SITES.values())[number % 2])


def send(centre: Centre, events: list[Event]) -> None:
    """Let the boxes of both sites say them, and wait until the broker has them."""
    for name, site in SITES.items():
        with centre.box(name) as box:
            numbers = {box.send(one) for one in events if one.data.site == site}
            eventually(functools.partial(numbers.issubset, box.acked))


def sees_two(centre: Centre) -> bool:
    """Whether a centre knows of the other."""
    return "centres=2" in log_of(centre)


def by_one(events: list[Event], folder: Path) -> list[Alert]:
    """What one centre makes of it, by the same code in one go."""
    filing = Filing(listed(folder / "one/watch.yaml"), new_id=new_id)
    with closing(empty(folder / "alone.db")) as store:
        with store.write() as connection:
            filing(connection, [letter(one) for one in events], now_s=1.0)
        with store.read() as connection:
            return lookup.alerts_page(connection, Filters(), limit=500, before=None)
