"""Changes in, one bounded queue per console out; who is too slow is cut off and resumes."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

_log = logging.getLogger("center.hub")


class Notice(msgspec.Struct, frozen=True):
    """What goes down a stream: a named event with JSON, and a revision if it is an alert's."""

    name: str
    data: bytes
    revision: int = 0


class Hub:
    """Hands each notice to all listeners. Use it from the event loop only."""

    def __init__(self, *, depth: int = 1000) -> None:
        self.depth = depth
        self._queues: set[asyncio.Queue[Notice | None]] = set()

    @property
    def listeners(self) -> int:
        """How many listen; this may be asked from any thread."""
        return len(self._queues)

    @contextmanager
    def listener(self) -> Iterator["asyncio.Queue[Notice | None]"]:
        """A queue of notices; `None` in it means that it is over."""
        queue = asyncio.Queue[Notice | None](self.depth + 1)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def send(self, notice: Notice) -> None:
        """Hand a notice to all; a listener whose queue is full is cut off."""
        for queue in list(self._queues):
            if queue.qsize() < self.depth:
                queue.put_nowait(notice)
            else:
                _log.warning("console=slow depth=%d", self.depth)
                self._end(queue)

    def close(self) -> None:
        """End all streams."""
        for queue in list(self._queues):
            self._end(queue)

    def _end(self, queue: "asyncio.Queue[Notice | None]") -> None:
        self._queues.discard(queue)
        queue.put_nowait(None)
