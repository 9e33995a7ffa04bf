"""A seed in, rounds of faults out: the same seed deals the same faults. Pure.

Kinds are dealt like cards, so that each comes before any comes twice; kills lie between them at
random moments, some several at once. What must be alone is alone in its round.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One fault of a round.

    kind     `kill.broker`, `net.cut`, …
    at_s     seconds into the round
    lasts_s  until it is undone
    value    0..1, whatever its kind makes of it: which of several, how much, which way
    """

    kind: str
    at_s: float
    lasts_s: float
    value: float


class Round(NamedTuple):
    """Faults that overlap; after them all is undone and must come back by itself."""

    number: int
    faults: tuple[Fault, ...]


ALONE = frozenset({"old.broker"})
_LASTING = 3  # kinds in a round beside the kills
_AT_ONCE = 0.3  # share of the kills that fall into the moment of the one before
_LEAST_S, _MOST_S = 1.0, 6.0


def rounds(
    seed: int, kinds: Sequence[str], *, kills: int, span_s: float = 6.0,
    often: Mapping[str, int] | None = None,
) -> Iterator[Round]:  # fmt: skip
    """Rounds without end.

    kinds   that may come; those of `kill.` come `kills` times a round, the others as dealt
    span_s  within which the faults of a round begin
    often   how many times a kind is among the cards, if not once
    """
    dice = random.Random(seed)  # noqa: S311 -- a schedule that can be dealt again
    times = often or {}
    cards = [kind for kind in kinds if kind.startswith("kill.")]
    victims = _dealt(dice, [kind for kind in cards for _ in range(times.get(kind, 1))])
    hands = _hands(dice, [kind for kind in kinds if not kind.startswith("kill.")])
    number = 0
    while True:
        number += 1
        hand = next(hands, [])
        if not ALONE.intersection(hand):
            hand = hand + [kind for _, kind in zip(range(kills), victims, strict=False)]
        faults = _together(dice, [_fault(dice, kind, span_s) for kind in hand])
        yield Round(number, tuple(sorted(faults, key=lambda fault: fault.at_s)))


def _hands(dice: random.Random, kinds: Sequence[str]) -> Iterator[list[str]]:
    """All kinds, some at a time, in an order of chance, and again, in another."""
    mixed = [kind for kind in kinds if kind not in ALONE]
    while kinds:
        order = dice.sample(mixed, len(mixed))
        hands = [order[start : start + _LASTING] for start in range(0, len(order), _LASTING)]
        hands += [[kind] for kind in kinds if kind in ALONE]
        yield from dice.sample(hands, len(hands))


def _dealt(dice: random.Random, kinds: Sequence[str]) -> Iterator[str]:
    """All kinds in an order of chance, and again, in another."""
    while kinds:
        yield from dice.sample(kinds, len(kinds))


def _together(dice: random.Random, faults: Sequence[Fault]) -> Iterator[Fault]:
    """The same, of which some kills befall at the moment of the one before: parts die together."""
    kill: Fault | None = None
    for fault in faults:
        if not fault.kind.startswith("kill."):
            yield fault
            continue
        is_joined = kill is not None and dice.random() < _AT_ONCE
        kill = fault._replace(at_s=kill.at_s) if kill and is_joined else fault
        yield kill


def _fault(dice: random.Random, kind: str, span_s: float) -> Fault:
    at_s, lasts_s = dice.uniform(0, span_s), dice.uniform(_LEAST_S, _MOST_S)
    return Fault(kind, round(at_s, 3), round(lasts_s, 3), round(dice.random(), 6))
