"""A seed in, rounds of faults out: the same seed deals the same faults. Pure.

Kinds are dealt like cards, so that each comes before any comes twice; kills lie between them at
random moments. What must be alone is alone in its round.
"""

import random
from collections.abc import Iterator, Sequence
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
_LEAST_S, _MOST_S = 1.0, 6.0


def rounds(seed: int, kinds: Sequence[str], *, kills: int, span_s: float = 6.0) -> Iterator[Round]:
    """Rounds without end.

    kinds   that may come; those of `kill.` come `kills` times a round, the others as dealt
    span_s  within which the faults of a round begin
    """
    dice = random.Random(seed)  # noqa: S311 -- a schedule that can be dealt again
    victims = _dealt(dice, [kind for kind in kinds if kind.startswith("kill.")])
    hands = _hands(dice, [kind for kind in kinds if not kind.startswith("kill.")])
    number = 0
    while True:
        number += 1
        hand = next(hands, [])
        if not ALONE.intersection(hand):
            hand = hand + [kind for _, kind in zip(range(kills), victims, strict=False)]
        faults = [_fault(dice, kind, span_s) for kind in hand]
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


def _fault(dice: random.Random, kind: str, span_s: float) -> Fault:
    at_s, lasts_s = dice.uniform(0, span_s), dice.uniform(_LEAST_S, _MOST_S)
    return Fault(kind, round(at_s, 3), round(lasts_s, 3), round(dice.random(), 6))
