"""Which centre reads what: every partition has one reader, whoever is there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from center import consumers
from center.broker import Broker
from center.config import OWN_USER, load
from center.consumers import STREAM
from center.partitions import ALL, PARTITIONS, consumer_of, partition_of, share
from center.pull import Pull
from tests.builders import quick
from tests.center.centre import PATIENCE_S, Centre

HERE = f"$MQTT.msgs.pe.{partition_of('demo')}.demo.cam-1.intrusion"


@quick
@given(st.sets(st.integers(0, 999).map(str), min_size=1, max_size=PARTITIONS))
def test_each_partition_has_one_reader_and_each_centre_its_share(members: set[str]) -> None:
    shares = [share(members, member) for member in members]
    assert sorted(number for some in shares for number in some) == sorted(ALL)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_who_is_not_there_reads_nothing() -> None:
    assert share(["a", "b"], "c") == frozenset()


@asynccontextmanager
async def broker_in(folder: Path) -> AsyncIterator[Client]:
    """A connection to a real broker that is open."""
    Centre(folder)
    (folder / "state").mkdir()
    broker = Broker(load(folder / "center.yaml"))
    keeping = asyncio.create_task(broker.keep())
    await asyncio.wait_for(broker.is_open.wait(), PATIENCE_S)
    client = await nats.connect(broker.url, user=OWN_USER, password=broker.password)
    try:
        yield client
    finally:
        await client.close()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def some_of(pull: Pull, mine: frozenset[int] = ALL) -> list[Msg]:
    """The next messages."""
    async with asyncio.timeout(PATIENCE_S):
        while not (came := await pull.next_batch(mine)):
            pass
    return came


def test_what_an_earlier_version_had_not_acknowledged_is_handed_out_again(tmp_path: Path) -> None:
    async def upgraded() -> list[bytes]:
        async with broker_in(tmp_path) as client:
            stream = client.jetstream()
            whole = ConsumerConfig(
                durable_name="inbox",
                filter_subject="$MQTT.msgs.pe.>",
                ack_policy=AckPolicy.EXPLICIT,
            )
            await stream.add_consumer(STREAM, whole)
            for number in ALL:
                await stream.delete_consumer(STREAM, consumer_of(number))
            await stream.publish(HERE, b"from before")
            await consumers.make(client)
            names = {each.name for each in await stream.consumers_info(STREAM)}
            assert "inbox" not in names
            return [message.data for message in await some_of(Pull(client))]

    assert asyncio.run(upgraded()) == [b"from before"]


def test_a_partition_has_one_reader_until_that_one_lets_go_of_it(tmp_path: Path) -> None:
    async def handed_over() -> list[bytes]:
        async with broker_in(tmp_path) as client:
            stream, first, second = client.jetstream(), Pull(client), Pull(client)
            await stream.publish(HERE, b"1")
            for message in await some_of(first):
                await message.ack_sync()
            assert await second.next_batch(ALL) == []
            await stream.publish(HERE, b"2")
            (came,) = await some_of(first)
            await came.ack_sync()
            assert await second.next_batch(ALL) == []
            await first.release()
            await stream.publish(HERE, b"3")
            return [message.data for message in await some_of(second)]

    assert asyncio.run(handed_over()) == [b"3"]
