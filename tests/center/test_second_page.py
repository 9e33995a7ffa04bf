"""A grave change in the editor: one person writes it, another one looks at it and publishes it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.center.centre import PATIENCE_S, WATCH_YAML, Centre
from tests.center.tabs import NEEDED, Tab, legible, tab
from tests.center.test_signed_in import PASSWORD, user

pytestmark = NEEDED
GRAVE = WATCH_YAML.replace("Call the gate", "Call the guard")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A centre with two supervisors, and a browser."""
    running = Centre(tmp_path_factory.mktemp("centre"), sign_in=True)
    running.start()
    file = running.folder / "secret-of-both"
    file.write_text(PASSWORD + "\n")
    for name in ("anna", "ben"):
        user(
            running, "add", name, "--role", "supervisor", "--everywhere",
            "--password-file", str(file),
        )  # fmt: skip
    with tab(running, "second", tmp_path_factory) as opened:
        yield opened
        opened.page.complaints[:] = [each for each in opened.page.complaints if "401" not in each]
    running.stop()


def enters(desk: Tab, name: str) -> None:
    desk.page.ask("Network.clearBrowserCookies")
    desk.page.open(f"{desk.centre.url}/sign-in?to=/watch&lang=en")
    desk.fill("[name=username]", name)
    desk.fill("[name=password]", PASSWORD)
    desk.click(".signin .pri")
    desk.page.wait("document.querySelector('.fault')?.innerText === 'Nothing is wrong'")


def test_what_one_wrote_another_looks_at_and_publishes(desk: Tab) -> None:
    enters(desk, "anna")
    desk.click("[data-tab=text]")
    desk.fill(".code", GRAVE)
    desk.page.wait("!document.querySelector('#publish').disabled")
    desk.click("#publish")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('.second')?.innerText.includes('You wrote it')")
    assert "depot-intrusion-person" in desk.text(".second")
    assert not desk.page.value("document.querySelector('#second-publish').checkVisibility()")
    assert (desk.centre.folder / "watch.yaml").read_text() == WATCH_YAML
    enters(desk, "ben")
    desk.page.wait("document.querySelector('#second-publish')?.checkVisibility()")
    assert legible(desk.page) == []
    desk.click("#second-publish")
    desk.page.wait("document.querySelector('dialog')?.innerText.includes('Call the guard')")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('.second').checkVisibility() === false")
    assert (desk.centre.folder / "watch.yaml").read_text() == GRAVE
    with httpx.Client(base_url=desk.centre.url, timeout=PATIENCE_S) as ben:
        ben.post("/api/session", json={"name": "ben", "password": PASSWORD})
        (newest, _) = ben.get("/api/watch-list/history").json()["versions"]
    assert (newest["by"], newest["second"]) == ("anna", "ben")
