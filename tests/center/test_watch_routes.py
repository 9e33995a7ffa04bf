"""The watch list over HTTP: read, tried, published against what was seen, and taken back."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.center.centre import NOON, WATCH_YAML, Centre, event

LESS = WATCH_YAML.replace("class: person", "class: truck")
WRONG = WATCH_YAML.replace("place: depot", "place: mars")


def version(centre: Centre) -> str:
    return centre.http.get("/api/watch-list").headers["etag"]


def put(centre: Centre, text: str, seen: str, seat: str = "seat-2") -> httpx.Response:
    headers = {"If-Match": seen, "Tocsin-Seat": seat}
    return centre.http.put("/api/watch-list", json={"text": text}, headers=headers)


def test_publishing_puts_a_text_in_force_and_keeps_the_one_of_before(centre: Centre) -> None:
    first = version(centre)
    assert centre.http.get("/api/watch-list").json()["text"] == WATCH_YAML
    made = put(centre, LESS, first).json()
    assert (made["by"], made["text"], f'"{made["id"]}"') == ("seat-2", LESS, version(centre))
    centre.deliver(event(), event(label="truck", after_s=3600))
    (alert,) = centre.http.get("/api/alerts").json()["alerts"]
    assert alert["class"] == "truck"
    page = centre.http.get("/api/watch-list/history?limit=1").json()
    rest = centre.http.get("/api/watch-list/history", params={"cursor": page["next"]}).json()
    numbers = [one["id"] for one in page["versions"] + rest["versions"]]
    assert numbers == [made["id"], int(first.strip('"'))]
    headers = {"If-Match": version(centre)}
    centre.http.post("/api/watch-list/revert", json={"version": numbers[1]}, headers=headers)
    assert centre.http.get("/api/watch-list").json()["text"] == WATCH_YAML
    old = centre.http.get(f"/api/watch-list/history/{made['id']}").json()
    assert old["text"] == LESS


def test_what_another_published_is_not_overwritten(shared: Centre) -> None:
    seen = version(shared)
    put(shared, LESS, seen)
    late = put(shared, WATCH_YAML, seen, seat="seat-3")
    assert late.status_code == 409
    assert late.json()["detail"].startswith("seat-2 published version ")
    unseen = shared.http.put("/api/watch-list", json={"text": WATCH_YAML})
    assert unseen.status_code == 428


def test_a_wrong_text_is_refused_with_its_place_and_changes_nothing(shared: Centre) -> None:
    seen = version(shared)
    answer = put(shared, WRONG, seen)
    assert answer.status_code == 422
    assert "$.entries[0].place" in answer.json()["detail"]
    assert version(shared) == seen


def test_a_dry_run_says_what_a_text_would_have_made(shared: Centre) -> None:
    now_s = (datetime.now(UTC) - NOON).total_seconds()
    shared.deliver(event(after_s=now_s - 7200), event(after_s=now_s - 3600))
    before = version(shared)
    asked: dict[str, Any] = {"text": WATCH_YAML, "days": 31, "zone": "Asia/Shanghai"}
    told = shared.http.post("/api/watch-list/dry-run", json=asked).json()
    assert told["alerts"] >= 2
    assert version(shared) == before


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"days": 32}, {"zone": "Mars/Base"}, {"text": WRONG}, {"text": ": ["}]
)
def test_a_dry_run_of_nonsense_is_refused(shared: Centre, wrong: dict[str, Any]) -> None:
    answer = shared.http.post("/api/watch-list/dry-run", json={"text": WATCH_YAML} | wrong)
    assert answer.status_code == 422


def test_a_text_that_nobody_published_is_read_with_its_lines(shared: Centre) -> None:
    def check(text: str) -> Any:
        return shared.http.post("/api/watch-list/check", json={"text": text}).json()

    before = version(shared)
    noted = (
        WATCH_YAML
        + "  # of the gate\n  - place: depot\n    rule: motion\n    steps:\n      - Look\n\n# end\n"
    )
    (first, second) = check(noted)["entries"]
    assert (first["first"], first["last"], first["written"]["class"]) == (5, 5, "person")
    assert (second["first"], second["last"], second["written"]["steps"]) == (7, 10, ["Look"])
    assert check(WRONG)["wrong"]["line"] == 5
    assert "$.entries[0].place" in check(WRONG)["wrong"]["said"]
    assert check("")["wrong"]["line"] is None
    assert version(shared) == before
