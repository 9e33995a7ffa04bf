"""A photo on stdin, the same with nobody to be told on it on stdout: a process of its own.

python -m center.developing < photo > picture

So what a stranger sends is decoded beside the centre and not within it, and the networks' memory is
given back. Without a whole answer on stdout and the exit code 0 there is no picture; stderr says
why, in one line. What is written is a `Picture` as MessagePack, without the photo's metadata.
"""

import os
import resource
import sys

import cv2
import msgspec
import numpy as np

from models.looking import searching
from pipelines.alone import on_picture
from pipelines.errors import ConfigError, TocsinError
from pipelines.flow import Bytes, Picture
from pipelines.pixels import planes_of
from pipelines.redaction import encoded, redacted
from pipelines.searching import Search

LONGEST_PX = 1280
MOST_CPU_S = 120
MOST_MEMORY = 4 << 30  # bytes of addresses
_POLITE = 5


def developed(data: bytes, search: Search) -> Picture:
    """The photo, at most 1280 px long, with every head and face covered.

    Raises ConfigError where it is no picture, RedactionError and what the networks raise.
    """
    frame = planes_of(_small(_decoded(data)))
    return encoded(redacted(frame, on_picture(search, frame)), longest_px=LONGEST_PX)


def _decoded(data: bytes) -> Bytes:
    """(H, W, 3) uint8 BGR, turned as its metadata says."""
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error as error:
        raise ConfigError(f"the photo cannot be read: {error.err}") from error
    if found is None:
        raise ConfigError("the photo cannot be read")
    return np.asarray(found, np.uint8)


def _small(picture: Bytes) -> Bytes:
    height, width = picture.shape[:2]
    scale = LONGEST_PX / max(height, width)
    if scale >= 1.0:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def main() -> None:
    """Develop one photo."""
    os.nice(_POLITE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        with searching() as search:
            picture = developed(sys.stdin.buffer.read(), search)
    except TocsinError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    sys.stdout.buffer.write(msgspec.msgpack.encode(picture))


if __name__ == "__main__":
    main()
