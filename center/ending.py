"""Tasks in, their end out, also of one that missed the word."""

import asyncio
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
