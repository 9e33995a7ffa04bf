"""A camera live in a real browser: it plays, it says what is old, and nobody is asked unseen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.center.browser import CHROMIUM, Page, browser
from tests.center.centre import Centre, event, eventually
from tests.center.livebox import LiveBox, live_box

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]
SHOW = """
import('/static/base/live.js').then(({{ watchLive }}) => {{
  window.video = document.createElement('video');
  Object.assign(video.style, {{ position: 'fixed', inset: '0', width: '320px', zIndex: 99 }});
  document.body.append(video);
  window.heard = [];
  const onState = (how) => heard.push(how);
  window.stopLooking = watchLive(video, 'cam-1', {{ rate: '{rate}', onState }});
}}); 0
"""
HIDE = (
    "Object.defineProperty(document, 'visibilityState', { value: 'hidden' });"
    "document.dispatchEvent(new Event('visibilitychange'))"
)
LAST = "(window.heard || []).at(-1)"
DRAWN = """(() => {
  const pen = new OffscreenCanvas(320, 240).getContext('2d');
  pen.drawImage(video, 0, 0);
  return Math.max(...pen.getImageData(0, 80, 320, 80).data.filter((_, at) => at % 4 === 0));
})()"""


@pytest.fixture
def box(shared: Centre) -> Iterator[LiveBox]:
    with live_box(shared) as made:
        yield made


@pytest.fixture
def page(tmp_path: Path, shared: Centre) -> Iterator[Page]:
    with browser(tmp_path) as opened:
        opened.open(f"{shared.url}/health")
        opened.wait("document.readyState === 'complete'")
        yield opened
        loud = [each for each in opened.complaints if "504" not in each]
        assert not loud  # a box that has only just come back may be late with its first picture


def show(page: Page, rate: str) -> None:
    page.value(SHOW.format(rate=rate))


def how(page: Page) -> dict[str, Any]:
    return dict(page.value(LAST) or {})


def test_a_film_plays_and_stays_near_what_happens_now(page: Page, box: LiveBox) -> None:
    show(page, "full")
    page.wait("window.video?.videoWidth === 320 && video.currentTime > 1 && !video.paused")
    begun = page.value("video.currentTime")
    page.wait(f"video.currentTime > {begun} + 3")
    assert page.value("video.buffered.end(video.buffered.length - 1) - video.currentTime") < 2.5
    assert page.value(DRAWN) > 200  # the white thing that was drawn
    assert how(page)["state"] == "live"
    page.value("stopLooking()")
    eventually(lambda: box.asked(lease_s=0.0))


def test_at_a_low_rate_stills_are_shown_one_after_the_other(page: Page, box: LiveBox) -> None:
    show(page, "low")
    page.wait("window.video?.videoWidth === 320")
    first = how(page)
    assert (first["state"], first["of"]) == ("live", "live")
    page.wait(f"{LAST}.at > '{first['at']}'")
    assert page.value(DRAWN) > 200
    assert {command.rate for command in box.commands} == {"low"}


@pytest.mark.parametrize(
    "unseen",
    [
        "video.style.display = 'none'",
        HIDE,
    ],
    ids=["off the screen", "on a hidden page"],
)
def test_what_nobody_sees_is_not_asked_for(page: Page, box: LiveBox, unseen: str) -> None:
    show(page, "full")
    page.wait("window.video?.currentTime > 0.5")
    page.value(unseen + "; 0")
    page.wait(f"{LAST}.state === 'hidden'")
    eventually(lambda: box.asked(lease_s=0.0))


def test_the_wall_of_the_desk_shows_cameras_live_and_lets_go_of_them(
    page: Page, box: LiveBox, shared: Centre
) -> None:
    page.open(f"{shared.url}/desk")
    page.wait("document.querySelector('.tile.live[data-camera=cam-1] video')?.videoWidth === 320")
    assert not page.value("document.querySelector('.tile.live .msg').checkVisibility()")
    page.open(f"{shared.url}/health")
    eventually(lambda: box.asked(lease_s=0.0))


def test_an_alert_without_a_picture_shows_its_camera_live_and_a_press_makes_it_a_film(
    page: Page, box: LiveBox, shared: Centre
) -> None:
    box.box.send(event())
    page.open(f"{shared.url}/desk")
    seen = ".near .live[data-camera=cam-1][data-state=live]"
    page.wait(f"document.querySelector('{seen} video')?.videoWidth === 320")
    assert not box.asked(rate="full")
    page.click(".near .open")
    eventually(lambda: box.asked(rate="full"))
    page.wait(f"document.querySelector('{seen} .open[aria-pressed=true]') !== null")


def test_a_frozen_camera_is_marked_while_its_stream_lives(page: Page, box: LiveBox) -> None:
    show(page, "full")
    page.wait("window.video?.currentTime > 0.5")
    box.frozen.set()
    page.wait(f"{LAST}.state === 'stale' && {LAST}.age > 10")
    box.frozen.clear()
    page.wait(f"{LAST}.state === 'live'")


def test_a_tile_says_how_old_its_picture_is_once_no_other_comes(
    page: Page, box: LiveBox, shared: Centre
) -> None:
    page.open(f"{shared.url}/desk?lang=en")
    tile = "document.querySelector('.tile[data-camera=cam-1]')"
    page.wait(f"{tile}?.matches('.live') && {tile}.querySelector('video').videoWidth === 320")
    box.frozen.set()
    aged = "/No new picture for 0:(1[1-9]|[2-5]\\d)\\s+last frame \\d\\d:\\d\\d:\\d\\d/"
    page.wait(f"{tile}.matches('.stale') && {aged}.test({tile}.innerText)")
    box.frozen.clear()
    page.wait(f"{tile}.matches('.live') && !{tile}.querySelector('.msg').checkVisibility()")
