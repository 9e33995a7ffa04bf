"""Work on alerts over HTTP: each step until the patrol is there, and what is refused."""

from typing import Any

import httpx
import pytest

from tests.center.centre import JPEG, Centre, event, eventually

HOUR_S = 3600.0


@pytest.fixture
def path(shared: Centre) -> str:
    """Where a fresh alert is."""
    shared.deliver(event(after_s=HOUR_S * next(_hours), picture=JPEG))
    newest = shared.http.get("/api/alerts", params={"state": "new", "limit": 1}).json()
    return f"/api/alerts/{newest['alerts'][0]['id']}"


_hours = iter(range(100))


def ask(centre: Centre, path: str, body: Any = None, **headers: str) -> httpx.Response:
    return centre.http.post(path, json={} if body is None else body, headers=headers)


def test_an_alert_goes_its_whole_way(shared: Centre, path: str) -> None:
    sent = ask(shared, f"{path}/dispatch", {"patrol": "car-1"}).json()
    assert (sent["alert"]["state"], sent["task"]["state"]) == ("dispatched", "offered")
    task = sent["link"].replace("/p/", "/api/tasks/")
    seen = shared.http.get(task).json()
    assert (seen["task"]["place_name"], seen["picture"]) == ("Depot yard, north gate", True)
    assert shared.http.get(f"{task}/picture").content == JPEG
    for step, state in (("on_way", "dispatched"), ("arrived", "on_site")):
        assert ask(shared, task, {"step": step}).json()["alert_state"] == state
    ask(shared, f"{path}/step", {"number": 0})
    ask(shared, f"{path}/note", {"text": "The gate stands open"})
    closed = ask(shared, f"{path}/close", {"outcome": "real"}).json()
    assert (closed["state"], closed["ticked"]) == ("closed", [0])
    whole = shared.http.get(path).json()
    assert [entry["what"] for entry in whole["log"]] == [
        "dispatched", "accepted", "arrived", "ticked", "noted", "closed",
    ]  # fmt: skip
    assert whole["tasks"][0]["link"] == sent["link"]


def test_a_second_seat_is_told_who_was_first(shared: Centre, path: str) -> None:
    ask(shared, f"{path}/acknowledge", **{"Tocsin-Seat": "seat-4"})
    late = ask(shared, f"{path}/acknowledge?seat=seat-1")
    assert late.status_code == 409
    assert late.headers["content-type"] == "application/problem+json"
    told = late.json()
    assert told["type"] == "/problems/changed"
    assert told["detail"].startswith("seat-4 acknowledged this ")
    assert (told["last"]["by"], told["alert"]["seat"]) == ("seat-4", "seat-4")


def test_if_match_refuses_a_step_of_who_has_not_seen_the_last(shared: Centre, path: str) -> None:
    old = shared.http.get(path).headers["etag"]
    taken = ask(shared, f"{path}/acknowledge", **{"Tocsin-Seat": "seat-4"}).headers["etag"]
    close = {"outcome": "test"}
    assert ask(shared, f"{path}/close", close, **{"If-Match": old}).status_code == 409
    assert ask(shared, f"{path}/close", close, **{"If-Match": taken}).status_code == 200


def test_a_write_under_a_key_is_done_once(shared: Centre, path: str) -> None:
    key = {"Idempotency-Key": f"key of {path}"}
    first = ask(shared, f"{path}/dispatch", {"patrol": "car-1"}, **key)
    again = ask(shared, f"{path}/dispatch", {"patrol": "car-1"}, **key)
    assert (again.status_code, again.content) == (200, first.content)
    other = ask(shared, f"{path}/note", {"text": "x"}, **key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/reused-key")


def test_a_shelf_is_left_again_and_undone(shared: Centre, path: str) -> None:
    shelf = {"for_s": 600, "reason": "roadworks until noon"}
    assert ask(shared, f"{path}/shelve", shelf).json()["state"] == "shelved"
    assert ask(shared, f"{path}/undo").json()["state"] == "new"
    ask(shared, f"{path}/shelve", shelf)
    assert ask(shared, f"{path}/unshelve").json()["state"] == "new"


@pytest.mark.parametrize(
    ("step", "body", "status"),
    [
        ("close", {"outcome": "not_real"}, 422),
        ("close", {"outcome": "real", "cause": "animal"}, 422),
        ("close", {"outcome": "perhaps"}, 422),
        ("close", {}, 422),
        ("shelve", {"for_s": 10}, 422),
        ("shelve", {"for_s": 86401, "reason": "x"}, 422),
        ("dispatch", {"patrol": "car-9"}, 422),
        ("note", {"text": ""}, 422),
        ("acknowledge", {"surprise": 1}, 422),
        ("acknowledge", [], 422),
        ("undo", {}, 409),
        ("unshelve", {}, 409),
    ],
)
def test_what_does_not_fit_is_refused_as_a_problem_and_changes_nothing(
    shared: Centre, path: str, step: str, body: Any, status: int
) -> None:
    before = shared.http.get(path).content
    answer = ask(shared, f"{path}/{step}", body)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert shared.http.get(path).content == before


def test_a_write_is_json_and_says_so(shared: Centre, path: str) -> None:
    form = {"content": b"outcome=real", "headers": {"Content-Type": "text/plain"}}
    assert shared.http.post(f"{path}/close", **form).status_code == 415  # type: ignore[arg-type]


def test_whoever_listens_over_mqtt_hears_of_each_step(shared: Centre, path: str) -> None:
    with shared.box("watcher") as watcher:
        watcher.listen("alert/#")
        ask(shared, f"{path}/acknowledge")
        eventually(lambda: any(b'"state":"acknowledged"' in text for _, text in watcher.heard))


def test_nobody_guesses_a_link(shared: Centre) -> None:
    assert shared.http.get("/api/tasks/guess").status_code == 404
    assert ask(shared, "/api/tasks/guess", {"step": "on_way"}).status_code == 404
