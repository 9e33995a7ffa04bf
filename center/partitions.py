"""A site in, its partition out; who is there in, who reads which partition out. Pure.

The broker's mapping puts all events of a site into one partition, and each partition has one reader
at a time: so all that a site tells goes through one centre, however many there are.
"""

from collections.abc import Iterable

PARTITIONS = 16
ALL = frozenset(range(PARTITIONS))
MAPPINGS = {
    "evt.*.*.>": f"pe.{{{{partition({PARTITIONS},1)}}}}.{{{{wildcard(1)}}}}.{{{{wildcard(2)}}}}.>"
}
"""As the broker's configuration has it: what comes under `evt` goes on under its partition."""

_SUBJECT = "$MQTT.msgs.pe"
_PRIME, _BASIS = 16777619, 2166136261


def partition_of(site: str) -> int:
    """Where the broker's mapping puts a site: FNV-1a of 32 bits, modulo the number of them."""
    hashed = _BASIS
    for byte in site.encode():
        hashed = (hashed ^ byte) * _PRIME % (1 << 32)
    return hashed % PARTITIONS


def share(members: Iterable[str], me: str) -> frozenset[int]:
    """The partitions that I read when these are there; all are read, each by one of them."""
    seats = sorted(members)
    if me not in seats:
        return frozenset()
    return frozenset(range(seats.index(me), PARTITIONS, len(seats)))


def consumer_of(partition: int) -> str:
    """The durable consumer of a partition."""
    return f"part{partition:02}"


def subject_of(partition: int) -> str:
    """What it reads."""
    return f"{_SUBJECT}.{partition}.>"


def partition_in(subject: str) -> int:
    """The partition of a message that came, by its subject; none of ours is -1."""
    number = subject.split(".")[3] if subject.startswith(f"{_SUBJECT}.") else ""
    return int(number) if number.isdecimal() else -1
