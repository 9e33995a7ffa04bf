"""A configuration in, its broker alone out: one more of several that centres use."""

import asyncio
import gc
import signal
import sys

from center.broker import Broker
from center.config import CenterConfig
from center.ending import alone, ended
from center.service import begin_log, make_state
from pipelines.errors import ConfigError


def run(config: CenterConfig) -> None:
    """Run until SIGTERM or SIGINT. Raises ConfigError."""
    if config.broker.cluster is None:
        raise ConfigError(
            "a broker alone is one of several - at $.broker.cluster; see docs/guide/cluster.md"
        )
    begin_log()
    make_state(config)
    gc.freeze()  # as the centre's
    asyncio.run(alone(_until_signal(Broker(config))))


async def _until_signal(broker: Broker) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(part) for part in (broker.keep(), _told(broker))]
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([tasks[0], stopping], return_when=asyncio.FIRST_COMPLETED)
    await ended(*tasks, stopping)
    for task in done:
        task.result()


async def _told(broker: Broker) -> None:
    """The line on stdout for which whoever started us waits."""
    await broker.is_open.wait()
    sys.stdout.write(f"broker={broker.url}\n")
    sys.stdout.flush()
