"""A message of many events in, a letter for each of them out.

The broker vouches that a batch is of the box in its topic, and for nothing that is in it. So each
event becomes a letter that says where it would have been sent, and by whom: `bounds` tells whether
that box may speak of this camera.
"""

from collections.abc import Iterable, Iterator

import msgspec

from center.letter import Letter
from pipelines.depth import read
from pipelines.settings import Id
from pipelines.wire import BATCH, decode_batch


class _Facts(msgspec.Struct):
    camera: Id
    rule: Id


class _Event(msgspec.Struct):
    data: _Facts


_event_in = msgspec.json.Decoder(_Event)


def apart(letters: Iterable[Letter]) -> list[Letter]:
    """All letters, batches taken apart; what cannot be is left, and will be refused as it is."""
    return [each for letter in letters for each in _letters(letter)]


def _letters(letter: Letter) -> Iterator[Letter]:
    if not letter.subject.endswith(f".{BATCH}"):
        yield letter
        return
    try:
        bodies = decode_batch(letter.payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield letter
        return
    for body in bodies:
        yield _letter(letter.subject, bytes(body))


def _letter(subject: str, body: bytes) -> Letter:
    site, box, _ = subject.rsplit(".", 2)
    try:
        facts = read(_event_in, body).data
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Letter(subject, body)
    return Letter(f"{site}.{facts.camera}.{facts.rule}", body, by=box)
