"""A kind of file in, its JSON Schema out, for editors that complete and check YAML."""

from typing import Any

import msgspec

from center.config import CenterConfig
from center.watchlist import WatchList
from edge.config import EdgeConfig
from pipelines.flow import Event

KINDS: dict[str, type[msgspec.Struct]] = {
    "edge": EdgeConfig,
    "center": CenterConfig,
    "watch": WatchList,
    "event": Event,
}
_SECRETS = ("password",)
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: str) -> bytes:
    """The JSON Schema of one of `KINDS`, indented. A secret may stand in a file of its own."""
    found = msgspec.json.schema(KINDS[kind])
    for definition in found.get("$defs", {}).values():
        _offer_files(definition)
    ordered = {"$schema": _DIALECT, "title": f"Tocsin {kind}", **found}
    return msgspec.json.format(msgspec.json.encode(ordered), indent=2)


def _offer_files(definition: dict[str, Any]) -> None:
    """Beside each secret, offer the key that names a file which holds it."""
    properties = definition.get("properties", {})
    for name in _SECRETS:
        if name not in properties:
            continue
        properties[f"{name}_file"] = {"type": "string", "description": f"a file that holds {name}"}
        if name in definition.get("required", []):
            definition["required"].remove(name)
            definition["anyOf"] = [{"required": [name]}, {"required": [f"{name}_file"]}]
