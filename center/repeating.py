"""A look at the store in, the same look again and again out, whatever the store says."""

import asyncio
from collections.abc import Callable

from pipelines.errors import StoreError
from pipelines.trouble import Trouble


async def repeat(look: Callable[[], object], *, every_s: float, trouble: Trouble) -> None:
    """Look for ever, in a thread. Trouble with the store only delays what is due."""
    while True:
        try:
            await asyncio.to_thread(look)
            trouble.note("")
        except StoreError as error:
            trouble.note(str(error))
        await asyncio.sleep(every_s)
