"""What waits in the spool in, what goes together out: each alone while few wait, many in one.

A broker that has each message on its disk before it acknowledges it takes so many messages a
second, whatever is in them. A box that comes back with a thousand events says them in twenty. And
while answers are late, what is new waits for them and gets company, as small segments do over TCP
(J. Nagle, RFC 896): the slower the broker, the more goes in one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pipelines.flow import ClipEvent, Event

ALONE = 4
"""So many that nobody has answered still go one by one, under the topics of their own."""

TOGETHER = 64
_BYTES = 32 << 10


class Word(NamedTuple):
    """What is said once: its row in the spool, and its JSON as it goes out."""

    row: int
    told: Event | ClipEvent
    body: bytes


def bundles(words: Sequence[Word], *, ahead: int = 0) -> Iterator[tuple[Word, ...]]:
    """Words in their order, in few bundles; a clip goes alone, and as a rule what has a picture.

    ahead  bundles that are on the way
    """
    if ahead + len(words) <= ALONE:
        yield from one_by_one(words)
        return
    bundle, size = list[Word](), 0
    for word in words:
        if bundle and not _fits(bundle, size, word):
            yield tuple(bundle)
            bundle, size = [], 0
        bundle.append(word)
        size += len(word.body)
    yield tuple(bundle)


def is_worth_waiting(ahead: int, waiting: Callable[[], int]) -> bool:
    """Whether what waits should wait for company until one is answered.

    waiting  counts it, up to a bundle; it is asked only where that matters
    """
    return ahead >= ALONE and waiting() < TOGETHER


def one_by_one(words: Iterable[Word]) -> Iterator[tuple[Word, ...]]:
    """Each alone."""
    for word in words:
        yield (word,)


def _fits(bundle: list[Word], size: int, word: Word) -> bool:
    bare = isinstance(word.told, Event) and isinstance(bundle[0].told, Event)
    return bare and len(bundle) < TOGETHER and size + len(word.body) <= _BYTES
