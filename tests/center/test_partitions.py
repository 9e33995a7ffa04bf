"""Which centre reads what: every partition has one reader, whoever is there."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from center import consumers
from center.clock import SystemClock
from center.consumers import STREAM
from center.ending import ended
from center.membership import Membership
from center.partitions import ALL, PARTITIONS, consumer_of, partition_of, share
from center.pull import Pull
from tests.builders import quick
from tests.center.centre import PATIENCE_S
from tests.center.linked import broker_in

HERE = f"$MQTT.msgs.pe.{partition_of('demo')}.demo.cam-1.intrusion"


@quick
@given(st.sets(st.integers(0, 999).map(str), min_size=1, max_size=PARTITIONS))
def test_each_partition_has_one_reader_and_each_centre_its_share(members: set[str]) -> None:
    shares = [share(members, member) for member in members]
    assert sorted(number for some in shares for number in some) == sorted(ALL)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_who_is_not_there_reads_nothing() -> None:
    assert share(["a", "b"], "c") == frozenset()


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


def test_who_comes_is_seen_and_who_leaves_makes_room(tmp_path: Path) -> None:
    async def seen() -> list[frozenset[int]]:
        async with broker_in(tmp_path) as client:
            shares = list[frozenset[int]]()
            first, second = (
                Membership(client, SystemClock(), me=name) for name in ("first", "second")
            )
            one = asyncio.create_task(first.keep())
            await until(lambda: first.mine() == ALL)
            other = asyncio.create_task(second.keep())
            await until(lambda: len(first.mine()) == len(second.mine()) == PARTITIONS // 2)
            shares += [first.mine(), second.mine()]
            await ended(one)
            await until(lambda: second.mine() == ALL)
            await ended(other)
            return [*shares, first.mine()]

    assert asyncio.run(seen()) == [
        ALL - frozenset(range(1, 16, 2)),
        frozenset(range(1, 16, 2)),
        frozenset(),
    ]


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 -- what is waited for says nothing by itself
            await asyncio.sleep(0.05)
