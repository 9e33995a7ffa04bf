"""The API over a running centre: answers, refusals, problems, the stream."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx
import pytest

from pipelines.flow import CameraState, Heartbeat
from pipelines.wire import encode
from tests.center.centre import JPEG, Centre, event, eventually

HOUR_S = 3600.0


@pytest.fixture(scope="module")
def alerted(shared: Centre) -> Centre:
    """A centre with three alerts, the first with a picture."""
    shared.deliver(event(picture=JPEG), event(after_s=1, camera="cam-2"))
    shared.deliver(event(after_s=HOUR_S))
    shared.deliver(event(after_s=2 * HOUR_S))
    return shared


def alerts(centre: Centre, **params: Any) -> dict[str, Any]:
    return dict(centre.http.get("/api/alerts", params=params).json())


def test_alerts_come_newest_first_and_page_by_page(alerted: Centre) -> None:
    first = alerts(alerted, limit=2)
    second = alerts(alerted, limit=2, cursor=first["next"])
    ids = [alert["id"] for alert in first["alerts"] + second["alerts"]]
    assert len(ids) == 3
    assert ids == sorted(ids, reverse=True)
    assert second["next"] is None


def test_one_alert_comes_with_its_events_and_without_pictures(alerted: Centre) -> None:
    oldest = alerts(alerted)["alerts"][-1]
    body = alerted.http.get(f"/api/alerts/{oldest['id']}").json()
    assert body["alert"] == oldest
    assert [(one["camera"], one["picture"]) for one in body["events"]] == [
        ("cam-2", False),
        ("cam-1", True),
    ]


def test_the_picture_is_the_one_that_came_and_is_kept_by_nobody(alerted: Centre) -> None:
    newest, *_, oldest = alerts(alerted)["alerts"]
    answer = alerted.http.get(f"/api/alerts/{oldest['id']}/picture")
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")
    assert answer.headers["cache-control"] == "private, no-store"
    assert alerted.http.get(f"/api/alerts/{newest['id']}/picture").status_code == 404


def test_acknowledging_twice_is_acknowledging_once(alerted: Centre) -> None:
    newest = alerts(alerted)["alerts"][0]
    path = f"/api/alerts/{newest['id']}/acknowledge"
    first, second = alerted.http.post(path), alerted.http.post(path)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert first.json()["state"] == "acknowledged"
    assert newest["id"] in {one["id"] for one in alerts(alerted, state="acknowledged")["alerts"]}


@pytest.mark.parametrize(
    "path",
    [
        "alerts?state=open&state=closed&grade=1&place=depot&rule=intrusion&camera=cam-1",
        "alerts?since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00%2B08:00&number=ab12",
        "places", "places/depot", "cameras?place=depot", "patrols?near=depot", "health",
        "search?q=place:depot%20state:open&zone=Asia/Shanghai", "feedback?place=depot",
    ],
)  # fmt: skip
def test_each_question_is_answered(shared: Centre, path: str) -> None:
    answer = shared.http.get(f"/api/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/alerts/none", 404),
        ("GET", "/api/alerts/none/picture", 404),
        ("POST", "/api/alerts/none/acknowledge", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/nothing.html", 404),
        ("DELETE", "/api/alerts", 405),
        ("GET", "/api/alerts?limit=0", 422),
        ("GET", "/api/alerts?state=asleep", 422),
        ("GET", "/api/alerts?since=2026-03-01", 422),
        ("GET", "/api/search?zone=Mars/Base", 422),
        ("GET", "/api/places/none", 404),
        ("GET", "/api/cameras/none", 404),
        ("GET", "/api/stream?after=-1", 422),
    ],
)
def test_every_error_is_a_problem(shared: Centre, method: str, path: str, status: int) -> None:
    answer = shared.http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["title"]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Host": "evil.example"}),  # a name that was bent to point here
        ("GET", {"Host": "evil.example:8080"}),
        ("POST", {"Origin": "http://evil.example"}),
        ("POST", {"Origin": "null"}),
        ("POST", {"Origin": "http://[::1"}),  # no URL at all
        ("POST", {"Sec-Fetch-Site": "cross-site"}),
    ],
)
def test_strangers_are_refused(shared: Centre, method: str, headers: dict[str, str]) -> None:
    answer = shared.http.request(method, "/api/alerts/none/acknowledge", headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8080"])
def test_our_own_names_are_let_in(shared: Centre, host: str) -> None:
    assert shared.http.get("/api/stats", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/static/shell/main.js", "/api/stats", "/api/nothing"]
)
def test_every_answer_has_the_strict_headers(shared: Centre, path: str) -> None:
    headers = shared.http.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


BARE = ("/disable", "/enable", "/ticket", "/publish")
"""How writes end that are said by their path alone."""


def test_the_description_names_every_route_and_resolves_every_reference(shared: Centre) -> None:
    text = shared.http.get("/api/openapi.json").text
    described = json.loads(text)
    assert described["openapi"].startswith("3.")
    assert "/api/alerts/{alert_id}/acknowledge" in described["paths"]
    schemas = described["components"]["schemas"]
    wanted = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert {"Alert", "AlertPage", "Problem"} <= wanted <= set(schemas)
    assert "class" in schemas["Alert"]["properties"]
    for path, routes in described["paths"].items():
        for method, route in routes.items():
            assert route["summary"], path
            silent = method in {"get", "delete"} or path.endswith(BARE)
            kind = "image/jpeg" if path.endswith("/photos") else "application/json"
            assert silent or route["requestBody"]["content"][kind], path


def test_events_come_page_by_page(alerted: Centre) -> None:
    first = alerted.http.get("/api/events", params={"limit": 3}).json()
    rest = alerted.http.get("/api/events", params={"limit": 500, "cursor": first["next"]}).json()
    ids = [one["id"] for one in first["events"] + rest["events"]]
    assert len(ids) == len(set(ids)) == alerted.stats()["stored"]
    assert rest["next"] is None


def test_a_heartbeat_puts_a_box_and_its_cameras_on_the_desk(shared: Centre) -> None:
    camera = CameraState(camera="cam-1", place="depot", state="blind")
    beat = Heartbeat(box="box-1", site="demo", time=datetime.now(UTC), cameras=(camera,))
    with shared.box() as box:
        box.say("hb/box-1", encode(beat))
        eventually(lambda: shared.stats()["boxes_online"] == 1)
    boxes = shared.http.get("/api/boxes").json()["boxes"]
    assert [(box["box"], box["online"]) for box in boxes] == [("box-1", True), ("box-2", False)]
    cameras = shared.http.get("/api/status").json()["cameras"]
    assert [(camera["camera"], camera["state"]) for camera in cameras] == [("cam-1", "blind")]


def told(answer: httpx.Response) -> Iterator[dict[str, str]]:
    """Named events of a stream."""
    event: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "event" in event:
            yield event
            event = {}


def test_a_stream_resumes_after_the_last_event_that_was_heard(alerted: Centre) -> None:
    known = sorted(alert["revision"] for alert in alerts(alerted)["alerts"])
    resumed = {"Last-Event-ID": str(known[0])}
    with alerted.http.stream("GET", "/api/stream?after=0", headers=resumed) as answer:
        heard = [one for one in islice(told(answer), 3) if one["event"] == "alert"]
    assert [int(one["id"]) for one in heard] == known[1:]
    assert json.loads(heard[0]["data"])["revision"] == known[1]


def test_a_stream_tells_new_alerts_and_the_status(shared: Centre) -> None:
    revision = alerts(shared)["revision"]
    with shared.http.stream("GET", f"/api/stream?after={revision}") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = told(answer)
        status = next(one for one in stream if one["event"] == "status")
        assert json.loads(status["data"])["centre"] == "Donghu district centre"
        shared.deliver(event(after_s=9 * HOUR_S))
        heard = next(one for one in stream if one["event"] == "alert")
    assert int(heard["id"]) > revision
