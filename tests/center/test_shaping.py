"""What another version made at the broker is changed, or stays; either way a centre goes on."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from center import consumers, linkkey, shaping
from center.consumers import STREAM
from center.levels import streams
from center.levels.streams import End
from center.membership import BUCKET, LIVES_S
from center.partitions import partition_of, subject_of
from center.pull import Pull
from center.taskstore import Links, key_in
from pipelines.errors import LinkError
from tests.center.centre import PATIENCE_S
from tests.center.linked import broker_in

HERE = partition_of("demo")
NS = 1_000_000_000
UP = End("street", up=True)


async def otherwise(client: Client, **but: Any) -> None:
    """Make a partition's consumer as no version of ours does."""
    name = f"part{HERE:02}"
    await client.jetstream().delete_consumer(STREAM, name)
    made = {"durable_name": name, "filter_subject": subject_of(HERE), "ack_policy": "explicit"}
    await shaping.consumer(client, STREAM, made | but)


async def read_one(client: Client) -> bytes:
    """The next event of the partition, by a centre's own way."""
    await client.jetstream().publish(f"{subject_of(HERE)[:-1]}demo.cam-1.motion", b"here")
    pull = Pull(client)
    async with asyncio.timeout(PATIENCE_S):
        while not (came := await pull.next_batch(frozenset({HERE}))):
            pass
    return bytes(came[0].data)


def test_a_consumer_that_waited_longer_is_changed(tmp_path: Path) -> None:
    async def story() -> None:
        async with broker_in(tmp_path) as client:
            await otherwise(client, ack_wait=90 * NS, max_waiting=512)
            await consumers.make(client)
            info = await client.jetstream().consumer_info(STREAM, f"part{HERE:02}")
            assert info.config.ack_wait == consumers.ACK_WAIT_S
            assert await read_one(client) == b"here"

    asyncio.run(story())


def test_a_consumer_that_cannot_be_changed_is_kept_and_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with broker_in(tmp_path) as client:
            groups = {"priority_groups": ["g"], "priority_policy": "pinned_client"}
            await otherwise(client, max_waiting=100, **groups)
            with caplog.at_level(logging.WARNING):
                await consumers.make(client)
            assert "max waiting can not be updated" in caplog.text
            assert await read_one(client) == b"here"

    asyncio.run(story())


def test_a_link_that_was_made_otherwise_is_changed(tmp_path: Path) -> None:
    async def story() -> None:
        async with broker_in(tmp_path) as client:
            said = {"name": "SAID-up", "subjects": ["out.up"], "retention": "workqueue"}
            await shaping.stream(client, said | {"max_bytes": 1024})
            await streams.make(client, UP, copies=1)
            merge = {"durable_name": "merge", "ack_policy": "explicit", "ack_wait": 90 * NS}
            hears = {"deliver_subject": UP.merge, "max_ack_pending": 500}
            await shaping.consumer(client, "HEARD-down", merge | hears)
            await streams.make(client, UP, copies=1)
            stream = client.jetstream()
            assert ((await stream.stream_info("SAID-up")).config.max_bytes or 0) > 1024
            assert (await stream.consumer_info("HEARD-down", "merge")).config.ack_wait == 5.0

    asyncio.run(story())


def test_a_bucket_of_another_version_is_changed(tmp_path: Path) -> None:
    async def story() -> None:
        async with broker_in(tmp_path) as client:
            await shaping.bucket(client, BUCKET, copies=1, lives_s=60)
            await shaping.bucket(client, BUCKET, copies=1, lives_s=LIVES_S)
            info = await client.jetstream().stream_info(f"KV_{BUCKET}")
            assert info.config.max_age == LIVES_S

    asyncio.run(story())


def test_what_is_not_there_and_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    async def story() -> None:
        async with broker_in(tmp_path) as client:
            with pytest.raises(LinkError, match="replicas > 1 not supported"):
                await shaping.bucket(client, "many", copies=3)

    asyncio.run(story())


def test_centres_show_links_by_the_key_of_the_first(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.key", "two.key")]
    links = [Links(key_in(file)) for file in files]
    first = links[0].key

    async def story() -> None:
        async with broker_in(tmp_path) as client:
            for each, file in zip(links, files, strict=True):
                await linkkey.share(client, each, file)

    asyncio.run(story())
    assert [each.key for each in links] == [file.read_bytes() for file in files] == [first, first]
    assert files[1].stat().st_mode & 0o777 == 0o600
