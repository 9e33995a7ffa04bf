"""Two real centres on one real broker and one PostgreSQL, of which one is killed."""

import asyncio
import functools
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
from pipelines.flow import Event
from tests.center import postgres
from tests.center.centre import SECRET, WATCH_YAML, Centre, event, eventually
from tests.center.empty import empty
from tests.center.linked import answering
from tests.center.test_crosscheck import letter, new_id
from tests.center.test_finding import kept

pytestmark = [pytest.mark.end_to_end, *postgres.NEEDED]

TOGETHER = WATCH_YAML.replace("steps", "merge_s: 500, steps")
SITES = {"box-1": "demo", "box-2": "site00001"}


def joining(folder: Path, database: str, broker: Centre | None = None) -> Centre:
    """A centre that joins a broker which others run: the one that the first was made for."""
    folder.mkdir()
    centre = Centre(folder, database=database)
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
    database = server.database()
    one = joining(tmp_path / "one", database)
    two = joining(tmp_path / "two", database, one)
    (tmp_path / "broker").mkdir()
    alone = BrokerAlone(tmp_path / "broker", load(tmp_path / "one/center.yaml"), one.broker_port)
    events = [moment(number) for number in range(120)]
    assert {partition_of(site) % 2 for site in SITES.values()} == {0, 1}
    with alone.running():
        one.start()
        alone.open()
        two.start()
        for centre in (one, two):
            eventually(functools.partial(sees_two, centre.folder))
        publish(two, TOGETHER)
        send(two, events[:60])
        one.kill()
        send(two, events[60:])
        eventually(lambda: two.stats()["stored"] == len(events))
        assert two.stop() == 0
    with closing(Store(postgresql(database, SECRET))) as store, store.read() as connection:
        stored = connection.execute(select(tables.events.c.id)).scalars().all()
        made = lookup.alerts_page(connection, Filters(), limit=500, before=None)
    assert sorted(stored) == sorted(each.id for each in events)
    assert (one.folder / "watch.yaml").read_text() == TOGETHER
    assert kept(made) == kept(by_one(events, tmp_path))


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


def sees_two(folder: Path) -> bool:
    """Whether a centre knows of the other."""
    return "centres=2" in (folder / "centre.log").read_text()


def by_one(events: list[Event], folder: Path) -> list[Alert]:
    """What one centre makes of it, by the same code in one go."""
    filing = Filing(listed(folder / "one/watch.yaml"), new_id=new_id)
    with closing(empty(folder / "alone.db")) as store:
        with store.write() as connection:
            filing(connection, [letter(one) for one in events], now_s=1.0)
        with store.read() as connection:
            return lookup.alerts_page(connection, Filters(), limit=500, before=None)
