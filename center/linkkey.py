"""Our key of patrols' links in, the one that all centres over one store use out.

A link is made anew from the key whenever it is shown, so all who show it must have the same. The
broker keeps it for them, where nobody but the centre's own user reads. The store never has it.
"""

import asyncio
import logging
from pathlib import Path

import nats.errors
from nats.aio.client import Client
from nats.js.errors import KeyWrongLastSequenceError

from center import consumers, shaping
from center.listfile import write_whole
from center.taskstore import KEY_BYTES, Links
from pipelines.errors import ConfigError, LinkError
from pipelines.trouble import Trouble

BUCKET = "keys"
_TASKS = "tasks"
_PAUSE_S = 1.0
_log = logging.getLogger("center.links")


async def share(client: Client, links: Links, path: Path) -> None:
    """Have the key of those who were there first, or give them ours; try until it is done.

    path  of our file, which is a copy of it from then on
    """
    trouble = Trouble(_log, "links")
    while True:
        try:
            key = await agreed(client, links.key)
            if key != links.key:
                links.key = key
                write_whole(path, key)
                _log.info("links=shared file=%s", path)
        except (nats.errors.Error, OSError, LinkError, ConfigError) as error:
            trouble.note(f"{type(error).__name__}: {error}")
            await asyncio.sleep(_PAUSE_S)
        else:
            trouble.note("")
            return


async def agreed(client: Client, ours: bytes) -> bytes:
    """The key that the broker keeps: ours, if it had none. Raises LinkError and what nats does."""
    await shaping.bucket(client, BUCKET, copies=await consumers.copies(client))
    kept = await client.jetstream().key_value(BUCKET)
    try:
        await kept.create(_TASKS, ours)
    except KeyWrongLastSequenceError:
        theirs = (await kept.get(_TASKS)).value or b""
        if len(theirs) != KEY_BYTES:
            raise LinkError(f"what the broker keeps as {BUCKET}/{_TASKS} is no key") from None
        return theirs
    return ours
