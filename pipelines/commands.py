"""What may be asked of a box over MQTT, and what it answers.

A command names a camera, carries an id under which it is done once and answered always, and a
moment after which it is too late. Nobody is asked who they are here: that is for the broker, which
lets only some users speak under `cmd/<box>`; `by` is what the sender says of itself.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

import msgspec

from pipelines.depth import read
from pipelines.drawing import Drawing
from pipelines.flow import Picture
from pipelines.liveview import Rate
from pipelines.settings import Id

MOST = timedelta(minutes=10)
"""How far ahead a command may expire: for so long a box remembers what it answered."""

Kind = Literal["arm", "disarm", "sensitivity", "snapshot", "live", "zones"]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$(?!\n)")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Asked(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"
):
    """What all commands have in common.

    id       chosen by the sender; asking again under it does nothing again
    expires  when it is too late
    by       who asks, as the sender says
    """

    id: Name
    expires: Moment
    by: Annotated[str, msgspec.Meta(max_length=64)] = ""
    camera: Id


class Arm(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="arm"):
    """Let a rule hold again, within its schedule."""

    rule: str


class Disarm(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="disarm"):
    """Let a rule rest; what goes on under it ends."""

    rule: str


class Sensitivity(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="sensitivity"):
    """Set a camera's sensitivity to motion; its background is learnt anew."""

    value: Annotated[float, msgspec.Meta(gt=0, le=10)]


class Snapshot(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="snapshot"):
    """Answer with a redacted still of the next frame."""


class Live(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="live"):
    """Show a camera, redacted, for as long as somebody looks; said again, it goes on.

    lease_s  after which the box stops by itself; 0 stops at once
    rate     `low`: a still each second; `full`: a film as well
    """

    lease_s: Annotated[float, msgspec.Meta(ge=0, le=15)]
    rate: Rate = "low"


class AskZones(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="zones"):
    """Answer with the camera's zones, lines, privacy masks and rules as they are now."""


Command = Arm | Disarm | Sensitivity | Snapshot | Live | AskZones


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a command was not done.

    type     `unreadable`: it is none; `expired`; `forbidden`: the box's file does not allow it;
             `unknown`: it names what is not there; `failed`: it was tried
    at       the key that is to blame, `$.rule`
    allowed  what may stand there
    """

    type: Literal["unreadable", "expired", "forbidden", "unknown", "failed"]
    detail: str
    at: str = ""
    allowed: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a box answers.

    id       of the command; empty when it had none
    time     when it was answered
    picture  a redacted still, when one was asked for; not said again to the same id
    drawing  the camera's zones, lines and rules, when they were asked for
    """

    id: str
    box: str
    time: datetime
    ok: bool
    error: Fault | None = None
    picture: Picture | None = None
    drawing: Drawing | None = None


class _Named(msgspec.Struct, frozen=True):
    id: Name


_command_in: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_named_in = msgspec.json.Decoder(_Named)
_answer_in = msgspec.json.Decoder(Answer)


def decode_command(payload: bytes) -> Command:
    """Read a command. Raises msgspec.DecodeError on anything that is none."""
    return read(_command_in, payload)


def decode_answer(payload: bytes) -> Answer:
    """Read an answer; raises like `decode_command`."""
    return read(_answer_in, payload)


def id_in(payload: bytes) -> str:
    """The id of what cannot be read otherwise, or nothing."""
    try:
        return read(_named_in, payload).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def unreadable(error: Exception) -> Fault:
    """What to say of a payload that is no command, with the key that is to blame."""
    detail, _, at = str(error).partition(" - at `")
    return Fault(type="unreadable", detail=detail, at=at.removesuffix("`"))


def fault_of(
    command: Command,
    *,
    now: datetime,
    allowed: Collection[Kind],
    rules: Mapping[str, Collection[str]],
    disarmed: Mapping[str, str],
) -> Fault | None:
    """Why a command may not be done, or nothing.

    allowed   kinds that the box's file allows
    rules     ids of each camera's rules
    disarmed  why a camera may neither be armed nor shown, where it may not
    """
    kind = command.__struct_config__.tag
    if now >= command.expires:
        said = (
            f"it expired at {command.expires.isoformat()}, the box's clock says {now.isoformat()}"
        )
        return Fault(type="expired", detail=said, at="$.expires")
    if command.expires - now > MOST:
        said = f"no command may expire later than in {MOST.seconds // 60} minutes"
        return Fault(type="unreadable", detail=said, at="$.expires")
    if kind not in allowed:
        said = "the box's file does not allow it, see `commands` there"
        return Fault(type="forbidden", detail=said, at="$.command", allowed=_in_order(allowed))
    if command.camera not in rules:
        said = f"the box has no camera {command.camera!r}"
        return Fault(type="unknown", detail=said, at="$.camera", allowed=tuple(rules))
    known = rules[command.camera]
    if isinstance(command, Arm | Disarm) and command.rule not in known:
        said = f"camera {command.camera!r} has no rule {command.rule!r}"
        return Fault(type="unknown", detail=said, at="$.rule", allowed=tuple(known))
    return _disarmed(command, disarmed.get(command.camera, ""))


def _disarmed(command: Command, why: str) -> Fault | None:
    """A camera that does not say why it is there is neither armed nor shown."""
    if not why or not isinstance(command, Arm | Snapshot | Live):
        return None
    said = f"camera {command.camera!r} cannot be watched: {why} in the box's file"
    return Fault(type="forbidden", detail=said, at="$.camera")


def _in_order(allowed: Collection[Kind]) -> tuple[str, ...]:
    return tuple(kind for kind in get_args(Kind) if kind in allowed)
