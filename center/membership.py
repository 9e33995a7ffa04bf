"""A connection to the broker in, the partitions that are ours to read out.

Each centre says every moment that it is there, in a bucket of the broker's that forgets it soon.
All look at the same names, and each takes its share of them; that a partition is not read twice is
not up to them but to the broker, which pins it (`center.consumers`).
"""

import asyncio
import logging

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from center import consumers, shaping
from center.partitions import share
from pipelines.clock import Clock
from pipelines.errors import LinkError
from pipelines.trouble import Trouble

BUCKET = "centres"
LIVES_S, BEAT_S, LASTS_S = 3.0, 0.7, 2.0
"""How long the bucket knows a centre, how often it speaks, how long it relies on what it saw."""

_SUBJECT = f"$KV.{BUCKET}"
_log = logging.getLogger("center.membership")


class _State(msgspec.Struct):
    subjects: dict[str, int] | None = None


class _Told(msgspec.Struct):
    state: _State | None = None


class Membership:
    """Says that we are there, and sees who else is.

    me  sorts after those who were there before: a UUIDv7
    """

    def __init__(self, client: Client, clock: Clock, *, me: str) -> None:
        self.client, self.clock, self.me = client, clock, me
        self.members: tuple[str, ...] = ()
        self._seen_s = float("-inf")
        self._awake = asyncio.Event()
        self.trouble = Trouble(_log, "membership")

    def mine(self) -> frozenset[int]:
        """The partitions that are ours to read; none while we do not see who is there."""
        is_known = self.clock.ticks_s() - self._seen_s < LASTS_S
        return share(self.members, self.me) if is_known else frozenset()

    async def keep(self) -> None:
        """Say and see for ever; at the end, say that we left."""
        is_ready = False
        try:
            while True:
                try:
                    if not is_ready:
                        await self._open()
                        is_ready = True
                    await self.look()
                    self.trouble.note("")
                except (nats.errors.Error, OSError, LinkError) as error:
                    self.trouble.note(f"{type(error).__name__}: {error}")
                await self._rest()
        finally:
            await self.leave()

    async def look(self) -> None:
        """Say once that we are there, and see who is. Raises LinkError."""
        begun_s = self.clock.ticks_s()
        await self.client.jetstream().publish(f"{_SUBJECT}.{self.me}", b"")
        asked = msgspec.json.encode({"subjects_filter": f"{_SUBJECT}.>"})
        told = await self.client.request(f"$JS.API.STREAM.INFO.KV_{BUCKET}", asked, timeout=2)
        state = msgspec.json.decode(told.data, type=_Told).state
        if state is None:
            raise LinkError("the broker does not say which centres there are")
        names = tuple(sorted(each.rpartition(".")[2] for each in state.subjects or ()))
        if names != self.members:
            _log.info("centres=%d partitions=%r", len(names), sorted(share(names, self.me)))
        self.members, self._seen_s = names, begun_s

    async def leave(self) -> None:
        """Make room at once."""
        self.members = ()
        try:
            await self.client.jetstream().purge_stream(
                f"KV_{BUCKET}", subject=f"{_SUBJECT}.{self.me}"
            )
        except (nats.errors.Error, OSError) as error:
            _log.debug("membership=left why=%r", str(error))

    async def _open(self) -> None:
        """Make the bucket, as safe as the events are, and hear who comes."""
        copies = await consumers.copies(self.client)
        await shaping.bucket(self.client, BUCKET, copies=copies, lives_s=LIVES_S)
        await self.client.subscribe(f"{_SUBJECT}.*", cb=self._hear)

    async def _hear(self, message: Msg) -> None:
        if message.subject.rpartition(".")[2] not in self.members:
            self._awake.set()

    async def _rest(self) -> None:
        """Until the next time, or somebody comes."""
        self._awake.clear()
        try:
            async with asyncio.timeout(BEAT_S):
                await self._awake.wait()
        except TimeoutError:
            return
