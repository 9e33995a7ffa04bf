"""From the API over the real broker to a box and back: who may is heard, and answered."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest

from pipelines.commands import Answer, Command, Fault, Snapshot, decode_command
from pipelines.flow import Picture
from pipelines.wire import encode
from tests.center.centre import Box, Centre, eventually
from tests.contract import Contract

DISARM = {"command": "disarm", "camera": "cam-1", "rule": "intrusion-in"}
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def box(shared: Centre) -> Iterator[Box]:
    """A box that listens to its commands."""
    with shared.box() as found:
        found.listen("cmd/box-1", qos=1)
        yield found


def answered(
    shared: Centre, box: Box, wish: dict[str, Any], reply: Callable[[Command], Answer]
) -> httpx.Response:
    """Post a wish; the box hears it and answers."""
    before = len(box.heard)
    with ThreadPoolExecutor(1) as hands:
        asking = hands.submit(shared.http.post, "/api/boxes/box-1/commands", json=wish)
        topic, payload = eventually(lambda: box.heard[before:])[0]
        assert Contract().faults(topic, payload) == []
        answer = encode(reply(decode_command(payload)))
        assert Contract().faults("ans/box-1", answer) == []
        box.say("ans/box-1", answer)
        return asking.result(20)


def done(command: Command) -> Answer:
    return Answer(id=command.id, box="box-1", time=NOW, ok=True)


def test_a_command_is_filled_in_sent_and_answered(shared: Centre, box: Box) -> None:
    answer = answered(shared, box, DISARM, done)
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    said = decode_command(box.heard[-1][1])
    assert (said.by, said.camera, answer.json()["id"]) == ("centre/seat-1", "cam-1", said.id)


def test_a_still_comes_back_with_its_answer(shared: Centre, box: Box) -> None:
    def with_picture(command: Command) -> Answer:
        assert isinstance(command, Snapshot)
        still = Picture(width=4, height=3, data=b"jpeg")
        return msgspec.structs.replace(done(command), picture=still)

    wish = {"command": "snapshot", "camera": "cam-1"}
    answer = answered(shared, box, wish, with_picture)
    assert answer.json()["picture"]["redaction"] == "fill"


def test_what_the_box_refuses_is_a_problem_that_says_what_is_allowed(
    shared: Centre, box: Box
) -> None:
    def refused(command: Command) -> Answer:
        fault = Fault(type="unknown", detail="no such rule", at="$.rule", allowed=("way-out",))
        return msgspec.structs.replace(done(command), ok=False, error=fault)

    answer = answered(shared, box, DISARM, refused)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "unknown: no such rule; there are: way-out"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"command": "disarm", "camera": "cam-1"}, "rule"),
        (DISARM | {"by": "somebody"}, "$.by"),
        (DISARM | {"id": "mine"}, "$.id"),
        ({"command": "sensitivity", "camera": "cam-1", "value": 0}, "$.value"),
    ],
)
def test_what_is_no_command_is_refused_before_it_is_sent(
    shared: Centre, wish: dict[str, Any], said: str
) -> None:
    answer = shared.http.post("/api/boxes/box-1/commands", json=wish)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_box_that_nobody_knows_is_not_asked(shared: Centre) -> None:
    assert shared.http.post("/api/boxes/box-9/commands", json=DISARM).status_code == 404


def test_a_command_from_another_sites_page_is_refused(shared: Centre) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    answer = shared.http.post("/api/boxes/box-1/commands", json=DISARM, headers=headers)
    assert answer.status_code == 403


def test_only_those_who_may_are_heard_and_only_by_the_box_they_mean(
    shared: Centre, box: Box
) -> None:
    with shared.box("watcher") as watcher, shared.box("box-2") as other, shared.box("duty") as duty:
        other.listen("cmd/box-1", qos=1)
        watcher.listen("ans/box-1")
        duty.listen("ans/box-1")
        for stranger, topic in (
            (watcher, "cmd/box-1"), (other, "cmd/box-1"), (other, "ans/box-1"), (duty, "cmd/box-2"),
        ):  # fmt: skip
            number = stranger.say(topic, b"from a stranger")
            eventually(partial(_is_acked, stranger, number))
        duty.say("cmd/box-1", b"from the duty")
        eventually(lambda: (b"from the duty") in [payload for _, payload in box.heard])
        box.say("ans/box-1", b"to the duty")
        eventually(lambda: duty.heard)
    assert ("ans/box-1", b"to the duty") in duty.heard
    assert b"from a stranger" not in [payload for _, payload in box.heard + duty.heard]
    assert other.heard == watcher.heard == []


def _is_acked(box: Box, number: int) -> bool:
    return number in box.acked
