"""An event of a door, help point or patrol point in, what it may not say refused.

Such a device speaks through a box user of the broker, and says that something happened and nothing
else: a badge was granted, never whose. `ONVIF` is how the standard's door controllers say the same.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from pipelines.errors import TocsinError
from pipelines.flow import Phase, Rule

BADGES: frozenset[Rule] = frozenset({"badge-granted", "badge-denied"})
DEVICE_RULES: frozenset[Rule] = BADGES | {
    "help-point", "door-forced", "door-held", "door-opened", "patrol-passed",
}  # fmt: skip
_Name = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f-]{36}$(?!\n)")]
"""A UUID, in which nothing can be written."""


class OnvifWord(NamedTuple):
    """What a door controller says: topic without `tns1:`, and the item of its data that tells."""

    topic: str
    item: str
    value: str
    rule: Rule


ONVIF = (
    OnvifWord("Device/Trigger/DigitalInput", "LogicalState", "true", "help-point"),
    OnvifWord("Door/State/DoorAlarm", "State", "DoorForcedOpen", "door-forced"),
    OnvifWord("Door/State/DoorAlarm", "State", "DoorOpenTooLong", "door-held"),
    OnvifWord("Door/State/DoorPhysicalState", "State", "Open", "door-opened"),
    OnvifWord("AccessControl/AccessGranted/Anonymous", "", "", "badge-granted"),
    OnvifWord("AccessControl/Denied/Anonymous", "", "", "badge-denied"),
)
"""Topics under `Credential` have no row: they say whose badge it was."""


class SpokenTooMuchError(TocsinError):
    """An event of a device says more than it may; its text must not repeat what."""


class _Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    site: str
    camera: str
    place: str
    rule: str


class _Once(_Place, frozen=True, forbid_unknown_fields=True):
    """Where and what; `count` is 1, since one event is one press or one badge."""

    count: Literal[1] = 1


class _Living(_Place, frozen=True, forbid_unknown_fields=True):
    """A door that is held open goes on, as a camera's rule does, and may end as one does."""

    phase: Phase | None = None
    episode: _Name | None = None
    duration_s: float | None = None
    unwatched: bool = False
    count: Literal[0, 1] = 1  # an end that nobody saw counts as none


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    specversion: str
    id: _Name
    source: str
    type: str
    subject: str
    time: datetime
    data: msgspec.Raw
    senttime: datetime | None = None
    datacontenttype: str = "application/json"


def refuse_more(payload: bytes, rule: Rule) -> None:
    """Raise SpokenTooMuchError when an event of a device has a field that it may not have.

    A badge's event takes the bare facts; a holder or a credential has no field, here or anywhere.
    """
    kind: type[Any] = _Once if rule in BADGES else _Living
    try:
        envelope = msgspec.json.decode(payload, type=_Envelope)
        facts = msgspec.json.decode(envelope.data, type=kind)
    except msgspec.DecodeError as error:
        allowed = ", ".join(kind.__struct_fields__)
        raise SpokenTooMuchError(
            f"an event of {rule} says more than it may; it takes {allowed}, and a UUID as its id"
        ) from error
    bare = f"/sites/{facts.site}/cameras/{facts.camera}"
    told = (envelope.source, envelope.type, envelope.subject)
    if told != (bare, f"tocsin.{rule}", facts.place):
        raise SpokenTooMuchError(
            f"an event of {rule} has as source {bare}, as type tocsin.{rule}, as subject its place"
        )


def rule_of(word: str) -> Rule | None:
    """The rule that a word names: its own name, or `TOPIC` or `TOPIC=VALUE` of `ONVIF`."""
    topic, _, value = word.removeprefix("tns1:").partition("=")
    found = (each.rule for each in ONVIF if (each.topic, each.value) == (topic, value))
    return next(found, next((rule for rule in DEVICE_RULES if rule == word), None))
