"""An administrator's console: led to what is theirs; users made, let in by a link, and let out."""

from collections.abc import Iterator

import httpx
import pytest

from tests.center.centre import PATIENCE_S, Centre
from tests.center.tabs import NEEDED, PHONE, Tab, legible, tab, unclipped
from tests.center.test_signed_in import PASSWORD, user

pytestmark = NEEDED
ROW = "document.querySelector('[data-user=wang]')"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A browser at which an administrator has signed in, who is nothing else."""
    running = Centre(tmp_path_factory.mktemp("centre"), sign_in=True)
    running.start()
    file = running.folder / "secret-of-root"
    file.write_text(PASSWORD + "\n")
    user(
        running, "add", "root", "--role", "administrator", "--everywhere",
        "--password-file", str(file),
    )  # fmt: skip
    with tab(running, "users", tmp_path_factory) as opened:
        opened.page.open(f"{running.url}/sign-in?to=/desk&lang=en")
        opened.fill("[name=username]", "root")
        opened.fill("[name=password]", PASSWORD)
        opened.click(".signin .pri")
        opened.page.wait("location.pathname === '/users'")
        yield opened
        opened.page.complaints[:] = [each for each in opened.page.complaints if "401" not in each]
    running.stop()


def test_who_may_not_see_the_desk_is_told_what_they_are_for_and_led_there(desk: Tab) -> None:
    desk.open("/desk")
    desk.page.wait("document.querySelector('.role') !== null")
    said = desk.text(".role")
    assert "“Desk” is not for your role" in said
    assert "administrator manages users and looks after boxes" in said
    assert not [url for url in desk.page.requests if "/api/stream" in url or "/api/alerts" in url]
    assert legible(desk.page) == []
    assert not [each for each in desk.page.complaints if "401" not in each]
    desk.click(".role a[href='/users']")
    desk.page.wait("document.querySelector('.users tbody tr') !== null")
    assert "root" in desk.text(".users tbody")


def test_a_user_is_made_given_a_link_and_let_out(desk: Tab) -> None:
    desk.open("/users")
    desk.page.wait("document.querySelector('#add-user')?.disabled === false")
    desk.click("#add-user")
    desk.fill("#user-name", "wang")
    desk.fill("#user-seat", "seat-7")
    desk.click("#user-roles input[value=operator]")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('dialog .wrong')?.innerText.includes('one place')")
    desk.click("#user-places input[value=depot]")
    desk.click("dialog .pri")
    link = desk.page.wait("document.querySelector('#link')?.value")
    desk.click("dialog .pri")
    with httpx.Client(timeout=PATIENCE_S) as browser:
        assert browser.get(link).status_code == 303
        assert browser.get(f"{desk.centre.url}/api/session").json()["seat"] == "seat-7"
        desk.page.wait(f"{ROW}?.innerText.includes('Depot yard')")
        desk.click("[data-user=wang] [data-does=disable]")
        desk.click("dialog .pri")
        desk.page.wait(f"{ROW}.innerText.includes('disabled')")
        assert browser.get(f"{desk.centre.url}/api/session").status_code == 401
    desk.click("[data-user=wang] [data-does=enable]")
    desk.page.wait(f"{ROW}.innerText.includes('give a link')")
    desk.click("[data-user=root] [data-does=edit]")
    desk.click("#user-roles input[value=supervisor]")
    desk.click("dialog .pri")
    desk.page.wait("document.querySelector('.users .notice')?.innerText.includes('own rights')")
    desk.page.complaints.clear()  # the browser writes down the 422


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), PHONE])
def test_it_can_be_read_and_hit_in_every_window(desk: Tab, width: int, height: int) -> None:
    desk.open("/users", width=width, height=height)
    desk.page.wait("document.querySelector('.users tbody tr') !== null")
    assert unclipped(desk.page)
    assert legible(desk.page) == []
    desk.page.resize(1440, 900)
