"""Tasks in, their end out, also of one that missed the word."""

import asyncio
from collections.abc import Coroutine
from typing import Any

_AGAIN_S = 5.0
"""Longer than any of ours takes to let go of what it holds."""


async def ended(*tasks: asyncio.Task[Any], again_s: float = _AGAIN_S) -> None:
    """Cancel until all are over, whatever they raise.

    Python 3.11's `wait_for` loses a cancellation that comes just as what it awaits ends (CPython's
    gh-86296).
    """
    while alive := [task for task in tasks if not task.done()]:
        for task in alive:
            task.cancel()
        await asyncio.wait(alive, timeout=again_s)
    await asyncio.gather(*tasks, return_exceptions=True)


async def alone(work: Coroutine[Any, Any, None], *, again_s: float = _AGAIN_S) -> None:
    """Do all that a program has to do; then end what it has left behind, be it a library's.

    `asyncio.run` tells those once that it is over, and waits for ever for one that missed it.
    """
    try:
        await work
    finally:
        me = asyncio.current_task()
        await ended(*(task for task in asyncio.all_tasks() if task is not me), again_s=again_s)


async def first_of(*work: Coroutine[Any, Any, None], again_s: float = _AGAIN_S) -> None:
    """Run all until one ends; then end the others, and raise what it raised."""
    tasks = [asyncio.create_task(part) for part in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await ended(*tasks, again_s=again_s)
    for task in done:
        task.result()
