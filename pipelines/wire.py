"""Values in, bytes and topics out, and back.

Topics have the shape that the broker's partition mapping wants (`evt.*.*.>`), so that all events
of one site land in one partition whatever the number of sites:

    evt/<site>/<camera>/<rule>   an event                QoS 1
    evt/<site>/<camera>/clip     a redacted clip         QoS 1
    evt/<site>/<box>/batch       events that waited      QoS 1
    hb/<box>                     a heartbeat             QoS 0
    cmd/<box>, ans/<box>         a command, its answer   QoS 1
    live/<box>/<camera>          a live view, see liveview   QoS 0
    alert/<place>/<rule>         the centre's alerts     QoS 0
    may/<site>/<camera>          nothing: who may listen there may speak for the camera
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple, TypeVar

import msgspec

from pipelines.depth import read
from pipelines.flow import Clip, ClipEvent, Event, Facts, Heartbeat, Picture

CONTENT_TYPE = "application/cloudevents+json"
BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"

CLIP = "clip"
"""What the topic of a clip ends with, where that of an event has its rule."""

BATCH = "batch"
"""The same of many events in one message."""

MOST_IN_BATCH = 256

Batch = Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=MOST_IN_BATCH)]
Told = TypeVar("Told", bound=Event | ClipEvent)

_event_in = msgspec.json.Decoder(Event)
_clip_in = msgspec.json.Decoder(ClipEvent)
_batch_in = msgspec.json.Decoder(Batch)
_beat_in = msgspec.json.Decoder(Heartbeat)
_out = msgspec.json.Encoder()


class Message(NamedTuple):
    """What goes to the broker; an empty payload that is retained deletes what was."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: Literal[0, 1] = 1


def event_from(facts: Facts, *, happened_s: float, new_id: Callable[[], str]) -> Event:
    """Wrap facts as a CloudEvent. `happened_s` is Unix time; `new_id` gives a UUIDv7."""
    return Event(
        id=new_id(),
        source=f"/sites/{facts.site}/cameras/{facts.camera}",
        type=f"tocsin.{facts.rule}",
        subject=facts.place,
        time=datetime.fromtimestamp(happened_s, UTC),
        data=facts,
    )


def with_picture(facts: Facts, picture: Picture | None) -> Facts:
    """Return the facts with a redacted picture, or bare when there is none."""
    return msgspec.structs.replace(facts, picture=picture)


def clip_event(clip: Clip, *, happened_s: float, new_id: Callable[[], str]) -> ClipEvent:
    """Wrap a redacted clip as a CloudEvent, in the way of `event_from`."""
    return ClipEvent(
        id=new_id(),
        source=f"/sites/{clip.site}/cameras/{clip.camera}",
        subject=clip.place,
        time=datetime.fromtimestamp(happened_s, UTC),
        data=clip,
    )


def sent_at(event: Told, now_s: float) -> Told:
    """Return the event stamped with the Unix time at which it goes out."""
    return msgspec.structs.replace(event, senttime=datetime.fromtimestamp(now_s, UTC))


def topic_of(event: Event | ClipEvent) -> str:
    """MQTT topic of an event or a clip."""
    what = event.data.rule if isinstance(event, Event) else CLIP
    return f"evt/{event.data.site}/{event.data.camera}/{what}"


def batch_topic(site: str, box: str) -> str:
    """MQTT topic of several events of one box."""
    return f"evt/{site}/{box}/{BATCH}"


def may_speak_topic(site: str, camera: str) -> str:
    """MQTT topic to which a box may listen that may speak for a camera; nothing is said there."""
    return f"may/{site}/{camera}"


def rights_topic(box: str) -> str:
    """MQTT topic to which a box may listen where the broker knows of `may_speak_topic`."""
    return f"may/{box}"


def heartbeat_topic(box: str) -> str:
    """MQTT topic of a box's heartbeat and last will."""
    return f"hb/{box}"


def command_topic(box: str) -> str:
    """MQTT topic under which a box is told what to do."""
    return f"cmd/{box}"


def answer_topic(box: str) -> str:
    """MQTT topic under which a box answers."""
    return f"ans/{box}"


def encode(value: msgspec.Struct) -> bytes:
    """JSON of any value that leaves the process; times are RFC 3339, bytes are base64."""
    return _out.encode(value)


def encode_batch(events: Iterable[bytes]) -> bytes:
    """Several events that are JSON already, in the JSON batch format of CloudEvents 1.0.2."""
    return b"[" + b",".join(events) + b"]"


def decode_batch(payload: bytes | bytearray | memoryview) -> list[msgspec.Raw]:
    """Take a batch apart, none of whose events is read yet. Raises like `decode_event`."""
    return read(_batch_in, payload)


def decode_event(payload: bytes | bytearray | memoryview) -> Event:
    """Read an event; fields that we do not know are dropped here and go no further.

    Raises msgspec.DecodeError, or its child ValidationError, on anything that is not an event.
    """
    return read(_event_in, payload)


def decode_clip(payload: bytes | bytearray | memoryview) -> ClipEvent:
    """Read a clip; raises like `decode_event`."""
    return read(_clip_in, payload)


def decode_told(payload: bytes) -> Event | ClipEvent:
    """Read what a box has to tell, an event or a clip; raises like `decode_event`."""
    try:
        return decode_event(payload)
    except msgspec.ValidationError:
        if b'"tocsin.clip"' not in payload[:1024]:
            raise
        return decode_clip(payload)


def decode_heartbeat(payload: bytes | bytearray | memoryview) -> Heartbeat:
    """Read a heartbeat; raises like `decode_event`."""
    return read(_beat_in, payload)
