"""A hub and a place to resume from in, the text of one SSE stream out."""

import asyncio
from collections.abc import AsyncIterator, Callable

from center.alert import Alert
from center.hub import Hub, Notice
from pipelines.wire import encode

KEEPALIVE_S = 15.0
REPLAY = 500
Changes = Callable[[int], list[Alert]]


def notice_of(alert: Alert) -> Notice:
    """An alert as a notice."""
    return Notice("alert", encode(alert), alert.revision)


async def lines(hub: Hub, changes: Changes, *, after: int) -> AsyncIterator[bytes]:
    """First what changed after a revision, then what changes; ends when the hub cuts it off."""
    with hub.listener() as queue:
        yield b"retry: 1000\n\n"
        while missed := await asyncio.to_thread(changes, after):
            for alert in missed:
                yield _text(notice_of(alert))
            after = missed[-1].revision
        async for notice in _notices(queue):
            if notice is None:
                yield b": still here\n\n"
            elif not notice.revision or notice.revision > after:
                after = max(after, notice.revision)
                yield _text(notice)


async def _notices(queue: "asyncio.Queue[Notice | None]") -> AsyncIterator[Notice | None]:
    """Notices until the end; None whenever there was none for a while."""
    while True:
        try:
            notice = await asyncio.wait_for(queue.get(), KEEPALIVE_S)
        except TimeoutError:
            yield None
            continue
        if notice is None:
            return
        yield notice


def _text(notice: Notice) -> bytes:
    number = f"id: {notice.revision}\n" if notice.revision else ""
    return f"event: {notice.name}\n{number}data: ".encode() + notice.data + b"\n\n"
