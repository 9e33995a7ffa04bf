"""A patrol's phone: its whole task by touch, also without a signal; a link shows no more."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.center.centre import JPEG, Centre, event, eventually
from tests.center.tabs import NEEDED, NOBODY, PHONE, Tab, legible, tab, unclipped
from tests.real import astronaut

pytestmark = NEEDED
DAY_S = 86400.0
SAVED_AT = """JSON.parse(localStorage[Object.keys(localStorage).find(
    (each) => each.includes('patrol.') && localStorage[each].length > 2
)]).map((each) => each.done_at)"""


@pytest.fixture(scope="module")
def phone(shared: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A phone's browser."""
    with tab(shared, "phone", tmp_path_factory) as opened:
        yield opened


def sent(centre: Centre, *, day: int) -> tuple[str, str]:
    """Id of an alert of that day, and the link of a patrol that was sent there."""
    centre.deliver(event(after_s=day * DAY_S, picture=JPEG))
    alert = centre.http.get("/api/alerts?state=open").json()["alerts"][0]["id"]
    answer = centre.http.post(f"/api/alerts/{alert}/dispatch", json={"patrol": "car-1"})
    return alert, answer.json()["link"]


def alert_of(centre: Centre, alert: str) -> dict[str, Any]:
    return dict(centre.http.get(f"/api/alerts/{alert}").json()["alert"])


def opened(phone: Tab, link: str, lang: str = "en") -> None:
    phone.open(link, width=PHONE[0], height=PHONE[1], lang=lang)
    phone.page.wait("document.querySelector('.phone .go') !== null")


def test_a_whole_task_by_touch(phone: Tab) -> None:
    alert, link = sent(phone.centre, day=1)
    opened(phone, link)
    assert "Intrusion, person Depot yard, north gate" in phone.text(".hd")
    assert "Look at the picture Call the gate" in phone.text(".steps")
    phone.page.tap(".go.pri")
    phone.page.wait("document.querySelector('.state')?.innerText === 'On my way'")
    eventually(lambda: alert_of(phone.centre, alert)["accepted_at"])
    phone.page.tap(".go.pri")
    eventually(lambda: alert_of(phone.centre, alert)["state"] == "on_site")
    phone.page.tap(".go.half")
    phone.page.wait("document.querySelector('.go.pri').disabled")
    phone.page.tap(".choice:nth-of-type(2) input")
    phone.fill(".acts textarea", "A dog in the yard")
    phone.page.tap(".go.pri:enabled")
    phone.page.wait("document.querySelector('.ends')?.innerText.includes('has been told')")
    closed = alert_of(phone.centre, alert)
    assert (closed["state"], closed["outcome"], closed["cause"]) == ("closed", "not_real", "animal")


def test_what_is_done_without_a_signal_is_told_later_with_its_own_times(phone: Tab) -> None:
    alert, link = sent(phone.centre, day=2)
    opened(phone, link)
    phone.page.cut(off=True)
    phone.page.tap(".go.pri")
    phone.page.wait("document.querySelector('.warn')?.innerText.includes('1 action saved')")
    phone.page.wait("document.querySelector('.state')?.innerText === 'On my way'")
    phone.page.tap(".go.pri")
    phone.page.wait("document.querySelector('.warn')?.innerText.includes('2 actions saved')")
    done = phone.page.value(SAVED_AT)
    assert alert_of(phone.centre, alert)["state"] == "dispatched"
    phone.page.cut(off=False)
    eventually(lambda: alert_of(phone.centre, alert)["state"] == "on_site")
    phone.page.wait("document.querySelector('.warn')?.innerText === ''")
    task = phone.centre.http.get(f"/api{link.replace('/p/', '/tasks/')}").json()["task"]
    assert [task["on_way_at"][:19], task["arrived_at"][:19]] == [each[:19] for each in done]
    log = phone.centre.http.get(f"/api/alerts/{alert}").json()["log"]
    assert [each["what"] for each in log].count("arrived") == 1


def test_a_page_that_is_opened_again_without_a_line_is_worked_on(phone: Tab) -> None:
    alert, link = sent(phone.centre, day=5)
    opened(phone, link)
    phone.page.wait("caches.match('/p').then((found) => Boolean(found))")
    process = phone.centre.process.pid
    os.kill(process, signal.SIGSTOP)
    try:
        phone.page.ask("Page.reload")
        phone.page.wait("document.querySelector('.hd h1')?.innerText.length > 0")
        phone.page.wait("document.querySelector('.conn')?.innerText.includes('Offline')")
        assert "Intrusion, person Depot yard, north gate" in phone.text(".hd")
        phone.page.tap(".go.pri")
        phone.page.wait("document.querySelector('.warn')?.innerText.includes('1 action saved')")
    finally:
        os.kill(process, signal.SIGCONT)
    eventually(lambda: alert_of(phone.centre, alert)["accepted_at"])
    phone.page.wait("document.querySelector('.warn')?.innerText === ''")
    kept = phone.page.value(
        "caches.open('tocsin-patrol').then((cache) => cache.keys())"
        ".then((all) => all.map((each) => new URL(each.url).pathname))"
    )
    assert [path for path in kept if not path.startswith("/static/")] == ["/p"]


def test_what_a_patrol_asks_for_is_said_at_the_desk(phone: Tab) -> None:
    alert, link = sent(phone.centre, day=6)
    desk = f"{phone.centre.url}/desk?lang=en"
    phone.page.open(desk)
    phone.page.wait(f"document.getElementById('row-{alert}') !== null")
    token = link.removeprefix("/p/")
    for step, said in (("call", "Car 1 asks you to call"), ("hold", "Car 1 holds for back-up")):
        phone.centre.http.post(f"/api/tasks/{token}", json={"step": step})
        phone.page.wait(f"document.getElementById('toasts').innerText.includes('{said}')")
    opened(phone, link)
    phone.page.requests.clear()  # the desk asks for more than a phone may
    phone.page.tap(".go.pri")
    phone.page.tap(".go.ask")
    log = f"/api/alerts/{alert}"
    eventually(
        lambda: (
            [each["what"] for each in phone.centre.http.get(log).json()["log"]].count("called") == 2
        )
    )


def test_a_photo_waits_for_a_signal_and_the_desk_sees_it_redacted(
    phone: Tab, tmp_path: Path
) -> None:
    alert, link = sent(phone.centre, day=7)
    opened(phone, link)
    phone.page.tap(".go:not(.pri)")
    phone.page.wait("document.querySelector('.go.third') !== null")
    (tmp_path / "place.jpg").write_bytes(cv2.imencode(".jpg", astronaut()[::2, ::2])[1].tobytes())
    phone.page.cut(off=True)
    phone.page.choose(".photos input", tmp_path / "place.jpg")
    phone.page.wait("document.querySelector('.shots [data-state=waits] img')?.naturalWidth === 256")
    assert "still on this phone" in phone.text(".photos .hint")
    phone.page.cut(off=False)
    phone.page.wait("document.querySelector('.shots [data-state=kept] img')?.naturalWidth === 256")
    phone.page.wait(
        "document.querySelector('.photos .hint').innerText.includes('redacted photo only')"
    )
    phone.page.open(f"{phone.centre.url}/desk?lang=en&alert={alert}")
    phone.page.wait("document.querySelector('.pane .photo img')?.naturalWidth === 256")
    said = "document.querySelector('.pane .log').innerText.includes('Patrol Car 1 sent a photo')"
    phone.page.wait(said)  # names come after what they are of
    phone.page.click(".pane .photo")
    phone.page.wait("document.querySelector('dialog[open] img')?.naturalWidth === 256")
    opened(phone, link)
    phone.page.requests.clear()  # the desk asks for more than a phone may


def test_a_task_that_is_recalled_says_so_and_has_nothing_to_press(phone: Tab) -> None:
    alert, link = sent(phone.centre, day=3)
    opened(phone, link, lang="zh")
    phone.centre.http.post(f"/api/alerts/{alert}/close", json={"outcome": "test"})
    phone.page.wait("document.querySelector('.ends')?.innerText.includes('已召回')")
    assert phone.page.value("document.querySelectorAll('.go').length") == 0


def test_a_link_that_nobody_gave_shows_nothing(phone: Tab) -> None:
    phone.open(f"/p/{NOBODY}", width=PHONE[0], height=PHONE[1])
    phone.page.wait("document.body.innerText.includes('There is no such task')")
    assert phone.page.value("document.querySelectorAll('nav, .go').length") == 0


def test_it_can_be_read_and_hit_on_a_phone_in_both_themes(phone: Tab) -> None:
    _, link = sent(phone.centre, day=4)
    for lang in ("zh", "en"):
        opened(phone, link, lang=lang)
        assert unclipped(phone.page)
        assert legible(phone.page) == []
        assert phone.page.value("document.querySelector('.go.pri').offsetHeight") >= 64
        asked = [url for url in phone.page.requests if "/api/" in url]
        assert all("/api/tasks/" in url for url in asked)
