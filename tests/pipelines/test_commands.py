"""Which commands a box takes, and what it says of those that it does not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from pipelines.commands import (
    MOST,
    Arm,
    AskZones,
    Command,
    Disarm,
    Fault,
    Kind,
    Sensitivity,
    Snapshot,
    decode_command,
    fault_of,
    id_in,
    unreadable,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=10)
RULES = {"yard": ("intrusion-in",), "gate": ()}


def fault(
    command: Command, *allowed: Kind, rules: Mapping[str, tuple[str, ...]] = RULES
) -> Fault | None:
    disarmed = {"gate": "it states no office"}
    return fault_of(command, now=NOW, allowed=allowed, rules=rules, disarmed=disarmed)


def disarm(**other: Any) -> Disarm:
    whole: dict[str, Any] = {
        "id": "1",
        "expires": SOON,
        "camera": "yard",
        "rule": "intrusion-in",
    } | other
    return Disarm(**whole)


def test_what_the_file_allows_is_done_and_nothing_else() -> None:
    assert fault(disarm(), "disarm") is None
    refused = fault(disarm(), "snapshot", "arm")
    assert refused is not None
    assert (refused.type, refused.at, refused.allowed) == (
        "forbidden", "$.command", ("arm", "snapshot"),
    )  # fmt: skip
    nothing = fault(disarm())
    assert nothing is not None
    assert nothing.allowed == ()


@pytest.mark.parametrize(
    ("other", "kind", "at", "known"),
    [
        ({"camera": "roof"}, "unknown", "$.camera", ("yard", "gate")),
        ({"rule": "loitering-in"}, "unknown", "$.rule", ("intrusion-in",)),
        ({"camera": "gate"}, "unknown", "$.rule", ()),
        ({"expires": NOW}, "expired", "$.expires", ()),
        ({"expires": NOW + MOST + timedelta(seconds=1)}, "unreadable", "$.expires", ()),
    ],
)
def test_what_cannot_be_done_is_said_with_its_key_and_what_is_allowed(
    other: dict[str, Any], kind: str, at: str, known: tuple[str, ...]
) -> None:
    found = fault(disarm(**other), "disarm")
    assert found is not None
    assert (found.type, found.at, found.allowed) == (kind, at, known)


def test_every_kind_is_read_back_as_it_was_sent() -> None:
    common: dict[str, Any] = {"id": "a-1", "expires": SOON, "by": "duty", "camera": "yard"}
    for command in (
        Arm(**common, rule="r"), Disarm(**common, rule="r"), Sensitivity(**common, value=2.0),
        Snapshot(**common), AskZones(**common),
    ):  # fmt: skip
        assert decode_command(msgspec.json.encode(command)) == command


@pytest.mark.parametrize(
    ("payload", "at", "known"),
    [
        (b'{"command":"sensitivity","id":"7","expires":"2026-03-01T12:00:00Z","camera":"a","value":99}',
         "$.value", "7"),
        (b'{"command":"snapshot","id":"7","expires":"2026-03-01T12:00:00","camera":"a"}',
         "$.expires", "7"),
        (b'{"command":"snapshot","id":"7","expires":"2026-03-01T12:00:00Z","camera":"a","face":1}',
         "", "7"),
        (b'{"command":"shout","id":"7"}', "$.command", "7"),
        (b'{"command":"snapshot","id":"../7"}', "$.id", ""),
        (b"\xff{", "", ""),
    ],
)  # fmt: skip
def test_what_is_no_command_is_said_with_the_key_to_blame(
    payload: bytes, at: str, known: str
) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)) as error:
        decode_command(payload)
    assert unreadable(error.value).at == at
    assert id_in(payload) == known


def test_a_camera_that_does_not_say_why_it_is_there_is_neither_armed_nor_shown() -> None:
    words: dict[str, Any] = {"id": "1", "expires": SOON, "camera": "gate"}
    asked = Arm(rule="loitering-in", **words), Snapshot(**words)
    for command in asked:
        refused = fault(command, "arm", "snapshot", rules=RULES | {"gate": ("loitering-in",)})
        assert refused is not None
        assert (refused.type, refused.at) == ("forbidden", "$.camera")
        assert "it states no office" in refused.detail
    assert fault(disarm(), "disarm") is None
    assert fault(Sensitivity(value=2.0, **words), "sensitivity") is None
