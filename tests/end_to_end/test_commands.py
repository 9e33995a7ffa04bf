"""Commands at a real site: over the API, the broker and the box to a worker that is killed."""

import base64
import io
import json
from typing import Any

import av
import httpx
import pytest

from tests.end_to_end.conftest import PATIENCE_S, Site, kill, wait_until

pytestmark = pytest.mark.end_to_end
EAST = {"camera": "yard-east"}
RULE = EAST | {"rule": "intrusion-guarded"}


def ask(site: Site, **wish: Any) -> httpx.Response:
    url = f"{site.url}/api/boxes/box-1/commands"
    return httpx.post(url, json=wish, timeout=PATIENCE_S, headers=site.guest.headers)


def camera(site: Site) -> dict[str, Any]:
    beat = site.get("/api/boxes")["boxes"][0]["heartbeat"]
    return next((each for each in beat["cameras"] if each["camera"] == "yard-east"), {})


def armed(site: Site) -> bool | None:
    rules = camera(site).get("rules") or [{}]
    found: bool | None = rules[0].get("armed")
    return found


def phases(site: Site) -> list[str]:
    events = site.get("/api/events?limit=500")["events"]
    ours = ("intrusion", "yard-east")
    return [each["phase"] for each in events if (each["rule"], each["camera"]) == ours]


def test_a_disarmed_rule_ends_its_life_and_rests_until_it_is_armed_again(site: Site) -> None:
    wait_until(lambda: "begin" in phases(site))
    assert ask(site, command="disarm", **RULE).json()["ok"]
    wait_until(lambda: armed(site) is False)
    wait_until(lambda: phases(site).count("end") == phases(site).count("begin"))
    assert ask(site, command="sensitivity", value=3.0, **EAST).json()["ok"]
    wait_until(lambda: camera(site).get("sensitivity") == 3.0)
    before = site.workers()["yard-east"]
    kill(before["pid"])
    wait_until(lambda: site.workers()["yard-east"]["restarts"] == 1)
    wait_until(site.live)
    wait_until(lambda: (armed(site), camera(site)["sensitivity"]) == (False, 3.0))
    told = phases(site).count("begin")
    drawn = site.get("/api/cameras/yard-east/zones")["drawing"]
    assert [(rule["id"], rule["zone"], rule["armed"]) for rule in drawn["rules"]] == [
        ("intrusion-guarded", "guarded", False),
    ]  # fmt: skip
    assert [(zone["id"], len(zone["points"]) > 2) for zone in drawn["zones"]] == [("guarded", True)]
    still = ask(site, command="snapshot", **EAST).json()
    assert base64.b64decode(still["picture"]["data"]).startswith(b"\xff\xd8")
    assert phases(site).count("begin") == told
    assert ask(site, command="arm", **RULE).json()["ok"]
    wait_until(lambda: phases(site).count("begin") > told)
    wrong = ask(site, command="arm", camera="yard-east", rule="none")
    assert wrong.status_code == 409
    assert "intrusion-guarded" in wrong.json()["detail"]
    lines = (site.plan.folder / "audit.jsonl").read_text().splitlines()
    assert [json.loads(line)["result"].partition(":")[0] for line in lines] == [
        "ok", "ok", "ok", "ok", "ok", "unknown",
    ]  # fmt: skip


def test_somebody_looks_at_a_camera_until_they_hang_up(site: Site) -> None:
    path, headers = f"{site.url}/api/cameras/yard-east", site.guest.headers
    with httpx.stream("GET", f"{path}/live", timeout=PATIENCE_S, headers=headers) as film:
        assert film.status_code == 200
        data, chunks = b"", film.iter_raw()
        while len(data) < 100_000:
            data += next(chunks)
        wait_until(lambda: camera(site)["live"] == "full")
    with av.open(io.BytesIO(data), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) >= 2
    wait_until(lambda: camera(site)["live"] == "")
    still = httpx.get(f"{path}/still", timeout=PATIENCE_S, headers=headers)
    assert still.content.startswith(b"\xff\xd8")
    lines = (site.plan.folder / "audit.jsonl").read_text().splitlines()
    asked = [json.loads(line) for line in lines]
    assert [line["asked"].get("rate") for line in asked[:2]] == ["full", "full"]
    assert [line["asked"].get("lease_s") for line in asked[:2]] == [15, 0]
    (by,) = {line["by"] for line in asked}
    assert by.startswith("centre/")
    assert httpx.get(f"{path}/live", timeout=PATIENCE_S).status_code == 401
