"""A community whose brokers are three below a district whose brokers are three, all real."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from center import config
from center.asking import ask
from center.clock import SystemClock
from tests.center.brokers import NODES, Brokers
from tests.center.centre import PATIENCE_S, WATCH_YAML, Box, event, eventually
from tocsin.demo.ports import free_port

pytestmark = pytest.mark.end_to_end

COMMUNITY, DISTRICT = "shiyan", "donghu"


class Levels:
    """Six brokers, of which the first of each three has a centre."""

    def __init__(self, folder: Path) -> None:
        ports = {name: free_port() for name in NODES}
        urls = ",".join(f"nats://127.0.0.1:{port}" for port in ports.values())
        above = {"name": DISTRICT, "url": urls, "password_file": "secret"}
        below = [{"name": COMMUNITY, "password_file": "secret"}]
        self.community = made(folder / COMMUNITY, {
            name: {"level": {"name": COMMUNITY, "above": above}} for name in NODES
        })  # fmt: skip
        self.district = made(folder / DISTRICT, {
            name: {"level": {"name": DISTRICT, "port": port, "below": below}}
            for name, port in ports.items()
        })  # fmt: skip
        (folder / COMMUNITY / "watch.yaml").write_text(WATCH_YAML)

    def alerts(self, of: Brokers) -> list[dict[str, Any]]:
        port = config.load(of.file("one")).console.port
        answer = httpx.get(f"http://127.0.0.1:{port}/api/alerts", params={"limit": 500})
        return list(answer.json()["alerts"])


def made(folder: Path, each: dict[str, dict[str, Any]]) -> Brokers:
    folder.mkdir()
    return Brokers(folder, centres=("one",), each=each)


@pytest.fixture
def levels(tmp_path: Path) -> Iterator[Levels]:
    found = Levels(tmp_path)
    both = (found.community, found.district)
    try:
        for brokers in both:
            brokers.begin(*NODES)
        for brokers in both:
            brokers.wait(*NODES)
        yield found
    finally:
        for brokers in both:
            brokers.stop(*brokers.running)


def send(brokers: Brokers, name: str, *after_s: float) -> None:
    """Events by way of one broker, until it has them."""
    box = Box(brokers.mqtt[name])
    try:
        assert box.admitted.wait(PATIENCE_S)
        numbers = {box.send(event(after_s=each)) for each in after_s}
        eventually(lambda: numbers <= box.acked)
    finally:
        box.close()


async def copies(of: Brokers) -> dict[str, int]:
    """On how many brokers what is under way between the levels is."""
    made = config.load(of.file("one"))
    assert made.broker.cluster is not None
    facts = await ask(made, made.broker.cluster, SystemClock())
    return {f"{each.name} of {each.link}": each.copies for each in facts.streams or () if each.link}


def test_alerts_and_what_is_done_go_between_two_clusters_also_when_each_has_lost_a_broker(
    levels: Levels,
) -> None:
    send(levels.community, "two", 0)
    (alert,) = eventually(lambda: levels.alerts(levels.district))
    port = config.load(levels.district.file("one")).console.port
    url = f"http://127.0.0.1:{port}/api/alerts/{alert['id']}/acknowledge"
    assert httpx.post(url, json={}).is_success
    eventually(lambda: levels.alerts(levels.community)[0]["state"] == "acknowledged")
    kept = {of: asyncio.run(copies(of)) for of in (levels.community, levels.district)}
    assert kept[levels.community] == {"SAID-up of ABOVE": 3, "HEARD-down of ABOVE": 3}
    assert set(kept[levels.district].values()) == {3}
    levels.community.stop("three")
    levels.district.stop("two")
    send(levels.community, "two", 2000, 4000, 6000)
    eventually(lambda: len(levels.alerts(levels.district)) == 4)
