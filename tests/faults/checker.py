"""What edges believed and what the store holds in, every way in which they disagree out. Pure.

As Jepsen does: the workload's own knowledge is the truth. An event that a box believes acknowledged
is in the store once, as it was told; what is in the store was told; what a spool said that it has
on disk it has had.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from center.arrivals import row_of
from pipelines.flow import Event

Kind = Literal[
    "lost", "duplicated", "altered", "never-told", "unwritten", "untold-drop", "sums", "alert",
    "silent", "told-twice", "away", "unsaid",
]  # fmt: skip
_OF_DELIVERY = 2  # the last columns of an event's row say when it was sent and received


class Violation(NamedTuple):
    """One broken promise."""

    kind: Kind
    about: str
    said: str


class Believed(NamedTuple):
    """An event as its box has told it, and whether it believes that the broker has it."""

    event: Event
    acked: bool
    dropped: bool = False


class Stored(NamedTuple):
    """A row of the store's events, in the order of its columns, and whether it has a picture."""

    row: tuple[Any, ...]
    picture: bool


def violations(
    believed: Mapping[str, Believed], stored: Sequence[Stored], *, at_risk: Collection[str] = ()
) -> Iterator[Violation]:
    """Hold the store against what boxes believe.

    at_risk  ids that a fault has taken away where nothing could keep them; see `missing`
    """
    times = Counter(each.row[0] for each in stored)
    for name, number in times.items():
        if number > 1:
            yield Violation("duplicated", name, f"it is in the store {number} times")
    for each in stored:
        yield from _of_row(believed.get(each.row[0]), each)
    for name in missing(believed, times):
        if name not in at_risk:
            yield Violation("lost", name, "its box believes that it arrived, and it is not there")


def missing(believed: Mapping[str, Believed], there: Collection[str]) -> list[str]:
    """Ids of events that boxes believe to have arrived and that are not there."""
    return [name for name, each in believed.items() if each.acked and name not in there]


def _of_row(told: Believed | None, stored: Stored) -> Iterator[Violation]:
    if told is None:
        yield Violation("never-told", stored.row[0], "it is in the store, and no box has told it")
        return
    expected = row_of(told.event, 0.0)[:-_OF_DELIVERY]
    if stored.row[:-_OF_DELIVERY] != expected:
        differ = [
            f"{had!r} is now {has!r}"
            for had, has in zip(expected, stored.row, strict=False)
            if had != has
        ]
        yield Violation("altered", stored.row[0], "; ".join(differ))
    if stored.picture != (told.event.data.picture is not None):
        yield Violation("altered", stored.row[0], "its picture came, or went, on the way")


def unwritten(
    journal: Iterable[str], believed: Mapping[str, Believed], at_risk: Collection[str] = ()
) -> Iterator[Violation]:
    """Events of which a spool said that they are on disk, and that it has never had."""
    for name in journal:
        if name not in believed and name not in at_risk:
            yield Violation("unwritten", name, "the spool took it, and has never had it")


def untold(believed: Mapping[str, Believed]) -> Iterator[Violation]:
    """Drops of which no event tells: each spool counts what it dropped in events of its own."""
    dropped, said = Counter[str](), Counter[str]()
    for each in believed.values():
        facts = each.event.data
        dropped[facts.site] += each.dropped
        said[facts.site] += facts.count if facts.rule == "spool-overflow" else 0
    for site in dropped:
        if dropped[site] > said[site]:
            yield Violation("untold-drop", site, f"{dropped[site]} dropped, {said[site]} told of")


def of_yesterday(*, went_back: int, forgot: int) -> Iterator[Violation]:
    """What the centre says of its broker's disk, held against what was done to it.

    forgot  messages, as the centre says
    """
    if went_back and not forgot:
        yield Violation("unsaid", "the broker", "it went back to yesterday, and nobody says so")
    if forgot and not went_back:
        yield Violation("unsaid", "the broker", f"it forgot nothing, and {forgot} are said")


def differing(
    standing: Iterable[str], expected: Iterable[str], *, limit: int = 5
) -> Iterator[Violation]:
    """Alerts that stand and should not, or the other way; both are given as JSON."""
    stand, should = Counter(standing), Counter(expected)
    for kind, found in (("stands", stand - should), ("should stand", should - stand)):
        for alert in list(found.elements())[:limit]:
            yield Violation("alert", kind, alert)


def of_telling(
    opened: Collection[str], told: Sequence[str], *, disturbed: int
) -> Iterator[Violation]:
    """What people were told, held against the alerts that stand.

    told       ids of alerts, once for each message that said that they have opened
    disturbed  how often a fault met the centre: each may repeat one message, and no more
    """
    times = Counter(told)
    for name in opened:
        if not times[name]:
            yield Violation("silent", name, "it stands, and nobody was told")
    again = sum(number - 1 for number in times.values())
    if again > disturbed:
        yield Violation("told-twice", "", f"{again} repeated for {disturbed} faults at the centre")
