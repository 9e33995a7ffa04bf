"""The console in a real browser: it follows, it acknowledges, it asks nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.center.browser import CHROMIUM, Page, browser
from tests.center.centre import JPEG, Centre, event, eventually

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]
HOUR_S = 3600.0
LIVE = "document.getElementById('conn-text')?.textContent === 'Live'"


@pytest.fixture
def page(tmp_path: Path, centre: Centre) -> Iterator[Page]:
    """The console, open and live."""
    with browser(tmp_path) as opened:
        opened.open(f"{centre.url}/desk?lang=en")
        opened.wait(LIVE)
        yield opened
        strangers = [url for url in opened.requests if not url.startswith((centre.url, "data:"))]
        assert not strangers
        assert not opened.complaints


def acknowledged(centre: Centre) -> list[str]:
    found = centre.http.get("/api/alerts", params={"state": "acknowledged"}).json()["alerts"]
    return [alert["id"] for alert in found]


def rows(page: Page, which: str = ".row") -> list[str]:
    script = f"[...document.querySelectorAll({which!r})].map((row) => row.dataset.id)"
    return list(page.value(script))


def test_an_alert_appears_without_a_reload_and_key_a_acknowledges_it(
    centre: Centre, page: Page
) -> None:
    assert "No open alerts" in page.value("document.body.innerText")
    page.value("window.stays = true")
    centre.deliver(event())
    page.wait("document.querySelector('.row.new[aria-selected=true]') !== null")
    page.press("KeyA", "a")
    page.wait("document.querySelector('.row:not(.new)') !== null")
    assert page.value("window.stays")
    (taken,) = eventually(lambda: acknowledged(centre))
    assert rows(page) == [taken]


def test_a_new_arrival_leaves_the_selection_where_it_is(centre: Centre, page: Page) -> None:
    centre.deliver(event())
    chosen = page.wait("document.querySelector('.row[aria-selected=true]')?.dataset.id")
    centre.deliver(event(after_s=HOUR_S, picture=JPEG))
    page.wait("document.querySelectorAll('.row').length === 2")
    assert rows(page, ".row[aria-selected=true]") == [chosen]
    page.press("KeyJ", "j")
    assert rows(page, ".row[aria-selected=true]") != [chosen]


def test_the_page_says_that_something_goes_on_and_when_it_ended(centre: Centre, page: Page) -> None:
    centre.deliver(event(life=("one", "begin")))
    page.wait("document.querySelector('.row .s')?.innerText.includes('Quiet since')")
    centre.deliver(event(after_s=9, life=("one", "end")))
    page.wait("document.querySelector('.row .s').innerText.includes('Ended')")


def test_what_others_close_is_struck_out_and_stays_while_it_is_looked_at(
    centre: Centre, page: Page
) -> None:
    centre.deliver(event())
    number = page.wait("document.querySelector('.row')?.dataset.id")
    centre.http.post(f"/api/alerts/{number}/dispatch", json={"patrol": "car-1"})
    page.wait("document.querySelector('.row .s').innerText.includes('Patrol sent')")
    centre.http.post(f"/api/alerts/{number}/close", json={"outcome": "real"})
    page.wait("document.querySelector('.row.over .s')?.innerText === 'Closed · Real'")
    assert page.value("document.getElementById('open-count').innerText") == "0"
    centre.deliver(event(after_s=HOUR_S))
    page.wait("document.querySelector('.row.new') !== null")
    page.press("KeyU", "u")
    page.wait("document.querySelector('.row.over') === null")


def test_the_page_speaks_both_languages_and_remembers_which(centre: Centre, page: Page) -> None:
    page.value("document.querySelector('[data-lang=zh]').click()")
    page.wait("document.body.innerText.includes('没有待办告警')")
    page.value("document.getElementById('theme').click()")
    page.open(centre.url)
    page.wait("document.documentElement?.lang === 'zh-Hans'")
    assert page.value("document.documentElement.dataset.theme") == "light"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (390, 844)])
def test_nothing_is_cut_off_sideways(centre: Centre, page: Page, width: int, height: int) -> None:
    centre.deliver(event(picture=None))
    page.resize(width, height)
    page.wait("document.querySelector('.row') !== null")
    assert page.value("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_may_be_opened_again_and_again(centre: Centre, page: Page) -> None:
    for number in range(8):  # browsers allow six connections to one server
        page.open(f"{centre.url}/desk?n={number}")
        page.wait(f"location.search.includes('n={number}') && {LIVE}")
