"""What changes the gravest entries of the watch list takes two people."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from center.actor import Caller
from center.gravest import differing
from center.rights import EVERYWHERE
from center.store import Store
from center.watchlist import loaded
from tests.center.centre import WATCH_YAML
from tests.center.desks import Asker, Office, application

ANNA = Caller(
    name="anna", seat="lead-1", roles=("supervisor",), places=(EVERYWHERE,), via="session",
    seen=None,
)  # fmt: skip
BEN = msgspec.structs.replace(ANNA, name="ben", seat="lead-2")
GRAVE = WATCH_YAML.replace("Call the gate", "Call the guard")
SLIGHT = WATCH_YAML + "  - {place: depot, rule: motion, grade: 4, steps: [Look]}\n"
LIST = """\
places:
  - {id: town, name: Town, kind: district, grade: 3}
  - {id: yard, name: Yard, parent: town, grade: 3}
entries:
  - {place: yard, rule: loitering, steps: [Look]}
  - {id: forced, place: yard, rule: door-forced, grade: 1, steps: [Look]}
"""


class Shop:
    """An application at which anna and ben sign in."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.who = ANNA
        self.file = folder / "watch.yaml"
        self.asker = Asker(application(Office(store), self.file, known=lambda _: self.who))

    def ask(self, method: str, path: str, who: Caller = ANNA, **more: Any) -> Any:
        self.who = who
        seen = self.asker.get("/api/watch-list").headers["etag"]
        return self.asker.ask(method, f"/api/watch-list{path}", headers={"If-Match": seen}, **more)

    def put(self, text: str, who: Caller = ANNA) -> Any:
        return self.ask("PUT", "", who, json={"text": text})

    def now(self) -> Any:
        return self.asker.get("/api/watch-list").json()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with closing(Store(tmp_path / "center.db")) as store:
        yield Shop(store, tmp_path)


def test_a_change_of_a_grave_entry_waits_and_another_person_publishes_it(shop: Shop) -> None:
    answer = shop.put(GRAVE)
    waits = answer.json()
    assert (answer.status_code, waits["by"], waits["entries"]) == (
        202, "anna", ["depot-intrusion-person"],
    )  # fmt: skip
    assert (shop.now()["text"], shop.file.read_text()) == (WATCH_YAML, WATCH_YAML)
    assert shop.now()["waiting"] == waits
    own = shop.ask("POST", f"/waiting/{waits['id']}/publish", ANNA)
    assert (own.status_code, shop.now()["text"]) == (403, WATCH_YAML)
    made = shop.ask("POST", f"/waiting/{waits['id']}/publish", BEN).json()
    assert (made["by"], made["second"], made["text"]) == ("lead-1", "lead-2", GRAVE)
    assert (shop.now()["text"], shop.now()["waiting"]) == (GRAVE, None)
    newest = shop.asker.get("/api/watch-list/history").json()["versions"][0]
    assert (newest["by"], newest["second"]) == ("lead-1", "lead-2")
    assert shop.ask("POST", f"/waiting/{waits['id']}/publish", BEN).status_code == 404


def test_what_is_slight_is_in_force_at_once_and_makes_a_text_that_waits_too_old(
    shop: Shop,
) -> None:
    waits = shop.put(GRAVE).json()
    assert shop.put(SLIGHT, BEN).status_code == 200
    late = shop.ask("POST", f"/waiting/{waits['id']}/publish", BEN)
    assert (late.status_code, shop.now()["text"]) == (409, SLIGHT)


def test_going_back_to_a_grave_version_waits_as_well(shop: Shop) -> None:
    first = shop.now()["state"]["version"]
    waits = shop.put(GRAVE).json()
    shop.ask("POST", f"/waiting/{waits['id']}/publish", BEN)
    back = shop.ask("POST", "/revert", ANNA, json={"version": first})
    assert (back.status_code, back.json()["text"]) == (202, WATCH_YAML)


def test_one_text_waits_at_a_time_and_can_be_withdrawn(shop: Shop) -> None:
    waits = shop.put(GRAVE).json()
    assert shop.put(GRAVE).json() == waits
    other = shop.put(WATCH_YAML.replace("Call the gate", "Call the street"), BEN)
    assert (other.status_code, shop.now()["waiting"]) == (409, waits)
    assert "waits for a second person" in other.json()["detail"]
    assert shop.ask("DELETE", f"/waiting/{waits['id']}", BEN).json() == waits
    assert shop.now()["waiting"] is None
    assert shop.put(GRAVE, BEN).status_code == 202


def test_a_text_that_waits_outlives_a_restart(shop: Shop, tmp_path: Path) -> None:
    waits = shop.put(GRAVE).json()
    with closing(Store(tmp_path / "center.db")) as store:
        again = Asker(application(Office(store), shop.file, known=lambda _: BEN))
        assert again.get("/api/watch-list").json()["waiting"] == waits


def test_a_site_with_one_supervisor_publishes_alone(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "center.db")) as store:
        alone = Asker(application(Office(store), tmp_path / "watch.yaml"))
        seen = alone.get("/api/watch-list").headers["etag"]
        headers = {"If-Match": seen}
        made = alone.ask("PUT", "/api/watch-list", json={"text": GRAVE}, headers=headers)
        assert (made.status_code, made.json()["text"]) == (200, GRAVE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rule: door-forced, grade: 1", "rule: door-forced, grade: 3"),
        ("rule: loitering,", "rule: loitering, grade: 2,"),
        ("rule: loitering,", "rule: door-forced, grade: 4,"),
        ("parent: town, grade: 3", "parent: town, grade: 2"),
        ("  - {id: forced", "  - {id: other"),
    ],
    ids=["graver no more", "graver now", "another before it", "the place's grade", "its name"],
)
def test_these_change_what_is_grave(before: str, after: str) -> None:
    def listed(text: str) -> Any:
        return loaded(text, Path("watch.yaml"))

    assert differing(listed(LIST), listed(LIST.replace(before, after)))
    assert not differing(listed(LIST), listed(LIST.replace("rule: loitering", "rule: motion")))
