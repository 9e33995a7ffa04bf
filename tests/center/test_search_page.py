"""The search: what is typed and what is picked are one query, and the address says it."""

from collections.abc import Iterator

import pytest

from tests.center.centre import Centre, event
from tests.center.tabs import NEEDED, Tab, legible, tab, unclipped

pytestmark = NEEDED
DAY_S = 86400.0
FOUND = "document.querySelectorAll('.found tbody tr').length"


@pytest.fixture(scope="module")
def desk(shared: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """An operator's browser; two alerts at the depot, a day apart."""
    shared.deliver(*(event(after_s=day * DAY_S) for day in (0, 1)))
    with tab(shared, "search", tmp_path_factory) as opened:
        yield opened


def address(desk: Tab) -> str:
    return str(desk.page.value("decodeURIComponent(location.search.replaceAll('+', ' '))"))


def test_typed_words_move_the_pickers_and_picks_write_words(desk: Tab) -> None:
    desk.open("/search")
    desk.page.wait(f"{FOUND} === 2")
    desk.fill("#q", "rule:intrusion")
    desk.page.wait("document.querySelector('[data-key=rule]')?.value === 'intrusion'")
    desk.page.wait("document.querySelectorAll('.words li').length === 1")
    desk.fill("[data-key=from]", "2026-11-24")
    desk.page.wait(f"{FOUND} === 1")
    assert desk.page.value("document.querySelector('#q').value") == "rule:intrusion from:2026-11-24"
    assert address(desk) == "?q=rule:intrusion from:2026-11-24"


def test_an_address_opens_as_it_was_and_one_can_go_back(desk: Tab) -> None:
    desk.open("/search?q=place:depot+grade:2")
    desk.page.wait(f"{FOUND} === 2")
    desk.page.wait("document.querySelector('[data-key=place]').value === 'depot'")
    assert desk.page.value("document.querySelector('[data-grade=\"2\"]').ariaPressed") == "true"
    desk.click(".words li:first-child button")
    desk.page.wait("location.search === '?q=grade%3A2'")
    desk.page.value("history.back()")
    desk.page.wait("document.querySelector('#q')?.value === 'place:depot grade:2'")


def test_a_stretch_of_the_strip_becomes_the_time_that_is_asked_for(desk: Tab) -> None:
    desk.open("/search")
    desk.page.wait("document.querySelectorAll('.density button').length > 0")
    desk.click(".density button:first-child")
    desk.page.wait(f"{FOUND} === 1")
    assert address(desk).startswith("?q=from:2026-11-23T12:00 to:2026-11-23T12:")


def test_what_is_no_word_of_the_search_is_said_and_left_out(desk: Tab) -> None:
    desk.open("/search?q=shirt:red")
    desk.page.wait("document.querySelector('.wrongs')?.innerText.includes('Left out shirt:red')")
    assert desk.page.value(FOUND) == 2
    desk.open("/search?q=from:gestern", lang="zh")
    desk.page.wait("document.querySelector('.wrongs')?.innerText.includes('请写日期')")
    desk.open("/search?q=grade:4", lang="zh")
    desk.page.wait("document.body.innerText.includes('没有符合的告警')")


def test_it_can_be_read_and_hit_in_every_window(desk: Tab) -> None:
    desk.open("/search?q=grade:2")
    desk.page.wait(f"{FOUND} === 2")
    for width, height in ((1280, 720), (1920, 1080), (720, 450), (390, 844)):
        desk.page.resize(width, height)
        assert unclipped(desk.page)
        assert legible(desk.page) == []
