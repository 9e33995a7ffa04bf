"""A message from the broker in, an event that may be trusted out, or the reason why not."""

from datetime import UTC, datetime

import msgspec

from pipelines.doors import DEVICE_RULES, SpokenTooMuchError, refuse_more
from pipelines.errors import TocsinError
from pipelines.flow import Event
from pipelines.wire import decode_event

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_MOST = 2**31


class Letter(msgspec.Struct, frozen=True):
    """A message as it came.

    subject  `$MQTT.msgs.pe.<partition>.<site>.<camera>.<rule>`; the broker vouches for the site
    by       the box that it is from, where it came in a batch: then nobody vouches for the camera
    """

    subject: str
    payload: bytes
    by: str = ""

    @property
    def kept(self) -> "Letter":
        """What of a letter that was refused may be kept: of a device's, nothing that it said."""
        private = any(
            rule in self.subject or rule.encode() in self.payload for rule in DEVICE_RULES
        )
        return Letter(self.subject, b"") if private else self


class UnfitError(TocsinError):
    """A message is not an event that we can file; its text says why."""


def opened(letter: Letter) -> Event:
    """Read the event and check it against where it was sent. Raises UnfitError."""
    try:
        event = decode_event(letter.payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnfitError(str(error)) from error
    facts = event.data
    if facts.rule == "box-overreach":
        raise UnfitError("only the centre says that a box oversteps its rights")
    if facts.rule in DEVICE_RULES:
        try:
            refuse_more(letter.payload, facts.rule)
        except SpokenTooMuchError as error:
            raise UnfitError(str(error)) from error
    sent_to = letter.subject.split(".")[-3:]
    if sent_to != [facts.site, facts.camera, facts.rule]:
        raise UnfitError(f"sent to {'/'.join(sent_to)}, speaks of another site, camera or rule")
    if rb"\u0000" in letter.payload and "\0" in "".join(_texts(event)):
        raise UnfitError("a text holds the character NUL, which no store takes")
    if not all(is_sound(moment) for moment in (event.time, event.senttime or event.time)):
        raise UnfitError("a time has no zone, or is not of this century or the next")
    ids = (event.id, "-" if facts.episode is None else facts.episode)
    if not (all(0 < len(each) <= 64 for each in ids) and 0 <= facts.count < _MOST):
        raise UnfitError("an id or the count is out of bounds")
    return event


def _texts(event: Event) -> list[str]:
    """All texts of an event that are stored."""
    facts = event.data
    named = (getattr(facts, name) for name in facts.__struct_fields__)
    return [event.id, *(each for each in named if isinstance(each, str))]


def is_sound(moment: datetime) -> bool:
    """Whether a time can be one: it has a zone, and is of this century or the next."""
    return moment.tzinfo is not None and _EARLIEST <= moment < _LATEST
