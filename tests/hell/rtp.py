"""An access unit in, RTP packets out (RFC 3550, RFC 6184, RFC 7798)."""

import struct
from collections.abc import Iterator

from tests.hell.films import Codec, Unit

CLOCK = 90_000  # units of time stamps a second
PAYLOAD = 96
_MOST = 1200  # bytes of payload


def packets(unit: Unit, codec: Codec, *, sequence: int, stamp: int) -> list[bytes]:
    """RTP packets of one picture; the last carries the marker."""
    parts = [part for nal in unit.nals for part in _parts(nal, codec)]
    return [
        _header(sequence + number, stamp, last=number == len(parts) - 1) + part
        for number, part in enumerate(parts)
    ]


def _header(sequence: int, stamp: int, *, last: bool) -> bytes:
    kind = PAYLOAD | (0x80 if last else 0)
    return struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, stamp & 0xFFFFFFFF, 0x1234)


def _parts(nal: bytes, codec: Codec) -> Iterator[bytes]:
    """The NAL unit whole, or fragments of it."""
    if len(nal) <= _MOST:
        yield nal
        return
    size = 1 if codec == "libx264" else 2
    body = nal[size:]
    starts = range(0, len(body), _MOST)
    for at in starts:
        first, last = at == 0, at == starts[-1]
        yield _fragment(nal, codec, first=first, last=last) + body[at : at + _MOST]


def _fragment(nal: bytes, codec: Codec, *, first: bool, last: bool) -> bytes:
    edges = (0x80 if first else 0) | (0x40 if last else 0)
    if codec == "libx264":
        return bytes([(nal[0] & 0xE0) | 28, edges | (nal[0] & 0x1F)])
    return bytes([(nal[0] & 0x81) | (49 << 1), nal[1], edges | ((nal[0] >> 1) & 0x3F)])
