"""Pages of a place and of a camera, and the reports: what is there, from which one gets on."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipelines.flow import CameraState, Heartbeat
from pipelines.wire import encode
from tests.center.centre import JPEG, Centre, event, eventually
from tests.center.tabs import MEANT, NEEDED, Tab, legible, tab, unclipped

pytestmark = NEEDED


@pytest.fixture(scope="module")
def desk(shared: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """An operator's browser; a camera that told of itself, an alert that was not real."""
    shared.deliver(event(picture=JPEG))
    alert = shared.http.get("/api/alerts").json()["alerts"][0]["id"]
    body = {"outcome": "not_real", "cause": "animal"}
    shared.http.post(f"/api/alerts/{alert}/close", json=body)
    with shared.box() as box:
        camera = CameraState(camera="cam-1", place="depot", state="live", fps_in=25.0)
        beat = Heartbeat(box="box-1", site="demo", time=datetime.now(UTC), cameras=(camera,))
        box.say("hb/box-1", encode(beat))
        eventually(lambda: shared.http.get("/api/cameras").json()["cameras"])
        with tab(shared, "places", tmp_path_factory) as opened:
            yield opened
            unseen = ("/still", "/live", *MEANT)  # no box shows this camera
            opened.page.complaints[:] = [
                each for each in opened.page.complaints if not any(one in each for one in unseen)
            ]


def in_every_window(desk: Tab) -> None:
    for width, height in ((1280, 720), (1920, 1080), (720, 450), (390, 844)):
        desk.page.resize(width, height)
        assert unclipped(desk.page)
        assert legible(desk.page) == []


def test_a_place_leads_to_its_cameras_and_its_alerts(desk: Tab) -> None:
    desk.open("/places/depot")
    desk.page.wait("document.querySelector('.placepage')?.checkVisibility()")
    assert desk.text("h1") == "Depot yard, north gate"
    assert "No open alerts" in desk.text(".sum")
    assert "Closed · Not real · Animal" in desk.text(".found")
    assert desk.page.value("document.querySelectorAll('.tiles .live').length") == 1
    in_every_window(desk)
    desk.click(".live figcaption a")
    desk.page.wait("location.pathname === '/cameras/cam-1'")


def test_a_camera_says_how_it_does(desk: Tab) -> None:
    desk.open("/cameras/cam-1?box=box-1")
    desk.page.wait("document.querySelector('.facts')?.innerText.includes('25.0')")
    assert "box-1" in desk.text(".facts")
    assert desk.page.value("document.querySelectorAll('.found tbody tr').length") == 1
    in_every_window(desk)


MIDNIGHT = """(async () => {
    const { setClock, hour } = await import('/static/base/time.js');
    const { open } = await import('/static/reports/reports.js');
    const last = new Date(2026, 1, 28, 23, 59, 58), noon = new Date(2026, 1, 28, 12, 0);
    setClock(last.toISOString());
    window.drawn = document.createElement('div');
    window.close_ = open(window.drawn, {}).close;
    window.date = window.drawn.querySelector('input[type=date]');
    const before = [window.date.value, hour(noon)];
    await new Promise((done) => setInterval(() => window.date.value !== before[0] && done(), 50));
    window.close_();
    return [...before, window.date.value, window.date.max, hour(noon)];
})()"""


def test_at_midnight_the_day_of_the_figures_is_the_new_one(desk: Tab) -> None:
    desk.open("/sign-in")  # without a stream, which would say what time it is
    assert desk.page.value(MIDNIGHT) == [
        "2026-02-28", "12:00", "2026-03-01", "2026-03-01", "02-28 12:00",
    ]  # fmt: skip


def test_reports_tell_of_alarms_of_a_shift_and_of_the_rule_that_was_wrong(desk: Tab) -> None:
    desk.open(f"/reports/shift/{datetime.now(UTC):%Y-%m-%d}-1")
    for part in ("#rules table", "#alarms .figures", "#shift .figures"):
        desk.page.wait(f"document.querySelector('{part}')?.checkVisibility()")
    assert "Intrusion cam-1 depot 0 1 0% – → – → – → 0% Animal 1" in desk.text("#rules tbody")
    assert "150 can be worked on" in desk.text("#alarms")
    links = desk.page.value("[...document.querySelectorAll('#files a')].map((a) => a.href)")
    for link in links:
        assert desk.centre.http.get(link).status_code == 200, link
    in_every_window(desk)
