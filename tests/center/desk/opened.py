"""The desk of a small town in a real browser: opened, and what happens there."""

import itertools
from typing import Any

import pytest

from tests.center.browser import CHROMIUM, Page
from tests.center.centre import event, eventually
from tests.center.town import Town

NEEDED = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]
HOURS = itertools.count(1)
LIVE = "document.getElementById('conn')?.innerText.match(/Live|实时/) !== null"
TOLD = "async () => (await import('/static/base/alerts.js')).status !== null"
"""Whether the desk knows how everything is: no notice that it is a flood comes in between."""

OPEN = "await import('/static/base/alerts.js')"
SELECTED = "document.querySelector('.row[aria-selected=true]')?.dataset.id"


def desk(town: Town, page: Page, asked: str = "lang=en&theme=dark&seat=seat-2") -> None:
    page.value("window.old = true")
    page.open(f"{town.url}/desk?{asked}")
    page.wait(f"!window.old && document.querySelector('.desk') !== null && {LIVE}")
    page.wait(f"({TOLD})()")


def alerts(town: Town, state: str) -> list[dict[str, Any]]:
    found = town.http.get("/api/alerts", params={"state": state, "limit": 500}).json()
    return list(found["alerts"])


def happens(town: Town, place: str = "school", rule: Any = "intrusion", **facts: Any) -> str:
    """Let something happen; the id of its alert, whose row is in the queue soon."""
    before = {alert["id"] for alert in alerts(town, "open")}
    camera, at = f"{place}-1", next(HOURS) * 300.0
    town.deliver(event(after_s=at, place=place, camera=camera, rule=rule, **facts))
    (made,) = eventually(lambda: {alert["id"] for alert in alerts(town, "open")} - before)
    return str(made)


def log(town: Town, alert: str) -> list[str]:
    entries = town.http.get(f"/api/alerts/{alert}").json()["log"]
    return [entry["what"] for entry in entries if entry["by"] != "centre"]


def state(town: Town, alert: str) -> str:
    return str(town.http.get(f"/api/alerts/{alert}").json()["alert"]["state"])


def row(alert: str) -> str:
    return f"document.getElementById('row-{alert}')"
