"""The health page: the worst harm comes first, and each fault names what it weakens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.flow import CameraState, Heartbeat, RuleState
from pipelines.wire import encode
from tests.center.centre import Box, Centre, eventually
from tests.center.tabs import NEEDED, Tab, legible, tab, unclipped

pytestmark = NEEDED
CAMERAS = (
    CameraState(camera="wall-1", place="school", state="live"),
    CameraState(camera="wall-2", place="school", state="lost", trouble="no route to host"),
    CameraState(camera="cam-1", place="depot", state="blind"),
)


@pytest.fixture(scope="module")
def box(shared: Centre) -> Iterator[Box]:
    """A box that told once how its cameras do."""
    with shared.box() as connected:
        tell(connected)
        eventually(lambda: shared.stats()["boxes_online"] == 1)
        yield connected


def tell(box: Box, *more: CameraState, ahead_s: float = 0.0, site: str = "demo") -> None:
    time = datetime.now(UTC) + timedelta(seconds=ahead_s)
    beat = Heartbeat(box="box-1", site=site, time=time, cameras=(*CAMERAS, *more))
    box.say("hb/box-1", encode(beat))


@pytest.fixture(scope="module")
def desk(shared: Centre, box: Box, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """An operator's browser."""
    assert box
    with tab(shared, "health", tmp_path_factory) as opened:
        yield opened


def test_a_blind_place_comes_before_a_graver_one_that_still_sees(desk: Tab, box: Box) -> None:
    desk.open("/health")
    names = "[...document.querySelectorAll('.card h3')].map((e) => e.innerText)"

    def is_sorted() -> bool:
        tell(box)  # a browser may take longer to begin than a box may be silent
        found = desk.page.value(names)
        return bool(found == ["Depot yard, north gate", "Shiyan Primary, north wall"])

    eventually(is_sorted)
    assert "Blind: no camera there delivers pictures" in desk.text(".card:first-child")
    assert "Intrusion · person · depot" in desk.text(".card:first-child .weak")
    assert "1 place is blind" in desk.text(".blindsum")


def test_a_camera_whose_place_is_not_in_the_watch_list_is_named(desk: Tab, box: Box) -> None:
    desk.open("/health")
    rules = (RuleState(id="in", rule="intrusion"),)
    strange = CameraState(camera="cam-9", place="depto", state="live", rules=rules)

    def is_named() -> bool:
        tell(box, strange)
        return "the place of box-1/cam-9 → depto." in desk.text(".healthpage .notice")

    eventually(is_named)
    assert desk.text(".unfed") == "2 Intrusion · person · depot"  # its rule is armed elsewhere


def test_a_box_that_says_another_site_than_the_centres_file_is_said_to(desk: Tab, box: Box) -> None:
    desk.open("/health")

    def is_said() -> bool:
        tell(box, site="demmo")
        return "demo · it says demmo" in desk.text(".healthpage tr.other")

    eventually(is_said)


def test_a_box_whose_clock_is_wrong_is_said_to_have_one(desk: Tab, box: Box) -> None:
    desk.open("/health")

    def is_said() -> bool:
        tell(box, ahead_s=7230.0)
        return "its clock is 2:00:" in desk.text(".healthpage tr.off")

    eventually(is_said)


def test_a_box_that_falls_silent_is_said_to_be(desk: Tab) -> None:
    desk.open("/health", lang="zh")
    desk.page.wait("document.querySelectorAll('.healthpage table tbody tr').length >= 5")
    assert "从未报到" in desk.text(".healthpage table")
    desk.page.wait("document.querySelector('.healthpage tr.stale')?.innerText.includes('没有心跳')")


def test_a_box_that_oversteps_its_rights_is_named_with_what_it_tried(
    shared: Centre, desk: Tab
) -> None:
    with shared.box("box-2") as box:
        box.say("evt/demo/cam-9/intrusion", b"{}")
        eventually(lambda: box.acked)
    eventually(lambda: shared.http.get("/api/status").json()["refused"])
    desk.open("/health")
    said = "box-2 tried what it has no right to, once; the last: publish evt.demo.cam-9.intrusion."
    desk.page.wait(f"document.querySelector('.healthpage .notice')?.innerText.includes('{said}')")


CHANNELS = """[{ channel: 'duty', trouble: null, since: null, waiting: 0, sent: 7, given_up: 0 },
  { channel: 'mail', trouble: 'connection refused', since: '2026-03-01T00:00:00Z', waiting: null,
    sent: null, given_up: null }]"""


def test_a_way_of_telling_that_delivers_nothing_is_named_here_and_at_the_foot(desk: Tab) -> None:
    desk.open("/health")
    desk.page.value(f"""import('/static/base/alerts.js').then((alerts) => {{
        window.told = setInterval(() => {{
            if (alerts.status) alerts.hear({{ ...alerts.status, channels: {CHANNELS} }});
        }}, 20);
    }})""")
    desk.page.wait("document.querySelectorAll('#channels tbody tr').length === 2")
    rows = desk.page.value("[...document.querySelectorAll('#channels tr')].map((r) => r.innerText)")
    assert [row.split("\t") for row in rows[1:]] == [
        ["duty", "Delivers", "0", "7", "0"],
        ["mail", rows[2].split("\t")[1], "", "", ""],
    ]
    assert rows[2].split("\t")[1].endswith("d · connection refused")
    desk.page.wait("document.getElementById('untold').innerText === 'Nobody is told by mail'")
    desk.page.value("clearInterval(window.told)")


def test_it_can_be_read_and_hit_in_every_window(desk: Tab) -> None:
    desk.open("/health")
    desk.page.wait("document.querySelectorAll('.card').length === 2")
    for width, height in ((1280, 720), (1920, 1080), (720, 450), (390, 844)):
        desk.page.resize(width, height)
        assert unclipped(desk.page)
        assert legible(desk.page) == []
