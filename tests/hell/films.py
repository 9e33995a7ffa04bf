"""Seconds of a drawn scene in, its access units as a camera would send them out."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal, NamedTuple

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

FPS = 10
THERE_S, AWAY_S = 2, 4
"""For which something is in the picture, and for which it is not, in turn.

Who is away for less than tracks wait for one who is hidden, and rules for one who comes back, has
not left.
"""

_START = b"\x00\x00\x01"
_GREY, _BRIGHT = 90, 230
_OPTIONS = {
    "libx264": ("x264-params", "keyint={gop}:min-keyint={gop}:scenecut=0:repeat-headers=1"),
    "libx265": ("x265-params", "keyint={gop}:min-keyint={gop}:repeat-headers=1:log-level=none"),
}

Codec = Literal["libx264", "libx265"]


class Unit(NamedTuple):
    """One picture: its NAL units without start codes, and whether decoding can begin with it."""

    nals: tuple[bytes, ...]
    key: bool


@dataclass(frozen=True, slots=True)
class Film:
    """A scene, encoded."""

    codec: Codec
    units: tuple[Unit, ...]


@cache
def film(
    *, codec: Codec = "libx264", width: int = 320, height: int = 240, gop: int = FPS,
    seconds: int = THERE_S + AWAY_S,
) -> Film:  # fmt: skip
    """A grey room with something bright in it that moves, and then has gone."""
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    name, value = _OPTIONS[codec]
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", name: value.format(gop=gop)}
    packets = [
        packet
        for picture in [*_pictures(width, height, seconds), None]
        for packet in encoder.encode(picture)
    ]
    units = (Unit(tuple(_nals(bytes(packet))), packet.is_keyframe) for packet in packets)
    return Film(codec, tuple(units))


def _pictures(width: int, height: int, seconds: int) -> Iterator[VideoFrame]:
    room = np.random.default_rng(3).integers(_GREY - 6, _GREY + 6, (height, width), np.uint8)
    for number in range(seconds * FPS):
        luma = room.copy()
        there = number % ((THERE_S + AWAY_S) * FPS)
        if there < THERE_S * FPS:
            left = width // 8 + there * width // (2 * THERE_S * FPS)
            luma[height // 4 : 3 * height // 4, left : left + width // 6] = _BRIGHT
        planes = np.vstack([luma, np.full((height // 2, width), 128, np.uint8)])
        frame = VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = number
        yield frame


def _nals(data: bytes) -> Iterator[bytes]:
    """Split a byte stream (H.264 and H.265, Annex B)."""
    for part in data.split(_START)[1:]:
        yield part.rstrip(b"\x00") if part.endswith(b"\x00") else part
