"""The broker's stream in, that its disk is older than what it said before, and by how much, out.

Whoever puts a copy of yesterday in the place of the broker's disk takes away what it was given
since: boxes let go of it when they were told that it is safe. Nobody but us knows how far it was.
"""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import nats.errors
from nats.aio.client import Client

from center.broker import Broker
from center.consumers import STREAM
from center.link import Reached, connected
from center.listfile import write_whole
from pipelines.clock import Clock
from pipelines.errors import ConfigError

FILE = "broker.seen"
_LOOK_S = 1.0
_log = logging.getLogger("center.rewinding")


class Rewound(msgspec.Struct, frozen=True, kw_only=True):
    """A broker that went back.

    at        when that was seen
    messages  of boxes that it had taken in and knows no more, as far as we had seen: those that
              are not in the store by then are lost, and so may be some that it took in after
    """

    at: datetime
    messages: int


class _Seen(msgspec.Struct, frozen=True):
    """The last message's number in the stream, and when that was last less than before."""

    number: int = 0
    rewound: Rewound | None = None


class Rewinding:
    """Looks each second, and remembers across restarts; a file that cannot be read is none."""

    def __init__(self, broker: Reached, state: Path, clock: Clock) -> None:
        self.broker, self.path, self.clock = broker, state / FILE, clock
        self.seen = _Seen()
        with contextlib.suppress(OSError, msgspec.DecodeError):
            self.seen = msgspec.json.decode(self.path.read_bytes(), type=_Seen)
        if isinstance(broker, Broker):  # what boxes send at once would hide what is gone
            broker.before_opening = self._look

    @property
    def rewound(self) -> Rewound | None:
        """When the broker went back last, if it ever did."""
        return self.seen.rewound

    async def keep(self) -> None:
        """Run for ever."""
        async with connected(self.broker) as client:
            while True:
                await self._look(client)
                await asyncio.sleep(_LOOK_S)

    async def _look(self, client: Client) -> None:
        number = await _last_of(client)
        if number is not None and number != self.seen.number:
            await asyncio.to_thread(self._note, number)

    def _note(self, number: int) -> None:
        if (gone := self.seen.number - number) > 0:
            at = datetime.fromtimestamp(self.clock.now_s(), UTC)
            self.seen = _Seen(number, Rewound(at=at, messages=gone))
            _log.critical("broker=rewound messages=%d why=its disk is older than it was", gone)
        else:
            self.seen = _Seen(number, self.seen.rewound)
        with contextlib.suppress(ConfigError):  # its disk is full; we go on by memory
            write_whole(self.path, msgspec.json.encode(self.seen))


async def _last_of(client: Client) -> int | None:
    """Number of the stream's last message; None while nobody answers."""
    try:
        return (await client.jetstream().stream_info(STREAM)).state.last_seq
    except (nats.errors.Error, OSError):
        return None
