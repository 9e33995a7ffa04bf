"""Two centres and a broker that are one cluster, and a centre that joins them, all under TLS."""

import json
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import select

from center import config, tables
from center.engines import postgresql
from center.store import Store
from pipelines.flow import Event
from tests.center import postgres
from tests.center.brokers import NODES, Brokers
from tests.center.centre import PATIENCE_S, SECRET, Box, event, eventually
from tocsin import clustering
from tocsin.demo.ports import free_port
from tocsin.pki import work
from tocsin.pki.folder import Folder

pytestmark = [pytest.mark.end_to_end, *postgres.NEEDED]


def shown(name: str) -> dict[str, Any]:
    """TLS of a centre that shows this certificate."""
    own = {"cert": f"pki/{name}.crt", "key": f"pki/{name}.key"}
    return {"tls": {"ca": "pki/ca.crt", **own, "clients": "pki/issued", "crl": "pki/ca.crl"}}


def certify(folder: Path) -> None:
    """An authority, a certificate for the cluster's brokers, one for who joins, one for a box."""
    order = work.Order(Folder(folder / "pki"), datetime.now(UTC).replace(microsecond=0))
    work.init(order, "Test authority", 30)
    hosts = {"centre": ("127.0.0.1",), "joining": ("fourth.example.net",), "box-1": ()}
    for name, named in hosts.items():
        work.issue(order, name, named, days=30, renew=False)


class Cluster:
    """Three brokers under TLS, of which two have a centre, and a fourth centre beside them."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database
        certify(folder)
        store = {"store": {"url": database, "password_file": "secret"}}
        self.brokers = Brokers(folder, centres=("one", "two", "four"), more=shown("centre") | store)
        self.tls = ssl.create_default_context(cafile=folder / "pki/ca.crt")
        self.tls.load_cert_chain(folder / "pki/box-1.crt", folder / "pki/box-1.key")
        known = json.loads(self.brokers.file("two").read_text())
        urls = [f"nats://127.0.0.1:{config.load(self.brokers.file(n)).broker.port}" for n in NODES]
        broker = {"url": ",".join(urls), "mqtt_port": self.brokers.mqtt["two"]}
        joining = {
            **known, **shown("joining"), "state": "four",
            "broker": {**broker, "password_file": "secret"},
            "console": {"port": free_port(), "sign_in": False},
        }  # fmt: skip
        self.brokers.file("four").write_text(json.dumps(joining))

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def send(self, name: str, events: list[Event]) -> None:
        """By way of one broker, until it has them."""
        box = Box(self.brokers.mqtt[name], tls=self.tls)
        try:
            assert box.admitted.wait(PATIENCE_S)
            numbers = {box.send(each) for each in events}
            eventually(lambda: numbers <= box.acked)
        finally:
            box.close()

    def stored(self) -> list[str]:
        with closing(Store(postgresql(self.database, SECRET))) as store, store.read() as connection:
            return sorted(connection.execute(select(tables.events.c.id)).scalars())

    def sound(self) -> bool:
        """What `tocsin cluster check` says by the file of a node."""
        return not clustering.check(config.load(self.brokers.file("two")), Console(quiet=True))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with postgres.served() as server:
        made = Cluster(tmp_path, server.database())
        with stopped(made.brokers):
            made.brokers.start(*NODES)
            yield made


@contextmanager
def stopped(brokers: Brokers) -> Iterator[None]:
    try:
        yield
    finally:
        brokers.stop(*brokers.running)


def test_centres_within_a_cluster_share_the_work_under_tls_and_one_that_joins_takes_over(
    cluster: Cluster,
) -> None:
    events = [event(after_s=number) for number in range(40)]
    eventually(lambda: all("centres=2" in cluster.log(name) for name in ("one", "two")))
    eventually(cluster.sound)
    for number, name in enumerate(NODES):
        cluster.send(name, events[10 * number : 10 * (number + 1)])
    cluster.brokers.start("four")
    eventually(lambda: "centres=3" in cluster.log("four"))
    cluster.brokers.running["one"].kill()
    cluster.brokers.stop("one")
    cluster.send("three", events[30:])
    eventually(lambda: len(cluster.stored()) >= len(events))
    assert cluster.stored() == sorted(each.id for each in events)
    assert not cluster.sound()
