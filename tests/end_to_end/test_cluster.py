"""Three real brokers that are one: what is wrong with them is found, whatever it is."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from nats.aio.client import Client
from rich.console import Console

from center import config, shaping
from center.ailing import findings
from center.asking import ask
from center.clock import SystemClock
from center.consumers import STREAM
from center.ending import ended
from center.partitions import ALL
from center.pull import Pull
from center.store import Store
from pipelines.errors import ConfigError
from tests.center.brokers import NODES, Brokers
from tests.center.centre import SECRET
from tests.center.linked import linked
from tocsin import clustering

pytestmark = pytest.mark.end_to_end
PATIENCE_S = 180.0


@pytest.fixture
def brokers(tmp_path: Path) -> Iterator[Brokers]:
    found = Brokers(tmp_path)
    try:
        found.start(*NODES)
        Store(tmp_path / "one" / "center.db").close()
        yield found
    finally:
        found.stop(*found.running)


def checked(brokers: Brokers) -> tuple[int, list[tuple[str, str]]]:
    """The exit code, and about what it was said."""
    file = brokers.folder / "found.json"
    code = clustering.check(config.load(brokers.file("one")), Console(quiet=True), json_file=file)
    return code, [(each["grade"], each["about"]) for each in json.loads(file.read_bytes())]


@contextlib.asynccontextmanager
async def reading(brokers: Brokers) -> AsyncIterator[Client]:
    """Somebody reads all partitions."""
    port = config.load(brokers.file("one")).broker.port
    async with linked(f"nats://127.0.0.1:{port}", SECRET) as client:
        pull = Pull(client)

        async def keep() -> None:
            while True:
                await pull.next_batch(ALL)

        work = asyncio.create_task(keep())
        try:
            yield client
        finally:
            await ended(work)


class Ahead(SystemClock):
    """A clock that is wrong by three seconds."""

    def now_s(self) -> float:
        return super().now_s() + 3.0


async def apart(brokers: Brokers) -> set[str]:
    """About what is said that its clock is behind, by a machine whose clock is ahead."""
    made = config.load(brokers.file("one"))
    assert made.broker.cluster is not None
    facts = await ask(made, made.broker.cluster, Ahead())
    assert 0 < facts.disk < 1
    return {each.about for each in findings(facts) if "behind this machine's" in each.what}


async def eventually(brokers: Brokers, wanted: set[tuple[str, str]]) -> int:
    """Check until just that is said; the exit code."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        code, said = await asyncio.to_thread(checked, brokers)
        if set(said) == wanted:
            return code
        assert asyncio.get_running_loop().time() < deadline, said


def test_what_is_wrong_with_a_cluster_is_found_and_a_sound_one_passes(brokers: Brokers) -> None:
    code, said = checked(brokers)
    assert (code, said) == (1, [("wrong", "partitions")]), "no centre reads anything yet"

    async def story() -> None:
        async with reading(brokers) as client:
            assert await eventually(brokers, set()) == 0
            assert await apart(brokers) == {f"broker {name}" for name in NODES}
            await shaping.bucket(client, "alone", copies=1)
            assert await eventually(brokers, {("wrong", "stream KV_alone")}) == 1
            await client.jetstream().delete_stream("KV_alone")
            await client.jetstream().delete_consumer(STREAM, "part03")
            assert await eventually(brokers, {("wrong", "consumer part03")}) == 1
            await asyncio.to_thread(brokers.stop, "three")
            code, said = await asyncio.to_thread(checked, brokers)
            assert code == 1
            assert {("wrong", "broker three"), ("wrong", "consumer part03")} <= set(said)
            await asyncio.to_thread(brokers.stop, "two")
            gone = {("wrong", f"broker {name}") for name in ("two", "three")}
            assert await eventually(brokers, {*gone, ("wrong", "streams")}) == 1

    asyncio.run(story())


def test_a_broker_that_is_alone_is_told_where_to_read(tmp_path: Path) -> None:
    (tmp_path / "watch.yaml").write_text("places: []\n")
    (tmp_path / "center.yaml").write_text("watch_list: watch.yaml\n")
    with pytest.raises(ConfigError, match=r"docs/guide/cluster\.md"):
        clustering.check(config.load(tmp_path / "center.yaml"), Console(quiet=True))


@pytest.mark.parametrize(
    ("nodes", "me", "said"),
    [
        ({"one": "127.0.0.1:1", "two": "127.0.0.1:2"}, "one", "2 brokers cannot outvote"),
        (dict.fromkeys(NODES, "127.0.0.1:1"), "four", "no node is named 'four'"),
        (dict.fromkeys(NODES, "10.0.0.1:1"), "one", r"at \$\.broker\.cluster\.nodes"),
    ],
)
def test_a_cluster_that_cannot_be_is_refused_with_key_and_fix(
    tmp_path: Path, nodes: dict[str, str], me: str, said: str
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    among = {"me": me, "nodes": nodes, "password_file": "secret"}
    content = {"watch_list": "watch.yaml", "broker": {"cluster": among}}
    (tmp_path / "center.yaml").write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=said):
        config.load(tmp_path / "center.yaml")
