"""Who manages users does so over the API: made, changed, let in by a link, let in no more."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.center.centre import PATIENCE_S, Centre
from tests.center.test_signed_in import PASSWORD, user

DEPOT = {"seat": "seat-3", "roles": ["operator"], "places": ["depot"]}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre at which `root` manages users and `eve` looks at the audit."""
    running = Centre(tmp_path_factory.mktemp("centre"), sign_in=True)
    running.start()
    file = running.folder / "secret-of-all"
    file.write_text(PASSWORD + "\n")
    for name, role in (("root", "administrator"), ("eve", "auditor")):
        user(running, "add", name, "--role", role, "--everywhere", "--password-file", str(file))
    running.http.post("/api/session", json={"name": "root", "password": PASSWORD})
    yield running
    running.stop()


def enter(centre: Centre, name: str, password: str = PASSWORD) -> httpx.Client:
    """A browser of somebody who signs in."""
    browser = httpx.Client(base_url=centre.url, timeout=PATIENCE_S)
    assert browser.post("/api/session", json={"name": name, "password": password}).is_success
    return browser


def put(centre: Centre, name: str, **wish: Any) -> httpx.Response:
    return centre.http.put(f"/api/users/{name}", json=DEPOT | wish)


def test_one_who_is_made_enters_by_a_link_once_and_sets_a_password(signed: Centre) -> None:
    made = put(signed, "li").json()
    assert (made["seat"], made["roles"], made["places"], made["by"]) == (
        "seat-3", ["operator"], ["depot"], "nothing",
    )  # fmt: skip
    given = signed.http.post("/api/users/li/ticket").json()
    assert signed.http.get("/api/users/li").json()["by"] == "link"
    with httpx.Client(base_url=signed.url, timeout=PATIENCE_S) as browser:
        assert browser.get(given["path"]).status_code == 303
        assert browser.put("/api/session/password", json={"new": PASSWORD}).is_success
        assert browser.get("/api/alerts").is_success
    with httpx.Client(base_url=signed.url, timeout=PATIENCE_S) as late:
        assert late.get(given["path"]).status_code == 403
    found = signed.http.get("/api/users/li").json()
    assert (found["by"], found["sessions"]) == ("password", 1)


def test_a_reset_ends_sessions_and_the_password_of_before(signed: Centre) -> None:
    put(signed, "reset")
    first = signed.http.post("/api/users/reset/ticket").json()["path"]
    with httpx.Client(base_url=signed.url, timeout=PATIENCE_S) as browser:
        browser.get(first)
        browser.put("/api/session/password", json={"new": PASSWORD})
        second = signed.http.post("/api/users/reset/ticket").json()["path"]
        assert browser.get("/api/alerts").status_code == 401
        again = browser.post("/api/session", json={"name": "reset", "password": PASSWORD})
        assert again.status_code == 401
        assert signed.http.post("/api/users/reset/ticket").json()["path"] != second
        assert browser.get(second).status_code == 403


def test_other_roles_and_places_are_theirs_from_the_next_request_on(signed: Centre) -> None:
    put(signed, "moves")
    path = signed.http.post("/api/users/moves/ticket").json()["path"]
    with httpx.Client(base_url=signed.url, timeout=PATIENCE_S) as browser:
        browser.get(path)
        assert browser.get("/api/places/depot").is_success
        assert put(signed, "moves", places=["school"], roles=["auditor"]).is_success
        assert browser.get("/api/places/depot").status_code == 403
        assert put(signed, "moves", places=["school"], roles=["auditor"]).json()["seat"] == "seat-3"
        assert "audit.read" in browser.get("/api/session").json()["permissions"]


def test_who_is_disabled_is_out_until_they_are_let_in_again(signed: Centre) -> None:
    put(signed, "out")
    path = signed.http.post("/api/users/out/ticket").json()["path"]
    with httpx.Client(base_url=signed.url, timeout=PATIENCE_S) as browser:
        browser.get(path)
        assert signed.http.post("/api/users/out/disable").json()["disabled"]
        assert signed.http.post("/api/users/out/disable").is_success
        assert browser.get("/api/alerts").status_code == 401
    refused = signed.http.post("/api/users/out/ticket")
    assert (refused.status_code, "let them in again" in refused.json()["detail"]) == (422, True)
    assert not signed.http.post("/api/users/out/enable").json()["disabled"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("PUT", "/api/users/x", DEPOT | {"places": ["depo"]}, 422, "did you mean 'depot'"),
        ("PUT", "/api/users/x", DEPOT | {"places": []}, 422, "places or everywhere"),
        ("PUT", "/api/users/x", DEPOT | {"everywhere": True}, 422, "places or everywhere"),
        ("PUT", "/api/users/x", DEPOT | {"roles": ["boss"]}, 422, "boss"),
        ("PUT", "/api/users/root", DEPOT, 422, "their own rights"),
        ("POST", "/api/users/root/disable", None, 422, "their own rights"),
        ("POST", "/api/users/nobody/disable", None, 404, "no user is named 'nobody'"),
        ("POST", "/api/users/nobody/ticket", None, 404, "there are: admin"),
    ],
)
def test_what_would_not_do_is_refused_and_says_why(
    signed: Centre, method: str, path: str, body: Any, status: int, said: str
) -> None:
    answer = signed.http.request(method, path, json=body)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_somebody_who_manages_users_is_always_left(signed: Centre) -> None:
    signed.http.put("/api/users/second", json=DEPOT | {"roles": ["administrator"]})
    user(signed, "disable", "admin")
    left = user(signed, "disable", "root", code=2)
    assert "root is the last who manages users" in left


def test_nobody_else_manages_users_and_the_audit_has_what_was_done(signed: Centre) -> None:
    put(signed, "seen", roles=["patrol"])
    with closing(enter(signed, "eve")) as eve:
        for method, path in (("GET", ""), ("PUT", "/eve"), ("POST", "/root/ticket")):
            assert eve.request(method, f"/api/users{path}", json=DEPOT).status_code == 403
        lines = eve.get("/api/audit", params={"about": "seen"}).json()["lines"]
    (line,) = [each["asked"] | {"by": each["by"]} for each in lines]
    assert (line["by"], line["did"], line["why"]) == (
        "root", "PUT /api/users/{name}", "patrol at depot",
    )  # fmt: skip
    text = Path(signed.folder / "state" / "audit.jsonl").read_text()
    assert "ticket=" not in text
    assert "tocsin_" not in text
