"""Commands at a real site: over the API, the broker and the box to a worker that is killed."""

import base64
import json
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import PATIENCE_S, Site, camera, kill, wait_until

pytestmark = pytest.mark.end_to_end
EAST = {"camera": "yard-east"}
RULE = EAST | {"rule": "intrusion-guarded"}


def ask(site: Site, **wish: Any) -> httpx.Response:
    url = f"{site.url}/api/boxes/box-1/commands"
    return httpx.post(url, json=wish, timeout=PATIENCE_S, headers=site.guest.headers)


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
