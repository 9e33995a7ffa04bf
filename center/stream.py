"""A hub and a place to resume from in, the text of one SSE stream out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from center.hub import Block, Hub, Listener, Notice

KEEPALIVE_S = 15.0
REPLAY = 500
Changes = Callable[[int], list[Notice]]
_log = logging.getLogger("center.stream")


async def lines(hub: Hub, changes: Changes, *, after: int) -> AsyncIterator[bytes]:
    """First what changed after a revision, then what changes, until the hub is over.

    Whoever falls behind the hub's run is given what changed meanwhile in the same way.
    """
    with hub.listener() as listening:
        yield b"retry: 1000\n\n"
        while not hub.over:
            listening.go_to_the_end()
            while missed := await asyncio.to_thread(changes, after):
                replay = Block(tuple(missed))
                yield replay.text
                after = replay.reaches(after)
            async for block in _blocks(hub, listening):
                yield block.after(after) if block else b": still here\n\n"
                after = block.reaches(after) if block else after


async def _blocks(hub: Hub, listening: Listener) -> AsyncIterator[Block | None]:
    """Blocks until the end, or until this one is behind; None whenever none came for a while."""
    while not hub.over:
        block = await listening.next(within_s=KEEPALIVE_S)
        if listening.behind:
            _log.info("console=behind")
            return
        if block is not None or not hub.over:
            yield block
