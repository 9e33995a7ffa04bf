"""Parts of one camera's film in, what one viewer is sent out, at the pace at which it takes it."""

import asyncio
from collections import deque

from pipelines.liveview import Part

MOST_BYTES = 1 << 20
"""That wait for one viewer; who is slower goes on at the next keyframe."""


class Viewer:
    """One open film. Use it from the event loop only.

    by      who looks
    missed  how often it was too slow
    """

    def __init__(self, by: str) -> None:
        self.by = by
        self.parts: deque[bytes] = deque()
        self.size = self.missed = 0
        self.run: int | None = None
        self.at_key = False
        self.over = False
        self.awake = asyncio.Event()

    def offer(self, begins: Part, part: Part) -> None:
        """Take a part of the film that begins so; another film than its own ends it."""
        if self.run is None:
            self._begin(begins, part)
        elif begins.run != self.run:
            self.end()
        elif part.key or not self.at_key:
            self._keep(part)

    def _begin(self, begins: Part, part: Part) -> None:
        if part.key:
            self.run = begins.run
            self._put(begins.data)
            self._put(part.data)

    def _keep(self, part: Part) -> None:
        """Keep a part; what waits is let go of when it is too much, but for how a film begins."""
        if self.size > MOST_BYTES:
            self.parts.clear()
            self.size, self.missed, self.at_key = 0, self.missed + 1, True
        if part.key or not self.at_key:
            self.at_key = False
            self._put(part.data)

    def skip(self) -> None:
        """Something is missing: go on at the next keyframe."""
        self.at_key = self.run is not None

    def end(self) -> None:
        """No more comes."""
        self.over = True
        self.awake.set()

    async def next(self, *, within_s: float) -> bytes | None:
        """All that waits, as one; nothing if none came in time or it is over."""
        if not self.parts and not self.over:
            self.awake.clear()
            try:
                await asyncio.wait_for(self.awake.wait(), within_s)
            except TimeoutError:
                return None
        if not self.parts:
            return None
        data = b"".join(self.parts)
        self.parts.clear()
        self.size = 0
        return data

    def _put(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)
        self.awake.set()
