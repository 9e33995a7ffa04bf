"""Bytes in, a fault out, for whoever says that it would be found: readers that are broken."""

from collections.abc import Mapping

from tests.hell.mutating import Try

SOUND = (b"tocsin",)


class FlawError(Exception):
    """What nobody refuses."""


def falls(data: bytes) -> None:
    """Four bytes are right by chance once in four thousand million; each step there is seen."""
    if len(data) < 4 or data[0] != 0x9F:
        return
    if data[1] != 0x3C:
        return
    if data[2] != 0xE1:
        return
    if data[3] == 0x07:
        raise FlawError


def stalls(data: bytes) -> None:
    """Has no end."""
    while data[:1] == b"t":
        pass


def hoards(data: bytes) -> None:
    """Keeps half a GiB."""
    if data[:1] == b"t" and not _KEPT:
        _KEPT.append(b"t" * (1 << 29))


_KEPT: list[bytes] = []

READERS: Mapping[str, Try] = {"falls": falls, "stalls": stalls, "hoards": hoards}
