"""Three real centres, one above the other: what one knows and does, the others see."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import nats.errors
import numpy as np
import pytest

from center.config import load
from pipelines.errors import ConfigError
from pipelines.flow import CameraState, Heartbeat
from pipelines.wire import encode
from tests.center.centre import NOON, SECRET, Centre, event, eventually
from tests.center.linked import linked
from tests.center.tabs import NEEDED, Tab, tab
from tocsin.demo.ports import free_port
from tocsin.pki import work
from tocsin.pki.folder import Folder

WATCH = """\
places:
  - {{id: {place}, name: "{name}", kind: {kind}, grade: 3}}
"""
LEVELS = ("shiyan", "north-street", "donghu")
JPEG = cv2.imencode(".jpg", np.zeros((9, 16, 3), np.uint8))[1].tobytes()


def level_of(at: int, ports: list[int]) -> str:
    """The setting of a level."""
    lines = [f"level:\n  name: {LEVELS[at]}\n  port: {ports[at]}"]
    if at < 2:
        url = f"tls://127.0.0.1:{ports[at + 1]}"
        lines.append(f"  above: {{name: {LEVELS[at + 1]}, url: '{url}', password_file: secret,")
        lines.append("    tls: {ca: ../pki/ca.crt}}")
    if at > 0:
        lines.append("  tls: {cert: ../pki/centre.crt, key: ../pki/centre.key}")
        lines.append(f"  below:\n    - {{name: {LEVELS[at - 1]}, password_file: secret}}")
    return "\n".join(lines) + "\n"


class Town:
    """A community's centre, its street's and its district's, with TLS between them."""

    def __init__(self, folder: Path) -> None:
        ports = [free_port() for _ in LEVELS]
        order = work.Order(Folder(folder / "pki"), datetime.now(UTC).replace(microsecond=0))
        work.init(order, "Test authority", 30)
        work.issue(order, "centre", ("127.0.0.1",), days=30, renew=False)
        self.centres = []
        for at, name in enumerate(LEVELS):
            (folder / name).mkdir()
            kind = ("community", "street", "district")[at]
            watch = WATCH.format(place=name, name=name, kind=kind) if at else COMMUNITY
            self.centres.append(Centre(folder / name, more=level_of(at, ports), watch=watch))

    def start(self) -> None:
        """All of them at once."""
        for centre in self.centres:
            centre.begin()
        try:
            for centre in self.centres:
                centre.wait()
        except AssertionError:
            for centre in self.centres:
                centre.process.kill()
            raise

    def stop(self) -> None:
        """Those that run."""
        for centre in self.centres:
            if centre.process.poll() is None:
                centre.stop()

    def alerts(self, at: int) -> dict[str, dict[str, Any]]:
        """A level's alerts by their ids, with names as all levels have them."""
        shown = self.centres[at].http.get("/api/alerts", params={"limit": 500}).json()["alerts"]
        return {each["id"]: canonical(each, LEVELS[at]) for each in shown}

    def agree(self, *levels: int) -> dict[str, dict[str, Any]]:
        """The alerts, once these levels see the same."""
        first, *others = levels or (0, 1, 2)

        def same() -> bool:
            return all(self.alerts(at) == self.alerts(first) for at in others)

        eventually(same)
        return self.alerts(first)

    def act(self, at: int, alert_id: str, step: str, **body: Any) -> int:
        """A seat of a level does something about an alert."""
        answer = self.centres[at].http.post(f"/api/alerts/{alert_id}/{step}", json=body)
        return answer.status_code


COMMUNITY = """\
places:
  - {id: shiyan, name: Shiyan, kind: community, grade: 3}
  - {id: depot, name: "Depot yard, north gate", parent: shiyan, grade: 2}
entries:
  - {place: depot, rule: intrusion, merge_s: 1, steps: [Look, Call the gate]}
"""


def canonical(alert: dict[str, Any], level: str) -> dict[str, Any]:
    own = {key: value for key, value in alert.items() if key not in ("revision", "home")}
    for key in ("seat", "patrol"):
        if own[key] and "/" not in own[key]:
            own[key] = f"{level}/{own[key]}"
    return own


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("town"))
    made.start()
    yield made
    made.stop()


def audited(centre: Centre, alert_id: str) -> list[dict[str, Any]]:
    """Lines of a centre's audit about an alert's picture."""
    lines = (centre.folder / "state" / "audit.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    about = [line for line in found if line["asked"].get("about") == alert_id]
    return [line for line in about if "picture" in line["asked"]["did"]]


def pictures_in(centre: Centre) -> int:
    with closing(sqlite3.connect(centre.folder / "state" / "center.db")) as store:
        return int(store.execute("SELECT count(*) FROM pictures").fetchone()[0])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{name: a, below: [{name: a, password_file: secret}]}", "2 levels are named 'a'"),
        (
            "{name: a, host: 0.0.0.0, below: [{name: b, password_file: secret}]}",
            r"without TLS - at \$\.level\.host",
        ),
        (
            "{name: a, above: {name: b, url: 'http://b:1', password_file: secret}}",
            r"tls://HOST:PORT",
        ),
        ("{name: a, tls: {cert: secret}}", r"goes with its key - at \$\.level\.tls"),
    ],
)
def test_what_is_wrong_with_a_level_is_said_with_its_key(
    tmp_path: Path, said: str, why: str
) -> None:
    Centre(tmp_path, more=f"level: {said}\n")
    with pytest.raises(ConfigError, match=why):
        load(tmp_path / "center.yaml")


def test_the_secret_of_a_level_below_opens_its_link_and_nothing_else(town: Town) -> None:
    async def knock() -> None:
        url = f"nats://127.0.0.1:{town.centres[1].broker_port}"
        async with linked(url, SECRET, user="centre-leaf-shiyan"):
            pass

    with pytest.raises(nats.errors.Error):
        asyncio.run(knock())


def test_what_a_community_sees_its_street_and_its_district_see_and_work_on(town: Town) -> None:
    community = town.centres[0]
    community.deliver(event(picture=JPEG), event(after_s=100))
    eventually(lambda: len(town.alerts(2)) == 2)
    second, first = sorted(town.agree(), reverse=True)
    assert town.act(2, first, "acknowledge") == 200
    assert town.act(0, second, "close", outcome="real") == 200
    eventually(lambda: town.alerts(0)[first]["state"] == "acknowledged")
    agreed = town.agree()
    assert agreed[first]["seat"] == "donghu/seat-1"
    assert agreed[second]["state"] == "closed"
    log = town.centres[0].http.get(f"/api/alerts/{first}").json()["log"]
    assert [(line["by"], line["what"]) for line in log] == [("donghu/seat-1", "acknowledged")]
    refused = town.centres[0].http.post(f"/api/alerts/{first}/acknowledge", json={})
    assert refused.status_code == 409
    assert "donghu/seat-1 acknowledged this" in refused.json()["detail"]


def test_a_picture_is_shown_above_on_request_and_is_in_both_audits(town: Town) -> None:
    alert_id = min(town.alerts(0))
    answer = town.centres[2].http.get(f"/api/alerts/{alert_id}/picture")
    assert (answer.status_code, answer.content) == (200, JPEG)
    (line,) = audited(town.centres[0], alert_id)
    assert (line["by"], line["asked"]["via"]) == ("donghu/seat-1", "level north-street")
    assert len(audited(town.centres[1], alert_id)) == len(audited(town.centres[2], alert_id)) == 1
    assert [pictures_in(centre) for centre in town.centres] == [1, 0, 0]


def test_places_and_cameras_of_the_community_stand_under_its_place_above(town: Town) -> None:
    with town.centres[0].box() as box:
        camera = CameraState(camera="cam-1", place="depot", state="live")
        beat = Heartbeat(box="box-1", site="demo", time=NOON, cameras=(camera,))

        def seen() -> bool:
            box.say("hb/box-1", encode(beat))
            depot = town.centres[2].http.get("/api/places/depot")
            return depot.status_code == 200 and depot.json()["place"]["live"] == 1

        eventually(seen)
    depot = town.centres[2].http.get("/api/places/depot").json()
    assert depot["place"]["above"] == ["shiyan", "north-street", "donghu"]
    assert [each["box"] for each in depot["cameras"]] == ["north-street/shiyan/box-1"]
    assert len(depot["alerts"]) == 2
    links = town.centres[1].http.get("/api/status").json()["levels"]
    assert [(link["name"], link["linked"]) for link in links] == [
        ("donghu", True),
        ("shiyan", True),
    ]


class TestInABrowser:
    """The console of the district."""

    pytestmark = NEEDED

    @pytest.fixture
    def desk(self, town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
        """An operator of the district."""
        with tab(town.centres[2], "district", tmp_path_factory) as opened:
            yield opened

    def test_the_district_asks_for_a_picture_by_hand_and_sees_its_links(
        self, town: Town, desk: Tab
    ) -> None:
        alert_id = min(town.alerts(0))
        before = len(audited(town.centres[0], alert_id))
        desk.open(f"/alerts/{alert_id}")
        desk.page.wait("document.querySelector('.elsewhere button')?.checkVisibility()")
        assert "Ask shiyan for the redacted picture" in desk.text(".elsewhere")
        assert len(audited(town.centres[0], alert_id)) == before
        desk.click(".elsewhere button")
        desk.page.wait("document.querySelector('.screen img')?.naturalWidth === 16")
        assert len(audited(town.centres[0], alert_id)) == before + 1
        desk.open("/health")
        desk.page.wait("document.querySelector('.healthpage')?.innerText.includes('below')")


def test_each_works_alone_and_nothing_is_lost_when_the_middle_is_killed(town: Town) -> None:
    community, street, district = town.centres
    first = min(town.alerts(0))
    with community.box() as box:
        for number in range(30):
            box.send(event(after_s=1000 + 10 * number))
        eventually(lambda: len(town.alerts(2)) > 4)
        street.kill()
        for number in range(30):
            box.send(event(after_s=5000 + 10 * number))
        eventually(lambda: len(town.alerts(0)) == 62)
    known = max(town.alerts(2))
    assert town.act(0, known, "acknowledge") == 200  # which the district does not see now
    assert town.act(2, known, "acknowledge") == 200
    assert town.act(2, first, "close", outcome="no_trace") == 200
    assert town.act(2, first, "note", text="the gate is locked") == 200
    away = district.http.get(f"/api/alerts/{first}/picture")
    assert (away.status_code, away.json()["detail"]) == (
        504, "the centre that has it cannot be reached",
    )  # fmt: skip
    street.start()
    eventually(lambda: len(town.alerts(2)) == 62)
    agreed = town.agree()
    assert agreed[known]["seat"] == "shiyan/seat-1"  # who was the first
    assert agreed[first]["outcome"] == "no_trace"
    log = community.http.get(f"/api/alerts/{first}").json()["log"]
    assert log[-1]["reason"] == "the gate is locked"
