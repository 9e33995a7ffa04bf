"""Partitions in, batches of their messages out, each as soon as its first message is there.

One request of each partition is under way at a time; the next goes out when it is used up, while
the batch before is filed. A reader that another has taken the place of is told so, and asks anew.
"""

import asyncio
from collections import deque

from nats.aio.client import Client
from nats.aio.msg import Msg

from center import consumers
from center.partitions import partition_in

_EXPIRES_S = 1.0
_GRACE_S = 0.5
_LOOK_S = 0.25
_LEAST = 64
_BYTES = 1 << 20
"""That are filed at once, and about as much again may wait: what waits for long comes again."""
_ORDINARY = ("404", "408")
_NOT_PINNED = "423"


class Asked:
    """What is under way of one partition.

    wanted  messages that may still come
    over_s  when to ask again, by the event loop's clock: then the request is over for sure
    pin     by which the broker knows that we are its reader
    """

    def __init__(self) -> None:
        self.wanted, self.over_s = 0, 0.0
        self.pin: str | None = None


class Pull:
    """Asks the consumers for messages and hands them out.

    batch  at most so many at once
    """

    def __init__(self, client: Client, *, batch: int = 500) -> None:
        self.client, self.batch = client, batch
        self.inbox = client.new_inbox()
        self.asked: dict[int, Asked] = {}
        self.mine: frozenset[int] = frozenset()
        self._came = deque[Msg]()
        self._mean_bytes = 512.0
        self._awake = asyncio.Event()
        self._listens = False
        self._loop = asyncio.get_running_loop()

    async def next_batch(self, mine: frozenset[int]) -> list[Msg]:
        """Messages of these partitions that have come; none when the wait was in vain."""
        await self._take_over(mine)
        await self._ask()
        if not self._came:
            self._awake.clear()
            try:
                async with asyncio.timeout(_LOOK_S):
                    await self._awake.wait()
            except TimeoutError:
                return []
        batch = self._taken()
        await self._ask()
        return batch

    def _taken(self) -> list[Msg]:
        """Of what has come, the first; a message may be one event or many."""
        taken, size = list[Msg](), 0
        while self._came and len(taken) < self.batch and size < _BYTES:
            taken.append(self._came.popleft())
            size += len(taken[-1].data)
        return taken

    async def release(self) -> None:
        """Let others in at once. Raises LinkError."""
        await self._take_over(frozenset())

    async def _take_over(self, mine: frozenset[int]) -> None:
        """Read these from now on, and leave the others to who reads them next.

        What has come of those already is filed all the same.
        """
        gone, self.mine = self.mine - mine, mine
        strayed = [number for number in self.asked if number not in mine]
        for number in sorted(gone | {n for n in strayed if self.asked[n].pin is not None}):
            self.asked.pop(number, None)
            await consumers.unpin(self.client, number)

    async def _ask(self) -> None:
        """Ask where a request is used up or over, unless enough has come already.

        What waits here for long is handed out again, as if we had died with it.
        """
        if not self._listens:
            self._listens = True
            await self.client.subscribe(f"{self.inbox}.*", cb=self._hear)
        if len(self._came) >= self.batch:
            return
        now_s, each = self._loop.time(), self._each()
        for number in self.mine:
            asked = self.asked.setdefault(number, Asked())
            if asked.over_s > now_s:
                continue
            asked.wanted, asked.over_s = each, now_s + _EXPIRES_S + _GRACE_S
            await consumers.ask_for(
                self.client, number, batch=each, expires_s=_EXPIRES_S, pin=asked.pin,
                inbox=f"{self.inbox}.{number}",
            )  # fmt: skip

    def _each(self) -> int:
        """Messages to ask of one partition: fewer when they are large."""
        shares = max(1, len(self.mine))
        most = max(_LEAST, self.batch // shares)
        return max(1, min(most, int(_BYTES / shares / self._mean_bytes)))

    async def _hear(self, message: Msg) -> None:
        headers = message.headers or {}
        status = headers.get("Status")
        if status and not message.data:
            self._note(int(message.subject.rpartition(".")[2]), status)
            return
        asked = self.asked.setdefault(partition_in(message.subject), Asked())
        asked.pin = headers.get("Nats-Pin-Id", asked.pin)
        asked.wanted -= 1
        self._mean_bytes += (len(message.data) - self._mean_bytes) / 16
        if asked.wanted <= 0:
            asked.over_s = 0.0
        self._came.append(message)
        self._awake.set()

    def _note(self, number: int, status: str) -> None:
        """The broker says that a request is over, and why."""
        asked = self.asked.setdefault(number, Asked())
        if status == _NOT_PINNED:
            asked.pin = None
        asked.wanted = 0
        ordinary = status in (*_ORDINARY, _NOT_PINNED)
        asked.over_s = 0.0 if ordinary else self._loop.time() + _GRACE_S  # it is being prepared
        self._awake.set()
