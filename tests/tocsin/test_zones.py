"""Zones are drawn in a real browser, and stand in the file; nobody can be told on the picture."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
import yaml

from pipelines.flow import Bytes
from tests.center.browser import CHROMIUM, Page, browser
from tests.real import ASTRONAUTS_FACE, street
from tests.tocsin.test_cli import ROOT, said_by, tocsin
from tocsin.demo.clips import write_clip

PATIENCE_S = 120.0
FILE = """\
# the yard's box
site: s
box: b
defaults: {purpose: a test, legal_basis: none, office: the bench}
cameras:
  - id: yard # east
    place: yard
    url: clip.mp4   # shipped
    zones: # as shares
      - {id: old, polygon: [[0.1, 0.1], [0.3, 0.1], [0.3, 0.3]]} # stays
    rules:
      - {rule: intrusion, zone: old} # at night
"""


class Served:
    """`tocsin zones` in its own process."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.file = folder / "edge.yaml"
        hidden = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tocsin", "zones", *words],
            cwd=folder, env={**os.environ, **hidden}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip().removeprefix("zones=")
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE_S)

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE_S)
        assert self.process.stdout
        self.process.stdout.close()
        self.http.close()
        return code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of a street with somebody in it."""
    folder = tmp_path_factory.mktemp("zones")
    picture = np.asarray(cv2.cvtColor(street(), cv2.COLOR_BGR2YUV_I420), np.uint8)
    write_clip(folder / "clip.mp4", [picture] * 20, fps=10)
    return folder


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Served]:
    (folder / "edge.yaml").write_text(FILE)
    served = Served(folder, "--config", "edge.yaml")
    yield served
    assert served.end() == 0


@pytest.fixture
def served(running: Served) -> Served:
    """The page over a file that is as it was."""
    running.file.write_text(FILE)
    return running


def still(served: Served) -> Bytes:
    """What the page shows of the camera, (H, W, 3) uint8 BGR."""
    coded = np.frombuffer(served.http.get("api/picture").content, np.uint8)
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def put(served: Served, shapes: Sequence[Mapping[str, object]], revision: str) -> httpx.Response:
    return served.http.put("api/sheet", json={"shapes": shapes, "revision": revision})


def test_the_picture_on_the_page_shows_nobody(served: Served) -> None:
    assert served.http.get("api/picture").headers["content-type"] == "image/jpeg"
    shown = still(served)
    scale, face = shown.shape[1] / 1280, ASTRONAUTS_FACE
    x0, y0, x1, y1 = (
        round(side * scale) for side in (face.x0 + 640, face.y0 + 180, face.x1 + 640, face.y1 + 180)
    )
    assert shown[y0:y1, x0:x1].std(axis=(0, 1)).max() < 4
    assert (
        served.http.post("api/picture").status_code == 200
    )  # past the clip's end: again its first


def test_without_the_token_there_is_nothing(served: Served) -> None:
    root = served.url.rsplit("/", 2)[0]
    for path in ("/", "/api/sheet", "/zones.js", "/x/api/sheet"):
        assert httpx.get(root + path, timeout=PATIENCE_S).status_code == 404
    assert served.http.get("", headers={"Host": "evil.example"}).status_code == 403
    crossing = {"Origin": "http://evil.example"}
    assert served.http.post("api/picture", headers=crossing).status_code == 403
    assert "default-src 'self'" in served.http.get("").headers["content-security-policy"]


def test_a_save_that_would_break_the_file_is_refused_as_check_would(served: Served) -> None:
    sheet = served.http.get("api/sheet").json()
    answer = put(served, [], sheet["revision"])
    assert answer.status_code == 422
    broken = served.file.with_name("broken.yaml")
    broken.write_text(FILE.replace("{id: old, polygon: [[0.1, 0.1], [0.3, 0.1], [0.3, 0.3]]}", "[]")
                      .replace("- [] # stays", "[] # stays"))  # fmt: skip
    said = tocsin("check", str(broken)).stderr.removeprefix("tocsin: ").strip()
    assert answer.json()["detail"] == said.replace(str(broken), "edge.yaml")
    assert "has no zone 'old'" in said
    assert served.file.read_text() == FILE


def test_a_name_that_does_not_fit_is_refused_with_line_and_key(served: Served) -> None:
    sheet = served.http.get("api/sheet").json()
    odd = {**sheet["shapes"][0], "id": "Old Yard"}
    answer = put(served, [odd], sheet["revision"])
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("edge.yaml:10: this does not fit - at")
    assert served.file.read_text() == FILE


def test_what_somebody_else_wrote_meanwhile_is_not_lost(served: Served) -> None:
    sheet = served.http.get("api/sheet").json()
    theirs = FILE.replace("[0.3, 0.3]", "[0.4, 0.4]")
    served.file.write_text(theirs)
    answer = put(served, sheet["shapes"], sheet["revision"])
    assert answer.status_code == 409
    assert served.file.read_text() == theirs


def test_the_file_keeps_its_rights_and_leaves_nothing_beside(served: Served) -> None:
    served.file.chmod(0o640)
    sheet = served.http.get("api/sheet").json()
    moved = {**sheet["shapes"][0], "points": [[0.5, 0.5], [0.6, 0.5], [0.6, 0.6]]}
    saved = put(served, [moved], sheet["revision"]).json()
    assert served.file.stat().st_mode & 0o777 == 0o640
    assert not list(served.file.parent.glob(".edge.yaml*"))
    assert put(served, [moved], saved["sheet"]["revision"]).status_code == 200


def test_without_a_file_the_yaml_is_shown(folder: Path) -> None:
    served = Served(folder, "clip.mp4")
    new = {"kind": "zones", "id": "a", "points": [[0, 0], [1, 0], [1, 1]], "was": None}
    said = put(served, [new], served.http.get("api/sheet").json()["revision"]).json()
    assert yaml.safe_load(said["yaml"]) == {
        "zones": [{"id": "a", "polygon": [[0, 0], [1, 0], [1, 1]]}]
    }
    assert served.end() == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "say what to look at: SOURCE, or --config FILE with --camera ID"),
        (["/nowhere/a.mp4"], 1, "cannot open /nowhere/a.mp4: No such file"),
        (["--config", "/nowhere/edge.yaml"], 2, "/nowhere/edge.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(words: list[str], code: int, said: str) -> None:
    answer = said_by("zones", *words)
    assert answer.returncode == code
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.fixture
def page(tmp_path: Path, served: Served) -> Iterator[Page]:
    with browser(tmp_path) as opened:
        opened.open(served.url)
        opened.wait("document.querySelector('.shape')"
                    " && document.getElementById('picture').naturalWidth > 0")  # fmt: skip
        yield opened
        strangers = [url for url in opened.requests if not url.startswith((served.url, "data:"))]
        assert not strangers
        assert not opened.complaints


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place on the picture as a place in the window."""
    script = "(({left, top, width, height}) => [left, top, width, height])"
    box = page.value(f"{script}(document.getElementById('sheet').getBoundingClientRect())")
    return box[0] + x * box[2], box[1] + y * box[3]


def mouse(page: Page, kind: str, place: tuple[float, float]) -> None:
    page.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left",
             buttons=0 if kind == "mouseReleased" else 1, clickCount=1)  # fmt: skip


def click(page: Page, x: float, y: float) -> None:
    for kind in ("mousePressed", "mouseReleased"):
        mouse(page, kind, at(page, x, y))


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    mouse(page, "mousePressed", at(page, *begin))
    mouse(page, "mouseMoved", at(page, (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2))
    mouse(page, "mouseMoved", at(page, *end))
    mouse(page, "mouseReleased", at(page, *end))


def press_button(page: Page, chosen: str) -> None:
    page.value(f"document.querySelector({chosen!r}).click()")


def shapes(page: Page) -> list[str]:
    return list(page.value("[...document.querySelectorAll('#list input')].map((i) => i.value)"))


def corners(page: Page) -> int:
    return int(page.value("document.querySelectorAll('.point').length"))


def saved(served: Served, page: Page) -> dict[str, list[list[float]]]:
    """Save, and read the zones from the file."""
    press_button(page, "#save")
    page.wait("document.getElementById('said').textContent === 'Saved'")
    (camera,) = yaml.safe_load(served.file.read_text())["cameras"]
    return {zone["id"]: zone["polygon"] for zone in camera["zones"]}


def about(points: list[list[float]]) -> list[Any]:
    """The same to within a pixel, also on a phone."""
    return [pytest.approx(point, abs=0.004) for point in points]


@pytest.mark.chromium
@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
class TestInChromium:
    def test_a_zone_drawn_with_the_mouse_stands_in_the_file(
        self, served: Served, page: Page
    ) -> None:
        press_button(page, "[data-tool=zones]")
        drawn = [[0.2, 0.5], [0.6, 0.5], [0.6, 0.9], [0.25, 0.8]]
        for x, y in [*drawn, drawn[0]]:
            click(page, x, y)
        assert shapes(page) == ["old", "zone-1"]
        page.value("document.querySelectorAll('#list input')[1].focus()")
        page.value("document.querySelectorAll('#list input')[1].select()")
        page.ask("Input.insertText", text="dock")
        zones = saved(served, page)
        assert zones["dock"] == about(drawn)
        text = served.file.read_text().splitlines()
        assert [line for line in FILE.splitlines() if line not in text] == []
        assert len(text) == len(FILE.splitlines()) + 1

    def test_a_corner_is_dragged_added_removed_and_all_of_it_undone(
        self, served: Served, page: Page
    ) -> None:
        click(page, 0.27, 0.15)
        assert corners(page) == 3
        drag(page, (0.3, 0.3), (0.35, 0.5))
        drag(page, (0.2, 0.1), (0.2, 0.05))  # the hollow point between two corners
        assert corners(page) == 4
        moved = [[0.1, 0.1], [0.2, 0.05], [0.3, 0.1], [0.35, 0.5]]
        assert saved(served, page)["old"] == about(moved)
        click(page, 0.27, 0.15)
        click(page, 0.2, 0.05)
        page.press("Delete", "Delete")
        assert corners(page) == 3
        page.press("Delete", "Delete")  # the whole shape goes only when no corner is chosen
        assert shapes(page) == []
        press_button(page, "#undo")
        press_button(page, "#undo")
        assert shapes(page) == ["old"]
        assert page.value("document.getElementById('save').disabled")  # it is as it was saved

    def test_the_whole_zone_is_dragged_and_stays_within_the_picture(
        self, served: Served, page: Page
    ) -> None:
        drag(page, (0.27, 0.15), (0.97, 0.25))
        assert saved(served, page)["old"] == about([[0.8, 0.2], [1, 0.2], [1, 0.4]])

    def test_keys_alone_draw_and_move(self, served: Served, page: Page) -> None:
        page.value("document.querySelector('[data-tool=zones]').focus()")
        page.value("document.activeElement.click()")
        page.press("Enter", "Enter")
        assert shapes(page) == ["old", "zone-1"]
        for _ in range(5):
            page.press("ArrowRight", "ArrowRight")
        page.value("document.querySelector('.point').focus()")
        page.press("ArrowUp", "ArrowUp")
        expected = [[0.41, 0.398], [0.61, 0.4], [0.61, 0.6], [0.41, 0.6]]
        assert saved(served, page)["zone-1"] == about(expected)

    def test_a_line_is_drawn_and_ends_at_a_second_click(self, served: Served, page: Page) -> None:
        press_button(page, "[data-tool=lines]")
        drawn = [[0.2, 0.6], [0.5, 0.7], [0.8, 0.6]]
        for x, y in [*drawn, drawn[-1]]:
            click(page, x, y)
        assert shapes(page) == ["old", "line-1"]
        saved(served, page)
        (camera,) = yaml.safe_load(served.file.read_text())["cameras"]
        assert camera["lines"] == [{"id": "line-1", "points": about(drawn)}]

    def test_what_the_server_refuses_is_shown_and_nothing_is_lost(
        self, served: Served, page: Page
    ) -> None:
        press_button(page, "#list button")
        press_button(page, "#save")
        page.wait("document.getElementById('wrong').textContent.includes(\"no zone 'old'\")")
        page.complaints.clear()  # the browser notes the refusal
        assert served.file.read_text() == FILE
        press_button(page, "#undo")
        assert shapes(page) == ["old"]

    def test_a_finger_draws_too(self, served: Served, page: Page) -> None:
        page.resize(390, 844)
        page.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        press_button(page, "[data-tool=masks]")
        for x, y in [(0.5, 0.1), (0.9, 0.1), (0.9, 0.4), (0.5, 0.1)]:
            px, py = at(page, x, y)
            page.ask(
                "Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": px, "y": py}]
            )
            page.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        assert shapes(page) == ["old", "mask-1"]
        assert page.value("document.documentElement.scrollWidth <= innerWidth")
        saved(served, page)
        (camera,) = yaml.safe_load(served.file.read_text())["cameras"]
        assert camera["masks"][0]["polygon"] == about([[0.5, 0.1], [0.9, 0.1], [0.9, 0.4]])

    def test_what_a_new_privacy_mask_hides_is_gone_from_the_page_once_it_is_saved(
        self, served: Served, page: Page
    ) -> None:
        press_button(page, "[data-tool=privacy_masks]")
        drawn = [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]]
        for x, y in [*drawn, drawn[0]]:
            click(page, min(x, 0.999), min(y, 0.999))
        assert shapes(page) == ["old", "private-1"]
        fill = "getComputedStyle(document.querySelector('.shape.privacy_masks')).fill"
        assert page.value(fill) == "rgb(0, 0, 0)"
        before = still(served)
        assert before[:, before.shape[1] // 2 :].max() > 100
        saved(served, page)
        after = still(served)
        assert after[:, after.shape[1] // 2 + 8 :].max() < 16  # JPEG rings
        assert after[:, : after.shape[1] // 2 - 8].max() > 100
        (camera,) = yaml.safe_load(served.file.read_text())["cameras"]
        assert camera["privacy_masks"][0]["polygon"] == about(drawn)
        press_button(page, "#undo")
        press_button(page, "#list li:last-child button")
        saved(served, page)
        assert still(served)[:, after.shape[1] // 2 + 8 :].max() > 100

    def test_the_page_speaks_chinese(self, page: Page) -> None:
        press_button(page, "[data-lang=zh]")
        assert "画区域" in page.value("document.body.innerText")
        assert page.value("document.documentElement.lang") == "zh-Hans"
