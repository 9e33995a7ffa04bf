"""A photo in, the same with nobody to be told on it out, or why there is none: one at a time.

It is developed by a process of its own (`center.developing`), which knows nothing of the centre.
"""

import asyncio
import contextlib
import os
import sys

import msgspec

from center.child import child_of_ours
from pipelines.errors import RedactionError, TocsinError
from pipelines.flow import Picture

MOST_BYTES = 8 << 20
WITHIN_S = 180.0
WAITING = 4
MOST_PIXELS = 50_000_000
KINDS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}
"""What is taken, and how it begins."""

_COMMAND = [sys.executable, "-m", "center.developing"]
_PASSED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")
_UNREADABLE = 2  # the exit code of a ConfigError


class UnreadableError(TocsinError):
    """It is no photo: the same will be refused again."""


class BusyError(TocsinError):
    """Too many wait, or it took too long: it may be sent again."""


class Darkroom:
    """Use it from the event loop only."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def __call__(self, photo: bytes) -> Picture:
        """The redacted picture. Raises UnreadableError, BusyError, RedactionError."""
        if self._waiting >= WAITING:
            raise BusyError("other photos are being redacted; send this one again in a moment")
        self._waiting += 1
        try:
            async with self._turn:
                return await _developed(photo)
        finally:
            self._waiting -= 1


async def _developed(photo: bytes) -> Picture:
    async with child_of_ours(
        _COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env=_environment(),
    ) as child:  # fmt: skip
        try:
            async with asyncio.timeout(WITHIN_S):
                data, said = await child.communicate(photo)
        except TimeoutError as error:
            raise BusyError("the photo was not redacted in time; send it again") from error
    if child.returncode == _UNREADABLE:
        raise UnreadableError(said.decode(errors="replace").strip())
    with contextlib.suppress(msgspec.DecodeError):
        if child.returncode == 0:
            return msgspec.msgpack.decode(data, type=Picture)
    raise RedactionError(f"the photo could not be redacted; exit code {child.returncode}")


def _environment() -> dict[str, str]:
    """What a decoder needs to know, and no secret of ours."""
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return passed | {"OPENCV_IO_MAX_IMAGE_PIXELS": str(MOST_PIXELS)}
