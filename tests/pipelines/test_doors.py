"""Doors and help points: they say that something happened, and never to whom."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.clock import SystemClock
from edge.unwatched import end_of
from pipelines.doors import BADGES, DEVICE_RULES, ONVIF, SpokenTooMuchError, refuse_more, rule_of
from pipelines.flow import Rule
from pipelines.wire import encode
from tests.center.centre import event

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "onvif.md"
BARE = sorted(DEVICE_RULES)


def told(rule: Rule, *, envelope: dict[str, Any] | None = None, **facts: object) -> bytes:
    whole = msgspec.to_builtins(event(rule=rule, label=None, camera="door-1"))
    whole["data"] |= facts
    return msgspec.json.encode(whole | (envelope or {}))


@pytest.mark.parametrize("rule", BARE)
def test_the_bare_fact_passes(rule: Rule) -> None:
    refuse_more(told(rule), rule)


@pytest.mark.parametrize("rule", BARE)
@pytest.mark.parametrize(
    "more", [{"credential": 7}, {"holder": "x"}, {"class": "x"}, {"rule_id": "7"}, {"count": 2}]
)
def test_a_field_that_could_say_whose_it_was_is_refused(rule: Rule, more: dict[str, Any]) -> None:
    with pytest.raises(SpokenTooMuchError) as caught:
        refuse_more(told(rule, **more), rule)
    assert not any(f"'{value}'" in str(caught.value) for value in more.values())


@pytest.mark.parametrize(
    "envelope",
    [{"holder": "x"}, {"id": "badge-of-somebody"}, {"subject": "x"}, {"source": "/sites/x"}],
)
def test_the_envelope_has_no_room_for_it_either(envelope: dict[str, Any]) -> None:
    with pytest.raises(SpokenTooMuchError):
        refuse_more(told("badge-granted", envelope=envelope), "badge-granted")


def test_a_door_that_is_held_goes_on_and_a_badge_does_not() -> None:
    life: dict[str, Any] = {"phase": "begin", "episode": "019ab2c4-7d0e-7c11-9c51-6f0d1f0a2b3b"}
    refuse_more(told("door-held", **life), "door-held")
    with pytest.raises(SpokenTooMuchError):
        refuse_more(told("badge-granted", **life), "badge-granted")


def test_a_door_whose_box_died_ends_as_any_life_does() -> None:
    life = "019ab2c4-7d0e-7c11-9c51-6f0d1f0a2b3b"
    begun = event(rule="door-held", label=None, camera="door-1", life=(life, "begin"))
    refuse_more(encode(end_of(SystemClock(), begun)), "door-held")


def test_a_device_speaks_by_our_word_or_by_onvifs() -> None:
    assert rule_of("help-point") == "help-point"
    assert rule_of("tns1:Door/State/DoorAlarm=DoorForcedOpen") == "door-forced"
    assert rule_of("AccessControl/AccessGranted/Anonymous") == "badge-granted"
    assert rule_of("AccessControl/AccessGranted/Credential") is None
    assert rule_of("intrusion") is None


def test_the_docs_have_the_table_of_doors() -> None:
    rows = re.findall(
        r"^\| `([A-Za-z/]+)` \| `?([A-Za-z]*)`? \| `?([A-Za-z]*)`? \| `([a-z-]+)` \|$",
        DOCS.read_text(), re.MULTILINE,
    )  # fmt: skip
    assert rows == [tuple(word) for word in ONVIF]
    assert {word.rule for word in ONVIF} == DEVICE_RULES - {"patrol-passed"}
    assert BADGES < DEVICE_RULES
