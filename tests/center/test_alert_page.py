"""An alert's own page: how it went, why it is one, what to do; also for one that is over."""

from collections.abc import Iterator

import pytest

from tests.center.centre import Centre, event, eventually
from tests.center.tabs import NEEDED, NOBODY, Tab, legible, tab, unclipped

pytestmark = NEEDED
DAY_S = 86400.0


@pytest.fixture(scope="module")
def desk(shared: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """An operator's browser."""
    with tab(shared, "alert", tmp_path_factory) as opened:
        yield opened


def alert_on(desk: Tab, *, day: int) -> str:
    """An alert of two cameras, of which one saw a life begin and end."""
    at = day * DAY_S
    life = f"life-{day}"
    desk.centre.deliver(
        event(after_s=at, life=(life, "begin")),
        event(after_s=at + 20, camera="cam-2"),
        event(after_s=at + 50, life=(life, "end")),
    )
    return str(desk.centre.http.get("/api/alerts?state=open").json()["alerts"][0]["id"])


def shown(desk: Tab, alert: str, lang: str = "en") -> None:
    desk.open(f"/alerts/{alert}", lang=lang)
    desk.page.wait("document.querySelector('.alertpage')?.checkVisibility()")


def test_it_shows_each_source_in_a_lane_and_each_event_in_the_table(desk: Tab) -> None:
    shown(desk, alert_on(desk, day=1))
    assert desk.page.value("document.querySelectorAll('.lane').length") == 2
    assert desk.page.value("document.querySelectorAll('.lane .life.ended').length") == 1
    assert desk.page.value("document.querySelectorAll('.lane .point').length") == 1
    assert desk.page.value("document.querySelectorAll('.joined tbody tr').length") == 3
    assert "3 events joined into 1 alert · from 2 sources" in desk.text(".one")
    desk.page.wait("document.querySelector('.month small')?.innerText.includes('0 of them real')")


def test_work_on_it_by_keyboard_moves_its_stages_and_its_log(desk: Tab) -> None:
    alert = alert_on(desk, day=2)
    shown(desk, alert)
    desk.page.press("KeyA", "a")
    desk.page.wait("document.querySelector('.log')?.innerText.includes('Seat 1 acknowledged')")
    assert "Acknowledged" in desk.text(".stages .past:nth-child(2)")
    desk.page.press("KeyD", "d")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('.stages')?.innerText.includes('Car 1 sent')")
    desk.fill(".noting input", "The gate is locked")
    desk.click(".noting button")
    desk.page.wait("document.querySelector('.log')?.innerText.includes('The gate is locked')")
    found = eventually(lambda: desk.centre.http.get(f"/api/alerts/{alert}").json())
    assert found["alert"]["state"] == "dispatched"
    assert "The gate is locked" in [each["reason"] for each in found["log"]]


SENTENCES = """import('/static/alert/log.js').then(({ sentence }) => [
    { what: 'escalated', by: 'centre', reason: 'not acknowledged' },
    { what: 'noted', by: 'seat-2', reason: 'light · real' },
    { what: 'accepted', by: 'patrol:car-1', reason: 'on_way · 2026-03-01T10:00:00+00:00' },
    { what: 'told', by: 'patrol:car-1', reason: 'outcome · real · The gate is open' },
    { what: 'closed', by: 'patrol:car-1', reason: 'outcome · not_real · animal · A dog',
      data: { outcome: 'not_real', cause: 'animal' } },
    { what: 'rose', by: 'centre', reason: null, data: { grade: 1 } },
].map((entry) => sentence({ data: {}, ...entry })))"""


def test_the_log_says_each_thing_once_and_in_the_language_of_the_page(desk: Tab) -> None:
    shown(desk, alert_on(desk, day=6), lang="zh")
    desk.page.value(SENTENCES)  # which asks how the patrol is called
    desk.page.wait(f"{SENTENCES}.then((all) => all[2].includes('Car 1'))")
    assert desk.page.value(SENTENCES) == [
        "系统上报：未确认", "2 号席备注：light · real", "巡逻 Car 1出发",
        "巡逻 Car 1报告：现场结果 · 属实 · The gate is open", "巡逻 Car 1关闭：误报，动物 · A dog",
        "系统升级：1 紧急",
    ]  # fmt: skip


def test_one_that_is_over_is_still_there_to_be_read(desk: Tab) -> None:
    alert = alert_on(desk, day=3)
    desk.centre.http.post(f"/api/alerts/{alert}/close", json={"outcome": "real"})
    shown(desk, alert, lang="zh")
    assert "关闭" in desk.text(".stages .past:last-child")
    assert desk.page.value("document.querySelector('[data-act=close]').disabled")


def test_a_number_that_nobody_gave_is_said_to_be_none(desk: Tab) -> None:
    desk.open(f"/alerts/{NOBODY}")
    desk.page.wait("document.body.innerText.includes('There is no such alert')")


def test_it_can_be_read_and_hit_in_every_window(desk: Tab) -> None:
    shown(desk, alert_on(desk, day=4))
    for width, height in ((1280, 720), (1920, 1080), (720, 450), (390, 844)):
        desk.page.resize(width, height)
        assert unclipped(desk.page)
        assert legible(desk.page) == []


def test_enter_leads_there_from_the_desk(desk: Tab) -> None:
    alert = alert_on(desk, day=5)
    desk.open(f"/desk?alert={alert}")
    desk.page.wait(f"document.querySelector('.row[aria-selected=true]')?.dataset.id === '{alert}'")
    desk.page.value("document.activeElement.blur()")
    desk.page.press("Enter", "Enter")
    desk.page.wait(f"location.pathname === '/alerts/{alert}'")
    desk.page.wait("document.querySelector('.alertpage')?.checkVisibility()")
    assert desk.page.wait("document.querySelector('.screen .none')?.innerText") == (
        "No redacted picture"
    )
