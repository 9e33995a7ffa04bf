"""What a box shows of a camera just now in, bytes under `live/<box>/<camera>` out, and back.

A part is a header of 24 bytes, big endian, and what it carries:

    4s  magic, `TLV1`
    u8  kind: 0 a still (JPEG), 1 what a film begins with (`ftyp`, `moov`), 2 a piece of it (`moof`,
        `mdat`)
    u8  flags: 1 it begins with a keyframe; 2 it is of the camera's small stream; 4 pictures before
        it were left out, since they could not be redacted
    u16 zero
    u32 run: which film it belongs to
    u32 number of this part; they follow each other, so that a gap shows
    u64 when the camera saw it, Unix time in ms

All of it was redacted: nothing else is encoded.
"""

from struct import Struct
from typing import Literal, NamedTuple

Kind = Literal["still", "begin", "piece"]
Rate = Literal["low", "full"]
"""`low`: a still each second; `full`: a film, and the stills too."""

MAGIC = b"TLV1"
_HEADER = Struct(">4sBBHIIQ")
_KINDS: tuple[Kind, ...] = ("still", "begin", "piece")
_KEY, _SMALL, _LEFT_OUT = 1, 2, 4
_MASK = 0xFFFF_FFFF


class Part(NamedTuple):
    """A still, or a part of a film.

    run         of the film; another one begins anew
    number      of the view's part
    captured_s  Unix time
    key         a decoder can begin here
    small       the camera's small stream is shown
    left_out    pictures before it could not be redacted
    """

    kind: Kind
    run: int
    number: int
    captured_s: float
    data: bytes
    key: bool = False
    small: bool = False
    left_out: bool = False


def packed(part: Part) -> bytes:
    """A part as it goes over the wire."""
    flags = _KEY * part.key | _SMALL * part.small | _LEFT_OUT * part.left_out
    captured_ms = max(0, round(part.captured_s * 1000))
    kind, run, number = _KINDS.index(part.kind), part.run & _MASK, part.number & _MASK
    return _HEADER.pack(MAGIC, kind, flags, 0, run, number, captured_ms) + part.data


def unpacked(payload: bytes) -> Part | None:
    """What came over the wire; nothing if it is no part."""
    if len(payload) <= _HEADER.size:
        return None
    magic, kind, flags, _, run, number, captured_ms = _HEADER.unpack_from(payload)
    if magic != MAGIC or kind >= len(_KINDS):
        return None
    return Part(
        _KINDS[kind], run, number, captured_ms / 1000, payload[_HEADER.size :],
        bool(flags & _KEY), bool(flags & _SMALL), bool(flags & _LEFT_OUT),
    )  # fmt: skip


def follows(part: Part, before: Part) -> bool:
    """Whether nothing is missing between two parts."""
    return part.number == (before.number + 1) & _MASK


def live_topic(box: str, camera: str) -> str:
    """MQTT topic of a camera's live view."""
    return f"live/{box}/{camera}"
