"""The watch list's editor: what is wrong is said at its line, a dry run counts, no text is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime

import cv2
import msgspec
import numpy as np
import pytest

from tests.center.centre import NOON, WATCH_YAML, Centre, event
from tests.center.tabs import NEEDED, Tab, legible, tab, unclipped

pytestmark = NEEDED
HOUR_S = 3600.0
READY = "document.querySelector('.fault')?.innerText === 'Nothing is wrong'"


@pytest.fixture(scope="module")
def desk(shared: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A supervisor's browser; three events of the last hours, of which one is of a truck."""
    now_s = (datetime.now(UTC) - NOON).total_seconds()
    shared.deliver(*(event(after_s=now_s - hour * HOUR_S) for hour in (2, 4)))
    shared.deliver(event(after_s=now_s - 6 * HOUR_S, label="truck"))
    with tab(shared, "watch", tmp_path_factory) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _fresh(desk: Tab) -> None:
    """The list of the file, and no draft, before each."""
    if in_force(desk) != WATCH_YAML:
        publish(desk, WATCH_YAML)
    desk.open("/health")
    desk.page.value("localStorage.removeItem('tocsin.draft')")


def in_force(desk: Tab) -> str:
    return str(desk.centre.http.get("/api/watch-list").json()["text"])


def publish(desk: Tab, text: str) -> None:
    """As another seat does."""
    seen = desk.centre.http.get("/api/watch-list").headers["etag"]
    headers = {"If-Match": seen, "Tocsin-Seat": "seat-4"}
    answer = desk.centre.http.put("/api/watch-list", json={"text": text}, headers=headers)
    assert answer.status_code == 200


def drawn() -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((36, 64, 3), 90, np.uint8))[1].tobytes())


def opened(desk: Tab, path: str = "/watch") -> None:
    desk.open(path)
    desk.page.wait(READY)


def write(desk: Tab, text: str) -> None:
    desk.click("[data-tab=text]")
    desk.fill(".code", text)


def test_a_wrong_list_is_said_at_its_line_and_cannot_be_published(desk: Tab) -> None:
    opened(desk)
    write(desk, WATCH_YAML.replace("place: depot", "place: mars"))
    desk.page.wait("document.querySelector('.fault')?.innerText.includes(\"Line 5: no place is\")")
    assert desk.page.value("document.querySelector('#publish').disabled")
    assert desk.page.value("document.querySelector('.numbers .odd')?.innerText") == "5"
    desk.click("#wrong .btn")
    chosen = "(() => { const a = document.querySelector('.code');"
    chosen += "return a.value.slice(a.selectionStart, a.selectionEnd); })()"
    assert "place: mars" in desk.page.value(chosen)
    assert in_force(desk) == WATCH_YAML


def test_a_field_changes_its_entry_and_no_other_line(desk: Tab) -> None:
    opened(desk, "/watch/0")
    desk.page.wait("document.querySelector('.entryform')?.checkVisibility()")
    desk.fill(".entryform label:nth-child(2) select", "1")
    desk.page.wait(f"document.querySelector('#draft')?.innerText.startsWith('Not') && {READY}")
    desk.click("#publish")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('#draft')?.innerText === 'Same as in force'")
    before, _, entries = WATCH_YAML.partition("entries:\n")
    assert in_force(desk).startswith(before)
    assert "grade: 1" in in_force(desk).removeprefix(before)
    assert "Call the gate" in entries
    assert "- Call the gate" in in_force(desk)


def test_what_another_published_is_said_and_neither_text_is_lost(desk: Tab) -> None:
    opened(desk)
    mine = WATCH_YAML.replace("class: person", "class: bicycle")
    write(desk, mine)
    desk.page.wait(f"!document.querySelector('#publish').disabled && {READY}")
    publish(desk, WATCH_YAML.replace("class: person", "class: truck"))
    desk.click("#publish")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('dialog')?.innerText.includes('seat-4 published')")
    assert "class: truck" in in_force(desk)
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('dialog') === null")
    desk.page.wait(f"!document.querySelector('#publish').disabled && {READY}")
    assert desk.page.value("document.querySelector('.code').value") == mine
    desk.click("#publish")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('#draft')?.innerText === 'Same as in force'")
    assert in_force(desk) == mine
    desk.page.complaints[:] = [each for each in desk.page.complaints if "409" not in each]


def test_a_draft_outlives_the_page(desk: Tab) -> None:
    opened(desk)
    write(desk, WATCH_YAML + "# a thought\n")
    desk.page.wait(f"document.querySelector('#draft')?.innerText.startsWith('Not') && {READY}")
    opened(desk)
    assert "# a thought" in desk.page.value("document.querySelector('.code').value")


def test_a_dry_run_says_how_many_a_week_there_would_be(desk: Tab) -> None:
    opened(desk, "/watch/0/dry-run")
    write(desk, WATCH_YAML.replace("class: person, ", ""))
    desk.page.wait(f"document.querySelector('#draft')?.innerText.startsWith('Not') && {READY}")
    desk.click("[data-tab=dry]")
    desk.click(".dry .pri")
    desk.page.wait("document.querySelector('.figure')?.checkVisibility()")
    assert desk.text(".figure") == "Would make 3 alerts a week (now 2)"
    example = desk.page.value("document.querySelector('.examples a').getAttribute('href')")
    assert example.startswith("/search?q=place%3Adepot%20rule%3Aintrusion%20from%3A")
    assert "100% would be emergency or high" in desk.text(".warns")
    assert in_force(desk) == WATCH_YAML


def test_one_step_takes_back_what_was_published(desk: Tab) -> None:
    publish(desk, WATCH_YAML + "# of seat 4\n")
    opened(desk)
    desk.click("[data-tab=past]")
    desk.page.wait("document.querySelectorAll('.past tbody tr').length > 1")
    desk.click(".past .asks .btn")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('#toasts')?.innerText.includes('in force again')")
    assert in_force(desk) == WATCH_YAML


def test_it_can_be_read_and_hit_in_every_window(desk: Tab) -> None:
    opened(desk, "/watch/0")
    for width, height in ((1280, 720), (1920, 1080), (720, 450), (390, 844)):
        desk.page.resize(width, height)
        for which in ("form", "text", "dry", "past"):
            desk.click(f"[data-tab={which}]")
            assert unclipped(desk.page)
            assert legible(desk.page) == []


def test_an_entry_shows_its_last_picture_and_where_on_it_events_were(desk: Tab) -> None:
    now_s = (datetime.now(UTC) - NOON).total_seconds()
    at_s = now_s - HOUR_S / 2
    word = event(after_s=at_s, life=("one", "begin"))
    follows = event(after_s=at_s, picture=drawn(), life=("one", "update"))
    box = (0.25, 0.5, 0.75, 1.0)
    for each in (word, follows):
        data = msgspec.structs.replace(each.data, box=box, again=each is follows)
        desk.centre.deliver(msgspec.structs.replace(each, data=data))
    opened(desk, "/watch/0")
    desk.page.wait("document.querySelector('.seen img')?.naturalWidth === 64")
    assert desk.page.value("document.querySelectorAll('.spots li').length") == 1
    assert desk.text(".spots").endswith("25–75 % across, 50–100 % down")
    spot = "['x', 'y', 'width'].map((n) => document.querySelector('.seen rect').getAttribute(n))"
    assert desk.page.value(spot) == ["0.25", "0.5", "0.5"]
    assert unclipped(desk.page)
    assert legible(desk.page) == []
    desk.click(".seen a")
    desk.page.wait("location.pathname.startsWith('/alerts/')")
