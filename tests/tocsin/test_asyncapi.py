"""The document of the topics: sound AsyncAPI, and what the structs say."""

import json

import pytest

from pipelines.wire import encode, topic_of
from tests.contract import DOCUMENT, Contract, against_the_standard, document
from tests.events import event
from tocsin.asyncapi import text


def test_the_document_is_asyncapi_3() -> None:
    assert against_the_standard(document()) == []


def test_the_standard_refuses_what_is_none() -> None:
    torn = document()
    torn["operations"]["eventSent"]["action"] = "shout"
    assert against_the_standard(torn)


def test_the_document_says_what_the_structs_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == text(), (
        "write it anew: tocsin schema asyncapi > docs/reference/asyncapi.yaml"
    )


def test_every_reference_leads_somewhere() -> None:
    said = document()
    for reference in _references(said):
        at = said
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [each for part in value.values() for each in _references(part)]
    return [each for part in value for each in _references(part)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    "spoilt",
    [
        {"time": 5},
        {"data": {}},
        {"specversion": "0.3"},
        {"data": {"site": "s", "camera": "c", "place": "p", "rule": "burglary"}},
        {"data": {"site": "s", "camera": "c", "place": "p", "rule": "intrusion", "box": [0, 1]}},
    ],
)
def test_the_document_tells_an_event_from_what_is_none(spoilt: dict[str, object]) -> None:
    contract, sound = Contract(), event(picture_bytes=3)
    assert contract.faults(topic_of(sound), encode(sound)) == []
    assert contract.faults(
        topic_of(sound), json.dumps({**json.loads(encode(sound)), **spoilt}).encode()
    )
    assert contract.faults("evt/only-a-site", encode(sound))
