"""Happenings near in time in, those that make a pattern together out. Pure, and blind to order.

Each function says what is true of a set of happenings, whatever came first. In `chains` and
`stretches` more happenings never undo what others made: whoever adds one looks only at what it is
part of. `unbadged` can be undone, by a badge that is told of late.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

from center.happening import Happening

Group = tuple[Happening, ...]
"""What makes one pattern, by time."""


def chains(legs: Sequence[Sequence[Happening]], within_s: Sequence[float]) -> list[Group]:
    """All that is part of a chain: of each leg one, each after the one before by so much at most.

    legs      what each leg takes, by time
    within_s  for each leg but the first, after the one before it

    Chains that share a link are one group.
    """
    reached = [list(legs[0])]
    for leg, limit_s in zip(legs[1:], within_s, strict=True):
        before = reached[-1]
        reached.append([each for each in leg if _before(each, before, limit_s)])
    links: list[tuple[Happening, Happening]] = []
    ends = reached[-1]
    for earlier, limit_s in zip(reached[-2::-1], reversed(within_s), strict=True):
        found = [(one, other) for other in ends for one in _before(other, earlier, limit_s)]
        links += found
        ends = sorted({one for one, _ in found})
    return _linked(links)


def _before(each: Happening, earlier: Sequence[Happening], limit_s: float) -> Sequence[Happening]:
    """Those of `earlier`, which is by time, that lie at most so long before, without itself."""
    first = bisect_left(earlier, each.at_s - limit_s, key=_at_s)
    last = bisect_right(earlier, each.at_s, key=_at_s)
    return [one for one in earlier[first:last] if one.id != each.id]


def _at_s(each: Happening) -> float:
    return each.at_s


def _linked(links: Sequence[tuple[Happening, Happening]]) -> list[Group]:
    """What links connect, as groups: union-find."""
    above: dict[Happening, Happening] = {}

    def top(each: Happening) -> Happening:
        while (over := above.setdefault(each, each)) != each:
            above[each] = above[over]
            each = over
        return each

    for one, other in links:
        above[top(one)] = top(other)
    groups: dict[Happening, list[Happening]] = {}
    for each in sorted(above):
        groups.setdefault(top(each), []).append(each)
    return [tuple(group) for group in groups.values()]


def stretches(
    happenings: Sequence[Happening], of: Callable[[Happening], Hashable], *, least: int,
    within_s: float,
) -> list[Group]:  # fmt: skip
    """Where within `within_s` lie at least so many different ones; those that overlap as one.

    of  what tells them apart: the camera, the place, or each happening by itself
    """
    ordered = sorted(happenings)
    present, end = Counter[Hashable](), 0
    found: list[tuple[int, int]] = []
    for first, here in enumerate(ordered):
        while end < len(ordered) and ordered[end].at_s <= here.at_s + within_s:
            present[of(ordered[end])] += 1
            end += 1
        if len(present) >= least and found and first < found[-1][1]:
            found[-1] = found[-1][0], end
        elif len(present) >= least:
            found.append((first, end))
        present[of(here)] -= 1
        if not present[of(here)]:
            del present[of(here)]
    return [tuple(ordered[first:end]) for first, end in found]


class Crossing(NamedTuple):
    """One thing that went over a line, and the event that first told of it."""

    at_s: float
    told_by: Happening


def crossings(happenings: Sequence[Happening]) -> list[Crossing]:
    """Each crossing once, by time, though a life tells of it more than once.

    A life numbers those that went over; without a life, an event stands for `number` of them.
    """
    first: dict[tuple[str, int], Crossing] = {}
    for each in sorted(happenings):
        if each.phase == "end" or each.again:
            continue
        last = each.crossed if each.life and each.crossed is not None else each.number
        for number in range(last - each.number + 1, last + 1):
            first.setdefault((each.life or each.id, number), Crossing(each.at_s, each))
    return sorted(first.values())


def unbadged(
    over: Sequence[Crossing], grants: Sequence[Happening], *, window_s: float, ahead_s: float
) -> list[Crossing]:
    """Crossings for which no badge was granted: each grant lets one thing over.

    window_s  how long after a grant
    ahead_s   how long before it, since two clocks are never the same

    The earliest crossing takes the earliest grant that still holds, which leaves the fewest over.
    """
    left: list[Crossing] = []
    holding, coming = deque[float](), deque(sorted(each.at_s for each in grants))
    for crossing in sorted(over):
        while coming and coming[0] <= crossing.at_s + ahead_s:
            holding.append(coming.popleft())
        while holding and holding[0] < crossing.at_s - window_s:
            holding.popleft()
        if holding:
            holding.popleft()
        else:
            left.append(crossing)
    return left


def bursts(over: Sequence[Crossing], *, gap_s: float) -> list[tuple[Crossing, ...]]:
    """Crossings that follow each other within `gap_s`, together."""
    found: list[list[Crossing]] = [[each] for each in over[:1]]
    for before, here in pairwise(over):
        if here.at_s - before.at_s <= gap_s:
            found[-1].append(here)
        else:
            found.append([here])
    return [tuple(each) for each in found]
