"""The AsyncAPI document in, a judge of what passes the broker out."""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "reference" / "asyncapi.yaml"
META = ROOT / "tests" / "schemas" / "asyncapi-3.0.0.json"


def document() -> dict[str, Any]:
    """What the docs promise."""
    return dict(yaml.safe_load(DOCUMENT.read_text(encoding="utf-8")))


def against_the_standard(said: dict[str, Any]) -> list[str]:
    """Where a document is no AsyncAPI 3.0.0, as its own schema has it."""
    judge = Draft7Validator(json.loads(META.read_text(encoding="utf-8")))
    return [f"{error.json_path}: {error.message}" for error in judge.iter_errors(said)]


class Contract:
    """Tells for a topic which channel it is, and for a payload what breaks the channel's schema."""

    def __init__(self) -> None:
        self.said = document()
        self.channels = {
            name: re.compile(re.sub(r"\{\w+\}", "[a-z0-9_-]+", channel["address"]))
            for name, channel in self.said["channels"].items()
        }

    def channel(self, topic: str) -> str | None:
        """The name of the topic's channel."""
        return next((name for name, form in self.channels.items() if form.fullmatch(topic)), None)

    def faults(self, topic: str, payload: bytes) -> list[str]:
        """What is wrong with a message."""
        name = self.channel(topic)
        if name is None:
            return [f"{topic}: no channel has this address"]
        (message,) = self.said["channels"][name]["messages"].values()
        carried = self.said["components"]["messages"][message["$ref"].rpartition("/")[2]]
        judge = Draft7Validator({**carried["payload"], "components": self.said["components"]})
        body = json.loads(payload)
        return [f"{topic}{error.json_path}: {error.message}" for error in judge.iter_errors(body)]
