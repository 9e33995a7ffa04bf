"""A lease and work in, the work done while it is ours out: one centre at a time does it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from center.ending import ended

LOOK_S = 0.25


async def while_ours(
    leads: Callable[[], bool], work: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Begin the work whenever it becomes ours, and end it when it is no more; for ever.

    Raises what the work raises.
    """
    while True:
        if leads():
            await _until_lost(leads, asyncio.create_task(work()))
        await asyncio.sleep(LOOK_S)


async def _until_lost(leads: Callable[[], bool], task: asyncio.Task[None]) -> None:
    try:
        while leads() and not task.done():
            await asyncio.wait({task}, timeout=LOOK_S)
    finally:
        await ended(task)
    if not task.cancelled():
        task.result()
