"""Two readers of one broker in, how long each partition waits when one comes or dies out.

python -m benchmarks.bench_takeover

Both read by the code of a centre, the membership and the pull, from a real nats-server, to whose
sixteen partitions a message comes every twentieth of a second. The second reader is a process: it
joins, and is killed with SIGKILL. Told are how long the first goes on to read what is not its own
any more, from when it sees the second; and how long each partition of the second waits, from the
kill until the first has a message of it. What had been handed to the dead and was not acknowledged
comes after 5 s.
"""

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable
from tempfile import TemporaryDirectory

import nats
import numpy as np
import uuid_utils
from nats.aio.client import Client
from rich.console import Console

from center.broker import Broker
from center.clock import SystemClock
from center.config import OWN_USER, CenterConfig
from center.config import Broker as BrokerConfig
from center.membership import Membership
from center.partitions import ALL, PARTITIONS, partition_in
from center.pull import Pull
from tocsin.demo.ports import free_port

_EVERY_S = 0.05
_PATIENCE_S = 60.0


async def _read(
    client: Client, hear: Callable[[int], None], member: Membership | None = None
) -> None:
    """Read our share for ever, and acknowledge."""
    mine = member or Membership(client, SystemClock(), me=str(uuid_utils.uuid7()))
    keeping, pull = asyncio.create_task(mine.keep()), Pull(client)
    try:
        while True:
            for message in await pull.next_batch(mine.mine()):
                hear(partition_in(message.subject))
                await message.ack()
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def _second(url: str, password: str) -> None:
    """What the process that dies does."""

    async def read() -> None:
        client = await nats.connect(url, user=OWN_USER, password=password)
        await _read(client, lambda _: None)

    asyncio.run(read())


async def _speak(client: Client) -> None:
    while True:
        for number in ALL:
            await client.publish(f"$MQTT.msgs.pe.{number}.site.camera.rule", b".")
        await asyncio.sleep(_EVERY_S)


@contextlib.asynccontextmanager
async def _broker() -> AsyncIterator[Broker]:
    with TemporaryDirectory() as folder:
        ports = BrokerConfig(port=free_port(), mqtt_port=free_port(), sync="2m", max_file_gib=1)
        broker = Broker(CenterConfig(state=folder, watch_list="", broker=ports))
        keeping = asyncio.create_task(broker.keep())
        try:
            await broker.is_open.wait()
            yield broker
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


async def _measured() -> tuple[list[float], list[float]]:
    """Seconds of each partition that is handed over, and of each that is taken over."""
    heard = dict.fromkeys(range(PARTITIONS), 0.0)
    first = dict[int, float]()

    def hear(number: int) -> None:
        heard[number] = time.perf_counter()
        first.setdefault(number, heard[number])

    async with _broker() as broker:
        client = await nats.connect(broker.url, user=OWN_USER, password=broker.password)
        member = Membership(client, SystemClock(), me=str(uuid_utils.uuid7()))
        tasks = [
            asyncio.create_task(_speak(client)),
            asyncio.create_task(_read(client, hear, member)),
        ]
        await _until(lambda: len(first) == PARTITIONS)
        spawned = multiprocessing.get_context("spawn")
        second = spawned.Process(target=_second, args=(broker.url, broker.password))
        second.start()
        await _until(lambda: len(member.members) > 1)
        joined_s = time.perf_counter()
        await asyncio.sleep(3)
        theirs = ALL - member.mine()
        handed = [heard[number] - joined_s for number in theirs]
        first.clear()
        second.kill()
        killed_s = time.perf_counter()
        await _until(lambda: len(first) == PARTITIONS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.close()
        second.join()
    return handed, [first[number] - killed_s for number in theirs]


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 -- what is waited for says nothing by itself
            await asyncio.sleep(0.02)


def main() -> None:
    """Measure and print."""
    handed, taken = asyncio.run(_measured())
    said = Console()
    for what, waits in (("handed over, last read before", handed), ("taken over", taken)):
        said.print(f"{what}: median {np.median(waits):.2f} s, most {max(waits):.2f} s")


if __name__ == "__main__":
    main()
