"""Signing in: one comes back to where one was, limits are said, and the way out ends it."""

from collections.abc import Iterator

import pytest

from tests.center.centre import Centre, event, eventually
from tests.center.tabs import NEEDED, PHONE, Tab, legible, tab, unclipped
from tests.center.test_signed_in import PASSWORD, user

pytestmark = NEEDED
PATH = "document.readyState === 'complete' && location.pathname + location.search"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A browser that nobody has signed in with; there is one operator, at the depot."""
    running = Centre(tmp_path_factory.mktemp("centre"), sign_in=True)
    running.start()
    file = running.folder / "li.secret"
    file.write_text(PASSWORD + "\n")
    user(
        running, "add", "li", "--role", "operator", "--place", "depot", "--seat", "seat-3",
        "--password-file", str(file),
    )  # fmt: skip
    with tab(running, "sign-in", tmp_path_factory) as opened:
        yield opened
        refused = ("401", "429")
        opened.page.complaints[:] = [
            each for each in opened.page.complaints if not any(code in each for code in refused)
        ]
    running.stop()


def sign_in(desk: Tab, password: str) -> None:
    desk.fill("[name=username]", "li")
    desk.fill("[name=password]", password)
    desk.click(".signin .pri")


def test_whoever_is_unknown_signs_in_and_gets_the_page_that_was_asked_for(desk: Tab) -> None:
    desk.page.open(f"{desk.centre.url}/search?q=grade:2")
    desk.page.wait(f"{PATH} === '/sign-in?to=%2Fsearch%3Fq%3Dgrade%3A2'")
    desk.page.wait("document.querySelector('[name=username]') !== null")
    for width, height in ((1280, 720), PHONE):
        desk.page.resize(width, height)
        assert unclipped(desk.page)
        assert legible(desk.page) == []
    sign_in(desk, "not this one")
    desk.page.wait("document.querySelector('.wrong')?.innerText.length > 0")
    assert desk.page.value("document.querySelector('[name=password]').value") == ""
    sign_in(desk, PASSWORD)
    desk.page.wait(f"{PATH} === '/search?q=grade:2'")
    desk.page.wait("document.querySelector('#you')?.innerText === 'seat-3'")
    desk.page.resize(1440, 900)
    tabs = "[...document.querySelectorAll('.tabs a')].filter((a) => a.checkVisibility())"
    assert desk.page.value(f"{tabs}.map((a) => a.innerText)") == ["Desk", "Search", "Health"]


def test_the_way_out_ends_the_session(desk: Tab) -> None:
    desk.page.resize(1440, 900)
    desk.click("#you")
    desk.page.wait("document.querySelector('dialog')?.innerText.includes('operator')")
    desk.click("#sign-out")
    desk.page.wait(f"{PATH} === '/sign-in'")
    desk.page.open(f"{desk.centre.url}/desk")
    desk.page.wait("location.pathname === '/sign-in'")


def test_another_site_is_not_gone_to_afterwards(desk: Tab) -> None:
    desk.page.open(f"{desk.centre.url}/sign-in?to=//elsewhere.example/desk&lang=en")
    desk.page.wait("document.querySelector('[name=username]') !== null")
    sign_in(desk, PASSWORD)
    desk.page.wait(f"{PATH} === '/desk'")


def test_a_patrols_link_opens_for_who_has_not_signed_in(desk: Tab) -> None:
    token = user(desk.centre, "token", "li", "--label", "the desk").strip()
    desk.centre.http.headers["Authorization"] = f"Bearer {token}"
    desk.centre.deliver(event())
    alert = desk.centre.http.get("/api/alerts").json()["alerts"][0]["id"]
    path = f"/api/alerts/{alert}/dispatch"
    link = desk.centre.http.post(path, json={"patrol": "car-1"}).json()["link"]
    desk.page.open("about:blank")  # the page before would go and sign in, were it refused now
    desk.page.ask("Network.clearBrowserCookies")
    desk.open(link, width=PHONE[0], height=PHONE[1])
    desk.page.tap(".phone .go.pri")
    eventually(lambda: desk.centre.http.get(f"/api/alerts/{alert}").json()["alert"]["accepted_at"])
    assert desk.page.value("location.pathname") == link


def test_who_tries_too_often_is_told_how_long_to_wait(desk: Tab) -> None:
    desk.page.open(f"{desk.centre.url}/sign-in?lang=en")
    desk.page.wait("document.querySelector('.signin .pri')?.innerText === 'Sign in'")
    for _ in range(8):
        sign_in(desk, "not this one")
        desk.page.wait("document.querySelector('.signin .pri')?.innerText === 'Sign in'")
        if "Too many tries" in desk.text(".wrong"):
            break
    assert "Too many tries. Try again in 0:" in desk.text(".wrong")
    assert desk.page.value("document.querySelector('.signin .pri').disabled")
    assert desk.page.value("[...document.querySelectorAll('.signin')].length") == 1
