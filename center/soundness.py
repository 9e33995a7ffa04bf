"""An open broker in, that it must be started anew, and why, out.

A disk that was full for a moment leaves nats-server with a stream that refuses all that comes until
it is started anew: it goes on to listen and to answer, and acknowledges nothing. It knows, though,
and says so to whoever asks for its health.
"""

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import nats.errors
from nats.aio.client import Client

from pipelines.errors import LinkError

_SUBJECT = "$SYS.REQ.SERVER.PING.HEALTHZ"
_EVERY_S = 2.0
_PATIENT = 3  # so many times in a row it must say so: for a moment it does while it starts
_ROOM = 16 << 20  # bytes that must be free: on a full disk the next one would be no better
_log = logging.getLogger("center.broker")


class _Health(msgspec.Struct):
    status: str = ""
    error: str = ""


class _Answer(msgspec.Struct):
    data: _Health


async def until_ill(dial: Callable[[], Awaitable[Client]], state: Path) -> None:
    """Watch a broker until only a start can help, and there is room for it.

    dial   connects to its system account; raises LinkError
    state  the folder on whose disk it writes
    """
    client: Client | None = None
    said, times = "", 0
    try:
        while not (times >= _PATIENT and shutil.disk_usage(state).free >= _ROOM):
            with contextlib.suppress(LinkError, nats.errors.Error, OSError, msgspec.DecodeError):
                client = await dial() if client is None or client.is_closed else client
                trouble = await _trouble_of(client)
                times = times + 1 if trouble else 0
                if trouble != said and times in (0, _PATIENT):
                    _log.warning("broker=%s why=%r", "ill" if trouble else "well", trouble)
                    said = trouble
            await asyncio.sleep(_EVERY_S)
    finally:
        if client is not None:
            await client.close()
    _log.warning("broker=restarts why=%r", said)


async def _trouble_of(client: Client) -> str:
    """What is wrong, empty when nothing is."""
    answer = await client.request(_SUBJECT, b"", timeout=_EVERY_S)
    health = msgspec.json.decode(answer.data, type=_Answer).data
    return "" if health.status == "ok" else health.error or health.status
