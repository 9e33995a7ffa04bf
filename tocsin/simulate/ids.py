"""A run, a box and a running number in, an event's id out, and back: what is missing has a name.

The id is a UUIDv7 (RFC 9562, section 5.7). Its 74 bits that may be anything are not drawn: they
hold the run (22), the box (20) and the number of the event at its box (32). So whoever reads the
ids that are in a store knows which are not, without a list of those that were sent.
"""

from typing import NamedTuple

RUNS, BOXES, NUMBERS = 1 << 22, 1 << 20, 1 << 32


class Name(NamedTuple):
    """What an id says."""

    run: int
    box: int
    number: int


def id_of(name: Name, at_s: float) -> str:
    """The id of an event that was made at a Unix time."""
    high, low = name.run >> 10, name.run & 0x3FF
    free = low << 52 | name.box << 32 | name.number
    digits = f"{int(at_s * 1000) << 80 | 7 << 76 | high << 64 | 2 << 62 | free:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def name_of(text: str) -> Name | None:
    """What an id says; None when it is no UUID. Whoever asks must know the run."""
    try:
        bits = int(text.replace("-", ""), 16)
    except ValueError:
        return None
    run = (bits >> 64 & 0xFFF) << 10 | bits >> 52 & 0x3FF
    return Name(run, bits >> 32 & (BOXES - 1), bits & (NUMBERS - 1))
