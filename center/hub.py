"""Changes in, a bounded run of blocks out that every console reads at its own pace.

A block is written once for all, and kept until all who listen have read it. A console holds no more
than its place in the run: one that falls behind it has missed something, and goes back to the store
for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

import msgspec

FRAMES = 64
"""At most so many notices make a block."""

MOST_BYTES = 16 << 20
"""Kept for those who are slow: the status of a district is some megabytes, each second."""

Seen = frozenset[str]
"""Ids of the places that someone may see."""


class Notice(msgspec.Struct, frozen=True):
    """What goes down a stream: a named event with JSON, and a revision if it is an alert's.

    known   of a status: the newest revision as it was made
    place   that it is about, if it is about one
    narrow  makes the JSON for who sees some places only
    """

    name: str
    data: bytes
    revision: int = 0
    known: int | None = None
    place: str | None = None
    narrow: Callable[[Seen], bytes] | None = None

    def seen(self, seen: Seen) -> "Notice | None":
        """What of it is for who sees some places only."""
        if self.narrow is not None:
            return msgspec.structs.replace(self, data=self.narrow(seen), narrow=None)
        return self if self.place is None or self.place in seen else None

    @property
    def text(self) -> bytes:
        """As server-sent events have it."""
        number = f"id: {self.revision}\n" if self.revision else ""
        return f"event: {self.name}\n{number}data: ".encode() + self.data + b"\n\n"


class Block(msgspec.Struct, frozen=True, dict=True):
    """Notices that go out together, alerts in the order of their revisions."""

    notices: tuple[Notice, ...]

    @cached_property
    def size(self) -> int:
        """Bytes of JSON."""
        return sum(len(notice.data) for notice in self.notices)

    @cached_property
    def text(self) -> bytes:
        """All of them as one text."""
        return b"".join(notice.text for notice in self.notices)

    @cached_property
    def oldest(self) -> int | None:
        """The first revision in it, if there is one."""
        return min((each.revision for each in self.notices if each.revision), default=None)

    @cached_property
    def _parts(self) -> dict[Seen, "Block"]:
        return {}

    def part(self, seen: Seen | None) -> "Block":
        """What of it is for who sees some places only, made once for all who see the same."""
        if seen is None:
            return self
        if seen not in self._parts:
            mine = (notice.seen(seen) for notice in self.notices)
            self._parts[seen] = Block(tuple(notice for notice in mine if notice is not None))
        return self._parts[seen]

    def after(self, revision: int) -> bytes:
        """What of it is newer than a revision, and what has none."""
        if self.oldest is None or self.oldest > revision:
            return self.text
        newer = [each for each in self.notices if not 0 < each.revision <= revision]
        return b"".join(notice.text for notice in newer)

    def reaches(self, revision: int) -> int:
        """The newest revision known to who knew one and read this."""
        return max(revision, *(notice.revision for notice in self.notices))


class Listener:
    """One console's place in the run."""

    def __init__(self, hub: "Hub") -> None:
        self.hub, self.awake = hub, asyncio.Event()
        self.place = hub.end

    def go_to_the_end(self) -> None:
        """Read on with what comes from now on."""
        self.place = self.hub.end

    @property
    def behind(self) -> bool:
        """Whether something was let go of that this console did not read."""
        return self.place < self.hub.begin

    async def next(self, *, within_s: float) -> Block | None:
        """The next block; None when it is over, when it is behind, or when none came in time."""
        if self.place == self.hub.end and not self.hub.over:
            self.awake.clear()
            try:
                await asyncio.wait_for(self.awake.wait(), within_s)
            except TimeoutError:
                return None
        if self.hub.over or self.behind:
            return None
        block = self.hub.block(self.place)
        self.place += 1
        return block


class Hub:
    """Hands each notice to all listeners. Use it from the event loop only.

    depth       how many blocks are kept for those who are slow
    most_bytes  of them, at most; the newest is always kept
    """

    def __init__(self, *, depth: int = 256, most_bytes: int = MOST_BYTES) -> None:
        self.depth, self.most_bytes = depth, most_bytes
        self._run, self._bytes = deque[Block](), 0
        self._listeners: set[Listener] = set()
        self.end, self.over = 0, False
        self._status: Notice | None = None

    @property
    def begin(self) -> int:
        """The place of the oldest block that is kept."""
        return self.end - len(self._run)

    @property
    def listeners(self) -> int:
        """How many listen; this may be asked from any thread."""
        return len(self._listeners)

    @contextmanager
    def listener(self) -> Iterator[Listener]:
        """A place in the run, from now on."""
        listening = Listener(self)
        self._listeners.add(listening)
        try:
            yield listening
        finally:
            self._listeners.discard(listening)

    def block(self, place: int) -> Block:
        """The block at a place that is kept."""
        return self._run[place - self.begin]

    def status(self, *, since: int) -> Notice | None:
        """The last one, unless it was made before a revision that is known already."""
        last = self._status
        return last if last is not None and (last.known or 0) >= since else None

    def send(self, *notices: Notice) -> None:
        """Hand notices to all."""
        self._status = next((each for each in notices if each.known is not None), self._status)
        for some in _portions(notices):
            self._run.append(block := Block(some))
            self._bytes += block.size
            self.end += 1
        self._let_go()
        self._wake()

    def close(self) -> None:
        """End all streams."""
        self.over = True
        self._wake()

    def _let_go(self) -> None:
        """Drop what all have read, and what is too much for the sake of the slow."""
        read = min((each.place for each in self._listeners), default=self.end)
        while self._run and (self.begin < read or self._is_too_much()):
            self._bytes -= self._run.popleft().size

    def _is_too_much(self) -> bool:
        count = len(self._run)
        return count > self.depth or (count > 1 and self._bytes > self.most_bytes)

    def _wake(self) -> None:
        for listening in self._listeners:
            listening.awake.set()


def _portions(notices: tuple[Notice, ...]) -> Iterable[tuple[Notice, ...]]:
    return (notices[start : start + FRAMES] for start in range(0, len(notices), FRAMES))
