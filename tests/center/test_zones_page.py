"""An entry's zones in the watch list's editor: over the last picture and as a list, or why not."""

from collections.abc import Iterator
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from pipelines.drawing import Drawing, RuleNow, Shape
from pipelines.flow import CameraState
from tests.center.centre import NOON, Centre, event, eventually
from tests.center.livebox import LiveBox, live_box
from tests.center.tabs import NEEDED, Tab, legible, tab, unclipped

pytestmark = NEEDED
DRAWN = Drawing(
    zones=(
        Shape(id="yard", points=((0.1, 0.5), (0.6, 0.5), (0.6, 0.9))),
        Shape(id="road", points=((0.7, 0.1), (0.9, 0.1), (0.9, 0.4))),
    ),
    lines=(Shape(id="sill", points=((0.2, 0.2), (0.4, 0.2))),),
    privacy_masks=(Shape(id="window", points=((0, 0), (0.1, 0), (0.1, 0.1))),),
    rules=(
        RuleNow(id="in-yard", rule="intrusion", armed=False, zone="yard", classes=("person",)),
        RuleNow(id="in-road", rule="intrusion", armed=True, zone="road", classes=("truck",)),
        RuleNow(id="in", rule="line-crossing", armed=True, line="sill", direction="a-to-b"),
    ),
)
SAME_PLACE = """['.canvas img', 'svg.zones'].map((each) => document.querySelector(each))
  .map((node) => JSON.stringify(node.getBoundingClientRect()))
  .every((box, _, all) => box === all[0])"""
OVER = "[...document.querySelectorAll('.zones g')].map((each) => each.dataset.of)"
BRIGHT = "[...document.querySelectorAll('.zones .on')].map((each) => each.dataset.of).join()"
LISTED = "document.querySelector('.zonelist button')?.checkVisibility()"
RULE = ".entryform > .grid:nth-of-type(2) select"


@pytest.fixture(scope="module")
def box(shared: Centre) -> Iterator[LiveBox]:
    """A box with two cameras at the depot, of which cam-1 has sent a picture."""
    grey = cv2.imencode(".jpg", np.full((90, 160, 3), 90, np.uint8))[1].tobytes()
    ago_s = (datetime.now(UTC) - NOON).total_seconds() - 60
    shared.deliver(event(after_s=ago_s, picture=bytes(grey)))
    other = CameraState(camera="cam-2", place="depot", state="live")
    with live_box(shared, CameraState(camera="cam-1", place="depot", state="live"), other) as made:
        made.drawing = DRAWN
        yield made


@pytest.fixture(scope="module")
def desk(shared: Centre, box: LiveBox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A supervisor's browser beside it."""
    assert box.online
    with tab(shared, "zones", tmp_path_factory) as opened:
        yield opened


def test_an_entrys_zone_lies_over_the_picture_and_stands_in_a_list(desk: Tab) -> None:
    desk.open("/watch/0", width=1280, height=720)
    desk.page.wait("document.querySelector('.canvas img')?.naturalWidth === 160")
    desk.page.wait(LISTED)
    assert desk.page.value(OVER) == ["zone yard", "mask window"]
    points = "document.querySelector('.zones .zone .edge').getAttribute('points')"
    assert desk.page.value(points) == "0.1,0.5 0.6,0.5 0.6,0.9"
    assert desk.page.value(SAME_PLACE)
    assert desk.text(".zonelist li") == (
        "yard Zone · Intrusion (person) – disarmed "
        "3 points (across, down in %): 10, 50 · 60, 50 · 60, 90"
    )
    assert "tocsin zones" in desk.text(".seen")
    assert desk.page.value(BRIGHT) == ""
    desk.page.ask("Emulation.setFocusEmulationEnabled", enabled=True)
    desk.page.value("document.querySelector('.zonelist button').focus()")
    assert desk.page.value(BRIGHT) == "zone yard"
    desk.page.point(".zonelist li:nth-child(2) button")
    desk.page.wait(f"{BRIGHT} === 'mask window'")
    assert unclipped(desk.page)
    assert legible(desk.page) == []


def test_a_line_shows_its_sides_and_a_rule_that_the_camera_has_not_is_said(desk: Tab) -> None:
    desk.open("/watch/0", lang="zh")
    desk.page.wait(LISTED)
    desk.fill(RULE, "line-crossing")
    desk.page.wait(f"{OVER}.includes('line sill')")
    assert desk.text(".names") == "sill A B window"
    desk.fill(RULE, "loitering")
    desk.page.wait("document.querySelector('.untold')?.innerText.includes('没有此类规则')")
    assert desk.page.value(OVER) == ["mask window"]
    desk.page.value("localStorage.removeItem('tocsin.draft')")


def test_a_camera_is_chosen_and_a_box_that_is_away_is_said(desk: Tab, box: LiveBox) -> None:
    desk.open("/watch/0")
    desk.page.wait("document.querySelectorAll('#zonecamera option').length === 2")
    box.frozen.set()  # its first still is late
    desk.fill("#zonecamera", "box-1/depot/cam-2")
    desk.page.wait("document.querySelector('.seen .frame [role=status]').innerText !== ''")
    box.frozen.clear()
    desk.page.wait("document.querySelector('.canvas img')?.naturalWidth === 320")
    desk.page.wait(LISTED)
    assert desk.text("figcaption").startswith("cam-2 · ")
    assert box.zones_asked[-1].camera == "cam-2"
    box.online = False
    try:
        path = "/api/cameras/cam-1"
        eventually(lambda: desk.centre.http.get(path).json()["camera"]["state"] == "lost")
        desk.open("/watch/0")
        desk.page.wait("document.querySelector('.untold')?.innerText.includes('away since')")
        desk.page.wait("document.querySelector('.canvas img')?.naturalWidth === 160")
        assert desk.page.value(OVER) == []
        box.online = True  # it is asked again without anybody's doing
        desk.page.wait(LISTED)
        assert "away since" not in desk.page.value("document.querySelector('.untold').innerText")
    finally:
        box.online = True
