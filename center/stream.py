"""A hub and a place to resume from in, the text of one SSE stream out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from center.hub import Block, Hub, Listener, Notice, Seen
from pipelines.errors import TocsinError

KEEPALIVE_S = 15.0
REPLAY = 500
LOOK_EVERY = 5
"""So many blocks without an alert, of which there is one a second, between looks at who reads."""

Changes = Callable[[int], list[Notice]]
Admitted = Callable[[], Seen | None]
"""What the reader may see; None for all. Raises EndedError when it may see nothing any more."""

_log = logging.getLogger("center.stream")


class EndedError(TocsinError):
    """Whoever reads is no longer signed in."""


async def lines(
    hub: Hub, changes: Changes, *, after: int, admitted: Admitted = lambda: None
) -> AsyncIterator[bytes]:
    """First what changed after a revision and the status, then what comes, until the hub is over.

    Whoever falls behind the hub's run is given what changed meanwhile in the same way.
    `admitted` is called from a thread, at first and now and then.
    """
    with hub.listener() as listening:
        yield b"retry: 1000\n\n"
        try:
            async for text in _texts(hub, listening, changes, after, admitted):
                if text:
                    yield text
        except EndedError:
            return


async def _texts(
    hub: Hub, listening: Listener, changes: Changes, after: int, admitted: Admitted
) -> AsyncIterator[bytes]:
    quiet = 0
    while not hub.over:
        listening.go_to_the_end()
        seen = await asyncio.to_thread(admitted)
        while missed := await asyncio.to_thread(changes, after):
            replay = Block(tuple(missed))
            yield replay.part(seen).text
            after = replay.reaches(after)
        if status := hub.status(since=after):
            yield Block((status,)).part(seen).text
        async for block in _blocks(hub, listening):
            yield block.part(seen).after(after) if block else b": still here\n\n"
            after = block.reaches(after) if block else after
            quiet += block is None or block.oldest is None
            if quiet >= LOOK_EVERY:
                quiet, seen = 0, await asyncio.to_thread(admitted)


async def _blocks(hub: Hub, listening: Listener) -> AsyncIterator[Block | None]:
    """Blocks until the end, or until this one is behind; None whenever none came for a while."""
    while not hub.over:
        block = await listening.next(within_s=KEEPALIVE_S)
        if listening.behind:
            _log.info("console=behind")
            return
        if block is not None or not hub.over:
            yield block
