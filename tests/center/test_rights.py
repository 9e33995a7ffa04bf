"""Who may do what where: nothing outside someone's places is ever shown, whatever they ask."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from center import rights, sight
from center.access import EVERYBODY
from center.actor import Caller
from center.desk import Desk
from center.feeding import told
from center.hub import Block, Hub, Notice
from center.needs import Need, need_of_route
from center.places import Place
from center.rights import EVERYWHERE, ROLES, SHELVES, TABLE, Holder, Role, missing, shelves, within
from center.store import Store
from center.stream import EndedError, lines
from center.telling.telling import ChannelState
from center.tree import Tree
from center.watchlist import WatchList, loaded
from pipelines.flow import CameraState, Heartbeat
from pipelines.wire import encode
from tests.center.centre import JPEG, NOON, event
from tests.center.desks import CAR, FOOT, Asker, Office, application, boxes_of

TOWN = """\
places:
  - {id: town, name: Hidden town, kind: district, grade: 3}
  - {id: north, name: North, kind: street, parent: town, grade: 2}
  - {id: yard, name: Yard, parent: north, grade: 2, cameras: [{id: cam-1}]}
  - {id: hidden-yard, name: Hidden yard, parent: town, grade: 2, cameras: [{id: hidden-cam}]}
entries:
  - {place: town, rule: intrusion, class: person, steps: [Look]}
  - {place: hidden-yard, rule: loitering, class: person, steps: [Look at the hidden yard]}
"""
NORTH = Caller(
    name="li", seat="north-1", roles=("supervisor", "auditor"), places=("north",), via="session",
    seen=frozenset({"north", "yard"}),
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Up to 12 places, each within one of those before it or within none."""
    places = list[Place]()
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([None, *(place.id for place in places)]))
        places.append(Place(id=f"p{number}", name="x", grade=2, parent=parent))
    return Tree(places)


def holder(*places: str, roles: tuple[Role, ...] = ("operator",)) -> Holder:
    return Holder(name="li", seat="seat-1", roles=roles, places=places)


@given(trees(), st.sets(st.integers(0, 13), max_size=4))
def test_someone_sees_their_places_and_what_these_hold_and_nothing_else(
    tree: Tree, mine: set[int]
) -> None:
    seen = within(holder(*(f"p{number}" for number in mine)), tree)
    assert seen is not None
    for place in tree.places:
        chain = {place, *(each.id for each in tree.above(place))}
        assert (place in seen) == bool(chain & {f"p{number}" for number in mine})


@given(trees(), st.sets(st.integers(0, 13), max_size=4))
def test_a_narrowed_watch_list_names_no_other_place(tree: Tree, mine: set[int]) -> None:
    seen = within(holder(*(f"p{number}" for number in mine)), tree)
    assert seen is not None
    shown = sight.listed(WatchList(places=tuple(tree.places.values())), seen)
    assert {place.id for place in shown.places} == seen & set(tree.places)
    assert {place.parent for place in shown.places} <= {None, *seen}
    for place in shown.places:
        assert {each.id for each in shown.tree.above(place.id)} <= seen


@given(
    st.sampled_from(ROLES), st.sampled_from([*get_args(get_args(Need)[0])]),
    st.sampled_from(["yard", "elsewhere", ""]),
)  # fmt: skip
def test_what_is_allowed_is_in_the_table_and_at_ones_places(
    role: Role, permission: Any, place: str
) -> None:
    who = holder("yard", roles=(role,))
    lacks = missing(who, permission, frozenset({"yard"}), place)
    if permission not in TABLE[role] or place == "elsewhere":
        assert lacks is not None
        assert lacks.permission == permission
        assert lacks.ask in {"supervisor", "administrator"}
    everywhere = holder(EVERYWHERE, roles=(role,))
    assert (missing(everywhere, permission, None, place) is None) == (permission in TABLE[role])


def test_nobody_shelves_what_is_graver_than_their_role_lets_them() -> None:
    for role in ROLES:
        allowed = [grade for grade in (2, 3, 4) if shelves(holder("yard", roles=(role,)), grade)]
        assert allowed == [grade for grade in (2, 3, 4) if grade >= SHELVES.get(role, 9)]


def test_an_entry_from_above_holds_at_the_top_of_what_someone_sees() -> None:
    shown = sight.listed(loaded(TOWN, Path("watch.yaml")), NORTH.seen)
    assert [(entry.place, entry.rule) for entry in shown.entries] == [("north", "intrusion")]
    assert b"idden" not in msgspec.json.encode(shown)


class Town:
    """The API over a town of which one part is hidden from who asks."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.office = office = Office(store, loaded(TOWN, folder / "watch.yaml"))
        self.mine = office.file(event(place="yard", picture=JPEG))
        self.hidden = office.file(event(place="hidden-yard", camera="hidden-cam", picture=JPEG))
        for alert, patrol in ((self.mine, CAR), (self.hidden, FOOT)):
            office.working.dispatch(alert.id, patrol, office.asks())
        self.who: Caller | None = NORTH
        cameras = [
            CameraState(camera="cam-1", place="yard"),
            CameraState(camera="hidden-cam", place="hidden-yard"),
        ]
        beat = Heartbeat(box="box-1", site="demo", time=NOON, cameras=tuple(cameras))
        self.boxes = boxes_of(office)
        self.boxes.hear("box-1", encode(beat))
        self.desk = Desk("Town", store, self.boxes, office.clock)
        self.api = application(
            office, folder / "watch.yaml", boxes=self.boxes, known=lambda _: self.who
        )
        self.http = Asker(self.api)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with closing(Store(tmp_path / "a.db")) as store:
        yield Town(store, tmp_path)


def declared(api: FastAPI) -> list[tuple[str, Need | None]]:
    return [
        (route.path, need_of_route(route))
        for route in api.routes
        if hasattr(route, "dependant") and hasattr(route, "path")
    ]


def test_every_route_says_which_permission_it_needs(town: Town) -> None:
    found = declared(town.api)
    assert len(found) > 30
    assert [path for path, need in found if need is None] == []
    asked = {need for path, need in found if path.startswith("/api/")}
    assert {"alerts.read", "pictures.view", "watch-list.edit"} < asked
    open_to_all = {path for path, need in found if need in {"anyone", "link"}}
    data = {path for path in open_to_all if path.startswith(("/api/", "/metrics"))}
    assert all(path.startswith(("/api/tasks/", "/api/session")) for path in data)


def test_a_route_that_says_none_is_refused_to_all(town: Town) -> None:
    @town.api.get("/api/forgotten")
    def forgotten() -> str:
        return "all of it"

    town.api.router.routes.insert(0, town.api.router.routes.pop())
    town.who = EVERYBODY
    answer = town.http.get("/api/forgotten")
    assert answer.status_code == 403
    assert "does not say" in answer.json()["detail"]


def test_nothing_that_is_read_shows_what_is_hidden(town: Town) -> None:
    filled = {"{alert_id}": town.mine.id, "{place}": "yard", "{camera}": "cam-1", "{box}": "box-1"}
    told_of_mine = 0
    for path, routes in town.api.openapi()["paths"].items():
        if "get" not in routes or path == "/api/stream":
            continue
        for key, value in filled.items():
            path = path.replace(key, value)  # noqa: PLW2901 -- its own name filled in
        text = town.http.get(path).text
        assert "idden" not in text, path
        assert town.hidden.id not in text, path
        told_of_mine += "yard" in text
    assert told_of_mine > 5


@pytest.mark.parametrize(
    "path",
    [
        "alerts/{hidden}", "alerts/{hidden}/picture", "alerts/{hidden}/clip",
        "places/hidden-yard", "cameras/hidden-cam", "cameras/hidden-cam/zones", "places/town",
    ],
)  # fmt: skip
def test_what_is_hidden_is_refused_with_whom_to_ask(town: Town, path: str) -> None:
    answer = town.http.get("/api/" + path.replace("{hidden}", town.hidden.id))
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/permission"
    assert answer.json()["missing"]["ask"] == "supervisor"


@pytest.mark.parametrize(
    "path", ["alerts?place=hidden-yard", "search?q=place:hidden-yard", "search?q=grade:2"]
)
def test_asking_for_what_is_hidden_finds_only_what_is_not(town: Town, path: str) -> None:
    found = town.http.get(f"/api/{path}").json()["alerts"]
    assert {alert["id"] for alert in found} <= {town.mine.id}


def test_no_step_is_taken_on_what_is_hidden(town: Town) -> None:
    for step in ("acknowledge", "arrive", "escalate", "undo"):
        answer = town.http.post(f"/api/alerts/{town.hidden.id}/{step}")
        assert answer.status_code == 403
    assert town.http.get(f"/api/alerts/{town.mine.id}").json()["alert"]["state"] == "dispatched"


def test_a_box_that_also_has_other_cameras_is_not_commanded(town: Town) -> None:
    answer = town.http.post("/api/boxes/box-1/commands", json={"do": "snapshot"})
    assert answer.status_code == 403
    assert answer.json()["missing"]["permission"] == "boxes.command"


@pytest.mark.parametrize("wish", [{"command": "snapshot"}, {"command": "live", "lease_s": 5}])
def test_a_command_that_shows_a_picture_needs_that_permission_too(
    town: Town, monkeypatch: pytest.MonkeyPatch, wish: dict[str, Any]
) -> None:
    town.who = msgspec.structs.replace(NORTH, roles=("custodian",), seen=None)
    table = {**TABLE, "custodian": frozenset({"boxes.command"})}
    monkeypatch.setattr(rights, "TABLE", table)
    answer = town.http.post("/api/boxes/box-1/commands", json=wish | {"camera": "cam-1"})
    assert answer.status_code == 403
    assert answer.json()["missing"]["permission"] == "pictures.view"


def test_whether_people_of_ones_places_can_be_told_is_known_and_nothing_of_others(
    town: Town, tmp_path: Path
) -> None:
    with_contacts = TOWN.replace(
        "id: yard,", "id: yard, contacts: [{id: gate, name: Gate, channel: duty}],"
    ).replace("steps: [Look]}", "steps: [Look], tell: [board]}")
    channels = tuple(
        ChannelState(channel=name, trouble="no route to the hidden yard", since=NOON, sent=7)
        for name in ("hidden-pager", "duty", "board")
    )
    status = msgspec.structs.replace(town.desk.status(broker=True), channels=channels)
    listed = loaded(with_contacts, tmp_path / "watch.yaml")
    mine = sight.status(status, NORTH.seen, listed).channels
    assert [(each.channel, each.since, each.sent) for each in mine] == [
        ("duty", NOON, None), ("board", NOON, None),
    ]  # fmt: skip
    assert "hidden" not in str(mine)
    assert sight.status(status, None, listed).channels == channels


def test_a_stranger_is_asked_to_sign_in(town: Town) -> None:
    town.who = None
    answer = town.http.get("/api/alerts")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_stream_tells_each_of_their_places_and_makes_that_text_once(town: Town) -> None:
    status = told(town.desk.status(broker=True), town.office.filing.watch_list)
    block = Block((*town.desk.changes(0, limit=100), status))
    mine = block.part(frozenset({"north", "yard"}))
    assert mine is block.part(frozenset({"yard", "north"}))
    assert b"idden" in block.text
    assert b"idden" not in mine.text
    assert town.mine.id.encode() in mine.after(0)
    assert block.part(None) is block


async def _followed(town: Town, hub: Hub, admitted: list[Any]) -> bytes:
    def next_one() -> frozenset[str] | None:
        if not admitted:
            raise EndedError("signed out")
        seen: frozenset[str] | None = admitted.pop(0)
        return seen

    text = b""
    changes = lines(
        hub, lambda after: town.desk.changes(after, limit=9), after=0, admitted=next_one
    )
    async for some in changes:
        text += some
        hub.send(Notice("status", b"{}"))
    return text


def test_a_stream_ends_when_its_reader_is_signed_out(town: Town) -> None:
    text = asyncio.run(_followed(town, Hub(), [NORTH.seen, NORTH.seen]))
    assert town.mine.id.encode() in text
    assert town.hidden.id.encode() not in text
