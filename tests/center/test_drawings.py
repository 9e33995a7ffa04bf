"""Zones of a camera over the API, as its box tells them: who may, and why there may be none."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from fastapi import FastAPI

from center.access import EVERYBODY
from center.actor import Caller
from center.commanding import Commanding
from center.drawings import FRESH_S, Drawings, DrawingView
from center.rights import Role
from center.store import Store
from pipelines.commands import Answer, Command, Fault
from pipelines.drawing import Drawing, RuleNow, Shape
from pipelines.flow import CameraState
from pipelines.wire import encode
from tests.center.centre import NOON, Centre
from tests.center.desks import Asker, MovedClock, Office, application, boxes_of
from tests.center.livebox import LiveBox, live_box
from tests.contract import Contract

ZONES = "/api/cameras/cam-1/zones"
DRAWN = Drawing(
    zones=(Shape(id="yard", points=((0.1, 0.5), (0.6, 0.5), (0.6, 0.9))),),
    rules=(RuleNow(id="in-yard", rule="intrusion", armed=True, zone="yard"),),
)


@pytest.fixture(scope="module")
def box(shared: Centre) -> Iterator[LiveBox]:
    other = CameraState(camera="cam-2", place="depot", state="live")
    with live_box(shared, CameraState(camera="cam-1", place="depot", state="live"), other) as made:
        made.drawing = DRAWN
        yield made


def test_a_box_tells_what_is_drawn(shared: Centre, box: LiveBox) -> None:
    answer = shared.http.get(f"{ZONES}?box=box-1")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    told = msgspec.json.decode(answer.content, type=DrawingView)
    assert (told.camera, told.box, told.drawing) == ("cam-1", "box-1", DRAWN)
    asked = box.zones_asked[0]
    assert (asked.camera, asked.by) == ("cam-1", "centre/seat-1")
    assert Contract().faults("cmd/box-1", encode(asked)) == []


class Counted(Commanding):
    """Answers by itself, and counts how often it was asked."""

    sent = 0

    async def send(self, box: str, command: Command) -> Answer | None:
        self.sent += 1
        await asyncio.sleep(0)
        return Answer(id=command.id, box=box, time=NOON, ok=True, drawing=DRAWN)


def test_who_asks_at_the_same_time_or_just_after_is_told_what_the_box_has_just_said() -> None:
    clock = MovedClock()
    boxes = Counted(clock)

    async def asked() -> list[int]:
        drawings, sent = Drawings(boxes, clock), list[int]()
        for after_s in (0.0, FRESH_S, FRESH_S + 1):
            clock.at_s += after_s
            views = [drawings.of("box-1", "cam-1", seat=f"seat-{seat}") for seat in range(3)]
            assert {view.drawing for view in await asyncio.gather(*views)} == {DRAWN}
            sent.append(boxes.sent)
        return sent

    assert asyncio.run(asked()) == [1, 1, 2]


def test_what_a_box_does_not_tell_is_a_problem_that_says_why(shared: Centre, box: LiveBox) -> None:
    box.refuse = Fault(type="forbidden", detail="the box's file does not allow it")
    try:
        answer = shared.http.get(ZONES.replace("cam-1", "cam-2"))
    finally:
        box.refuse = None
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/zones-forbidden"
    assert answer.json()["detail"] == "the box's file does not allow it"
    assert shared.http.get(ZONES.replace("cam-1", "cam-9")).status_code == 404


@pytest.fixture
def office(tmp_path: Path, empty: Path) -> Iterator[Office]:
    shutil.copy(empty, tmp_path / "a.db")
    with closing(Store(tmp_path / "a.db")) as store:
        yield Office(store)


def api_of(office: Office, folder: Path, who: Caller = EVERYBODY) -> FastAPI:
    boxes = boxes_of(office)
    return application(office, folder / "watch.yaml", boxes=boxes, known=lambda _: who)


def test_a_box_that_is_away_is_not_asked_and_one_that_is_silent_is_said_to_be(
    office: Office, tmp_path: Path
) -> None:
    http = Asker(api_of(office, tmp_path))
    silent = http.get(ZONES)
    office.clock.at_s += 75
    away = http.get(ZONES)
    assert [each.status_code for each in (silent, away)] == [504, 504]
    assert {each.json()["type"] for each in (silent, away)} == {"/problems/zones-silent"}
    assert "does not answer" in silent.json()["detail"]
    assert "spoke last 75 s ago" in away.json()["detail"]
    assert away.headers["content-type"] == "application/problem+json"


WHO: dict[tuple[Role, str], int] = {
    ("auditor", "depot"): 504, ("operator", "depot"): 504, ("operator", "school"): 403,
    ("patrol", "depot"): 403, ("custodian", "depot"): 403,
}  # fmt: skip


def test_zones_are_told_to_who_may_see_how_the_camera_does(office: Office, tmp_path: Path) -> None:
    for (role, place), status in WHO.items():
        who = Caller(
            name="li", seat="s", roles=(role,), places=(place,), via="session",
            seen=frozenset({place}),
        )  # fmt: skip
        assert Asker(api_of(office, tmp_path, who)).get(ZONES).status_code == status
