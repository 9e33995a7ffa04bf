"""The centre's audit: what goes into it, what does not, and that nothing leaves without it."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from center.audit import Audit, What
from center.store import Store
from pipelines.chain import checked
from pipelines.errors import EvidenceError
from tests.center.centre import JPEG, event
from tests.center.desks import CAR
from tests.center.test_entrance import SECRET, Door

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Audited(Door):
    """A door with an audit behind it, and an alert with a picture."""

    def __init__(self, store: Store, folder: Path) -> None:
        super().__init__(store, folder)
        self.path, self.audit = folder / "audit.jsonl", Audit(folder / "audit.jsonl")
        self.seen = self.office.file(event(after_s=7200, picture=JPEG))
        self.hidden = self.office.file(event(after_s=7200, place="school", picture=JPEG))

    def told(self) -> list[tuple[str, str, str, str]]:
        """By whom what was done where, and how it ended."""
        records = self.audit.newest(limit=500, before=None, wanted=lambda _: True)
        return [(one.by, one.asked.did, one.asked.place, one.result) for one in records[::-1]]


@pytest.fixture
def door(tmp_path: Path) -> Any:
    with closing(Store(tmp_path / "a.db")) as store:
        yield Audited(store, tmp_path)


SIGN_IN, PICTURE = "POST /api/session", "GET /api/alerts/{alert_id}/picture"


def test_each_picture_that_is_seen_or_refused_is_written_down(door: Audited) -> None:
    mine = door.cookie()
    assert door.http.get(f"/api/alerts/{door.seen.id}/picture", headers=mine).content == JPEG
    assert door.http.get(f"/api/alerts/{door.hidden.id}/picture", headers=mine).status_code == 403
    assert door.told() == [
        ("li", SIGN_IN, "", "ok"), ("li", PICTURE, "depot", "ok"),
        ("li", PICTURE, "school", "403"),
    ]  # fmt: skip


def test_lists_and_details_are_read_without_a_word(door: Audited) -> None:
    mine = door.cookie()
    for path in ("alerts", f"alerts/{door.seen.id}", "events", "status", "places", "session"):
        assert door.http.get(f"/api/{path}", headers=mine).is_success
    assert door.http.get(f"/api/alerts/{door.alert.id}/picture", headers=mine).status_code == 404
    assert len(door.told()) == 1


def test_a_change_is_written_down_with_its_reason_and_where_it_came_from(door: Audited) -> None:
    path = f"/api/alerts/{door.seen.id}/acknowledge"
    door.http.post(path, headers=door.cookie(), json={"reason": "I see to it"})
    (line,) = door.audit.newest(limit=1, before=None, wanted=lambda _: True)
    assert (line.by, line.asked.about, line.asked.why) == ("li", door.seen.id, "I see to it")
    assert (line.asked.address, line.asked.via) == ("192.0.2.7", "session")
    assert line.asked.permission == "alerts.work"


def test_who_could_not_sign_in_is_written_down_and_no_secret_is(door: Audited) -> None:
    door.sign_in("not this one at all")
    door.cookie()
    door.http.get(f"/enter?ticket={door.give('ticket')}")
    assert [line[1:] for line in door.told()] == [
        (SIGN_IN, "", "401"), (SIGN_IN, "", "ok"), ("GET /enter", "", "ok"),
    ]  # fmt: skip
    text = door.path.read_text()
    assert "not this one" not in text
    assert SECRET not in text
    assert "tocsin_" not in text


def test_what_a_patrol_does_by_its_link_is_written_down_without_the_link(door: Audited) -> None:
    sent = door.office.working.dispatch(door.seen.id, CAR, door.office.asks())
    assert sent is not None
    token = sent.link.removeprefix("/p/")
    assert door.http.get(f"/api/tasks/{token}/picture").content == JPEG
    assert door.http.post(f"/api/tasks/{token}", json={"step": "on_way"}).is_success
    assert [(by, place) for by, _, place, _ in door.told()] == [("patrol:car-1", "depot")] * 2
    assert token not in door.path.read_text()


def test_strangers_do_not_fill_it(door: Audited) -> None:
    for _ in range(5):
        assert door.http.get(f"/api/alerts/{door.seen.id}/picture").status_code == 401
        assert door.http.post(f"/api/alerts/{door.seen.id}/note").status_code == 401
    assert door.told() == []


def test_what_cannot_be_written_down_is_not_shown(door: Audited) -> None:
    mine = door.cookie()
    door.path.unlink()
    door.path.mkdir()
    answer = door.http.get(f"/api/alerts/{door.seen.id}/picture", headers=mine)
    assert answer.status_code == 503
    assert JPEG not in answer.content
    assert door.http.get("/api/alerts", headers=mine).is_success


def test_auditors_read_it_page_by_page_and_only_of_their_places(door: Audited) -> None:
    mine = door.cookie()
    for _ in range(3):
        door.http.get(f"/api/alerts/{door.seen.id}/picture", headers=mine)
    door.http.get(f"/api/alerts/{door.hidden.id}/picture", headers=mine)
    assert door.http.get("/api/audit", headers=mine).status_code == 403
    door.change(roles=("auditor",))
    first = door.http.get("/api/audit?limit=2", headers=mine).json()
    rest = door.http.get(f"/api/audit?cursor={first['next']}", headers=mine).json()
    shown = first["lines"] + rest["lines"]
    assert [line["asked"]["place"] for line in shown] == ["depot"] * 3
    assert rest["next"] is None
    door.change(roles=("auditor",), places=("*",))
    whole = door.http.get("/api/audit", headers=mine).json()
    assert len(whole["lines"]) == whole["head"]["lines"] == 6
    assert [line["result"] for line in whole["lines"]].count("403") == 2


def test_many_write_one_chain_and_a_line_that_is_changed_is_found(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    with ThreadPoolExecutor(8) as pool:
        heads = list(pool.map(lambda n: audit.append(What(did=str(n)), by="li", at=NOW), range(60)))
    raw = audit.file.path.read_bytes()
    assert len(checked(raw.splitlines(keepends=True), heads)) == 60
    assert {json.loads(line)["asked"]["did"] for line in raw.splitlines()} == set(
        map(str, range(60))
    )
    altered = raw.replace(b'"did":"7"', b'"did":"8"')
    with pytest.raises(EvidenceError):
        checked(altered.splitlines(keepends=True), heads)
