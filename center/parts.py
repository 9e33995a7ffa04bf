"""What alerts are made of, and what it comes to when they are joined. Pure.

A part is a stretch of event time under a key: the events of one place and rule in an alert, or what
an entry's pattern found there. An alert has one part of each key. Two alerts are one as soon as
parts of one key lie within the greater `merge_s` of both; since parts only grow when alerts are
joined, the same alerts come out in whatever order events arrive.
"""

from collections.abc import Iterable
from typing import NamedTuple

from center.happening import Happening


class Part(NamedTuple):
    """A stretch of event time.

    merge_s  how far from it others of its key still belong to it
    """

    key: str
    first_s: float
    last_s: float
    merge_s: float


def part_of(happening: Happening, *, merge_s: float = 0.0) -> Part:
    """What an event is in its alert; nothing is joined to one that only a pattern asks for."""
    key = f"{happening.place}/{happening.rule}"
    return Part(key, happening.at_s, happening.at_s, merge_s)


def part_found(name: str, place: str, first_s: float, last_s: float, *, merge_s: float) -> Part:
    """What an entry's pattern found at a place."""
    return Part(f"#{name}/{place}", first_s, last_s, merge_s)


def united(parts: Iterable[Part]) -> dict[str, Part]:
    """Parts of one alert, one of each key."""
    whole: dict[str, Part] = {}
    for part in parts:
        old = whole.get(part.key, part)
        whole[part.key] = Part(
            part.key,
            min(old.first_s, part.first_s),
            max(old.last_s, part.last_s),
            max(old.merge_s, part.merge_s),
        )
    return whole


def meets(one: Part, other: Part) -> bool:
    """Whether two parts of one key lie within the greater `merge_s` of both."""
    reach_s = max(one.merge_s, other.merge_s)
    return one.last_s >= other.first_s - reach_s and one.first_s <= other.last_s + reach_s


def covers(whole: Part | None, part: Part) -> bool:
    """Whether whatever meets a part meets the whole as well."""
    return (
        whole is not None
        and whole.first_s <= part.first_s
        and part.last_s <= whole.last_s
        and part.merge_s <= whole.merge_s
    )
