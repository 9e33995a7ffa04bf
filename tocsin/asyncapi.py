"""The structs that leave a process in, an AsyncAPI 3.0 document of the native topics out.

`docs/reference/asyncapi.yaml` is its text; a test holds that file to it, and what is really sent to
the document. Payloads are JSON Schema draft 07, the dialect that every AsyncAPI tool reads.
"""

from typing import Any, NamedTuple

import msgspec
import yaml

from center.alert import Alert
from pipelines.commands import Answer, Command
from pipelines.flow import ClipEvent, Event, Heartbeat
from pipelines.wire import BATCH_CONTENT_TYPE, CONTENT_TYPE

_REF = "#/components/schemas/{name}"


class Channel(NamedTuple):
    """One topic: its address, what it carries, who sends it and how."""

    address: str
    carries: Any
    summary: str
    sender: str
    qos: int
    content_type: str = "application/json"


CHANNELS = {
    "clip": Channel(
        "evt/{site}/{camera}/clip",
        ClipEvent,
        "A redacted clip of what a rule found.",
        "box",
        1,
        CONTENT_TYPE,
    ),
    "partitionedClip": Channel(
        "pe/{partition}/{site}/{camera}/clip",
        ClipEvent,
        "The same clip where the broker hands it out.",
        "broker",
        1,
        CONTENT_TYPE,
    ),
    "batch": Channel(
        "evt/{site}/{box}/batch",
        list[Event],
        "Events of several cameras that had to wait, in the order in which they happened.",
        "box",
        1,
        BATCH_CONTENT_TYPE,
    ),
    "partitionedBatch": Channel(
        "pe/{partition}/{site}/{box}/batch",
        list[Event],
        "The same events where the broker hands them out.",
        "broker",
        1,
        BATCH_CONTENT_TYPE,
    ),
    "event": Channel(
        "evt/{site}/{camera}/{rule}", Event, "What a rule found.", "box", 1, CONTENT_TYPE
    ),
    "partitionedEvent": Channel(
        "pe/{partition}/{site}/{camera}/{rule}",
        Event,
        "The same event where the broker hands it out: all of a site are in one partition.",
        "broker",
        1,
        CONTENT_TYPE,
    ),
    "heartbeat": Channel(
        "hb/{box}",
        Heartbeat,
        "How a box does, each second; its last will says `online: false`.",
        "box",
        0,
    ),
    "command": Channel(
        "cmd/{box}",
        Command,
        "What a box is to do: arm or disarm a rule, change a sensitivity, take a redacted still, "
        "show a camera live, tell its zones.",
        "centre, or a user who may",
        1,
    ),
    "answer": Channel(
        "ans/{box}",
        Answer,
        "What came of a command, under its id.",
        "box",
        1,
    ),
    "live": Channel(
        "live/{box}/{camera}",
        bytes,
        "A part of a camera's redacted live view, while somebody looks; for the centre only.",
        "box",
        0,
        "application/octet-stream",
    ),
    "alert": Channel(
        "alert/{place}/{rule}",
        Alert,
        "An alert that changed in any way: events joined, or somebody worked on it.",
        "centre",
        0,
    ),
}
_PART = (
    "Big endian: `TLV1`; u8 kind: 0 a JPEG, 1 `ftyp` and `moov`, 2 `moof` and `mdat`; u8 flags: "
    "1 begins with a keyframe, 2 of the small stream, 4 pictures before it were left out; u16 "
    "zero; u32 the film it belongs to; u32 its number, without gaps; u64 when the camera saw it, "
    "Unix time in ms; then the bytes."
)
_PARAMETERS = {
    "site": "what one box watches",
    "camera": "a camera's id, or the box's own where it speaks for itself",
    "rule": "what the event is about",
    "partition": "0 to 15",
    "box": "a box's id",
    "place": "a place of the watch list",
}


def text() -> str:
    """The document as YAML."""
    return yaml.dump(
        document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )  # fmt: skip


def document() -> dict[str, Any]:
    """The document as plain values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tocsin",
            "version": "1",
            "description": "What boxes and the command centre say to each other over MQTT 3.1.1. "
            "Fields that have nothing to say are left out; readers drop what they do not know.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"centre": _server()},
        "channels": {name: _channel(channel) for name, channel in CHANNELS.items()},
        "operations": {f"{name}Sent": _sent(name) for name in CHANNELS},
        "components": {
            "messages": {name: _message(channel) for name, channel in CHANNELS.items()},
            "parameters": {name: {"description": what} for name, what in _PARAMETERS.items()},
            "schemas": schemas(),
            "securitySchemes": {"password": {"type": "userPassword"}},
        },
    }


def schemas() -> dict[str, Any]:
    """JSON Schema draft 07 of every struct on the wire, by its name."""
    kinds = tuple(each.carries for each in CHANNELS.values() if each.carries is not bytes)
    _, found = msgspec.json.schema_components(kinds, ref_template=_REF)
    return {name: _draft_07(schema) for name, schema in found.items()}


def _server() -> dict[str, Any]:
    return {
        "host": "centre.example:1883",
        "protocol": "mqtt",
        "protocolVersion": "3.1.1",
        "description": "The centre's broker; any MQTT 3.1.1 broker will do.",
        "security": [{"$ref": "#/components/securitySchemes/password"}],
    }


def _channel(channel: Channel) -> dict[str, Any]:
    names = [part[1:-1] for part in channel.address.split("/") if part.startswith("{")]
    name = next(name for name, each in CHANNELS.items() if each is channel)
    return {
        "address": channel.address,
        "summary": channel.summary,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "parameters": {each: {"$ref": f"#/components/parameters/{each}"} for each in names},
    }


def _sent(name: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": f"By the {CHANNELS[name].sender}. {CHANNELS[name].summary}",
        "bindings": {"mqtt": {"qos": CHANNELS[name].qos, "retain": False}},
    }


def _message(channel: Channel) -> dict[str, Any]:
    if channel.carries is bytes:
        payload = {"type": "string", "format": "binary", "description": _PART}
        return {"contentType": channel.content_type, "payload": payload}
    (said,), _ = msgspec.json.schema_components((channel.carries,), ref_template=_REF)
    return {
        "contentType": channel.content_type,
        "payload": _draft_07(said),
    }


def _draft_07(schema: Any) -> Any:
    """A schema whose fixed tuples are said as draft 07 says them, without OpenAPI's own keys."""
    if isinstance(schema, list):
        return [_draft_07(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    said = {key: _draft_07(value) for key, value in schema.items() if key != "discriminator"}
    if "prefixItems" in said:
        said |= {"items": said.pop("prefixItems"), "additionalItems": False}
    return said


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and says everything again rather than by alias."""

    def ignore_aliases(self, _: object) -> bool:
        return True


def _as_block(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _as_block)
