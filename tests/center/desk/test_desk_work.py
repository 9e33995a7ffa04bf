"""An alert is worked on at the live desk, by keys and by mouse, in two languages."""

import pytest

from tests.center.browser import Page
from tests.center.centre import JPEG, event, eventually
from tests.center.desk.opened import (
    HOURS,
    NEEDED,
    SELECTED,
    desk,
    happens,
    log,
    row,
    state,
)
from tests.center.town import Town

pytestmark = NEEDED


@pytest.mark.parametrize(("lang", "empty"), [("en", "No open alerts"), ("zh", "没有待办告警")])
def test_an_alert_is_worked_on_from_new_to_closed_by_keys_alone(
    town: Town, page: Page, lang: str, empty: str
) -> None:
    desk(town, page, f"lang={lang}")
    alert = happens(town, picture=JPEG)
    page.wait(f"{SELECTED} === '{alert}'")
    page.keys("KeyA")
    page.wait(f"{row(alert)}?.matches(':not(.new)')")
    page.keys("KeyD")
    page.wait("document.querySelector('dialog[open] input:checked') !== null")
    page.keys("Enter")
    page.wait("document.querySelector('.tasks li') !== null")
    page.keys("KeyN")
    page.wait("document.activeElement.tagName === 'TEXTAREA'")
    page.write("the gate stands open, a and d")
    page.keys("Tab", "Tab", "Enter")
    page.wait("document.querySelector('dialog') === null")
    page.keys("KeyR")
    page.wait("document.querySelector('dialog[open]') !== null")
    page.keys("Digit3", "Enter")
    page.wait(f"{row(alert)} === null")
    assert eventually(lambda: state(town, alert) == "closed")
    assert log(town, alert) == ["acknowledged", "dispatched", "noted", "closed"]
    page.wait(f"document.getElementById('empty').innerText.includes('{empty}')")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_alert_is_worked_on_from_new_to_closed_by_mouse_alone(
    town: Town, page: Page, lang: str
) -> None:
    desk(town, page, f"lang={lang}")
    other, alert = happens(town, "substation"), happens(town)
    page.wait(f"{row(alert)} !== null")
    page.click(f"#row-{alert}")
    page.wait(f"{SELECTED} === '{alert}' && document.querySelector('.lanes .span') !== null")
    page.click("[data-act=acknowledge]")
    page.wait(f"{row(alert)}?.matches(':not(.new)')")
    page.click(".todo li:nth-child(2) input")
    eventually(lambda: "ticked" in log(town, alert))
    page.click("[data-act=dispatch]")
    page.click("dialog .choice:nth-child(2)")
    page.click("dialog .pri")
    page.wait("document.querySelector('.tasks li button')?.checkVisibility()")
    page.click(".tasks li button")
    eventually(lambda: state(town, alert) == "on_site")
    page.click("[data-act=notReal]")
    page.click("dialog .choice:nth-child(2)")
    page.click("dialog .pri")
    page.wait(f"{row(alert)} === null && {SELECTED} === '{other}'")
    eventually(lambda: state(town, alert) == "closed")
    assert log(town, alert) == ["acknowledged", "ticked", "dispatched", "arrived", "closed"]
    closed = town.http.get(f"/api/alerts/{alert}").json()["alert"]
    assert (closed["outcome"], closed["cause"], closed["ticked"]) == ("not_real", "animal", [1])


def test_the_other_keys_do_what_they_are_for(town: Town, page: Page) -> None:
    slight, grave = happens(town, "library", "loitering"), happens(town)
    page.wait(f"{row(slight)} !== null && {row(grave)} !== null")
    page.click(f"#row-{slight}")
    page.keys("KeyU")
    page.wait(f"{SELECTED} === '{grave}'")
    page.keys("KeyE")
    eventually(lambda: log(town, grave) == ["escalated"])
    page.keys("KeyC")
    page.wait("document.querySelector('dialog .choice')?.innerText.includes('Duty post')")
    page.keys("Enter")
    eventually(lambda: log(town, grave) == ["escalated", "noted"])
    page.keys("KeyS")
    page.wait("document.querySelector('dialog input[type=text]') !== null")
    page.value("document.querySelector('dialog input[type=text]').focus()")
    page.write("roadworks")
    page.keys("Enter")
    eventually(lambda: state(town, grave) == "shelved")
    page.wait(f"{SELECTED} === '{slight}'")
    page.keys("Digit2")
    page.wait("document.getElementById('empty').innerText.includes('No alert fits the filter')")
    page.keys("Digit3")
    page.wait(f"{row(slight)}?.checkVisibility()")
    page.keys("KeyF")
    page.wait("document.querySelector('dialog .choice')?.innerText.includes('Weather')")
    page.keys("Escape")
    page.click(".queue h2")  # which lets it sound
    page.keys("KeyM")
    page.wait("document.getElementById('sound').innerText.startsWith('Silent for')")
    page.keys("Enter")
    page.wait(f"location.pathname === '/alerts/{slight}'")
    page.keys("Slash")
    page.wait("location.pathname === '/search'")
    town.http.post(f"/api/alerts/{grave}/close", json={"outcome": "test"})


def test_a_picture_that_one_may_not_see_says_whom_to_ask(page: Page) -> None:
    told = page.value("""(async () => {
        const { Tile } = await import('/static/desk/tile.js');
        const kept = globalThis.fetch, answer = { detail: 'ask the shift lead' };
        globalThis.fetch = async () => new Response(JSON.stringify(answer), { status: 403 });
        const tile = new Tile(() => {});
        document.body.append(tile.node);
        const shot = { camera: 'hidden-1', box: null, place: 'Yard', name: 'hidden-1', at: null };
        tile.draw({ ...shot, state: 'connecting', path: '/api/alerts/x/picture', grade: null });
        while (!tile.node.matches('.denied')) await new Promise((done) => setTimeout(done, 20));
        globalThis.fetch = kept;
        tile.node.remove();
        return [tile.node.innerText, tile.node.querySelector('img').hidden];
    })()""")
    assert told[0].startswith("You may not view this camera. Ask the shift lead")
    assert told[1]


def test_keys_mean_nothing_while_somebody_writes(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    page.keys("KeyN")
    page.wait("document.activeElement.tagName === 'TEXTAREA'")
    page.keys("KeyA", "KeyR", "KeyZ")
    assert page.value("document.activeElement.value") == "arz"
    page.keys("Escape")
    page.wait("document.querySelector('dialog') === null")
    composing = "new KeyboardEvent('keydown', { code: 'KeyA', isComposing: true, bubbles: true })"
    page.value(f"document.body.dispatchEvent({composing})")
    held = "new KeyboardEvent('keydown', { code: 'KeyA', ctrlKey: true, bubbles: true })"
    page.value(f"document.body.dispatchEvent({held})")
    assert state(town, alert) == "new"
    assert log(town, alert) == []


def test_keys_can_be_moved_and_switched_off(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    page.press("Slash", "?", shift=True)
    page.click("dialog li:nth-child(4) button")
    page.keys("KeyB")
    page.click("dialog .pri")
    page.wait("document.querySelector('[data-act=acknowledge] kbd')?.innerText === 'B'")
    page.keys("KeyB")
    eventually(lambda: state(town, alert) == "acknowledged")
    page.press("Slash", "?", shift=True)
    page.click("dialog .check input")
    page.click("dialog .pri")
    page.wait("document.querySelector('dialog') === null")
    page.keys("KeyE")
    assert log(town, alert) == ["acknowledged"]
    page.value("localStorage.clear()")


def test_two_seats_at_once_are_told_who_was_first(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    page.value(f"""(() => {{
        const asked = new XMLHttpRequest();
        asked.open('POST', '/api/alerts/{alert}/acknowledge', false);
        asked.setRequestHeader('Tocsin-Seat', 'seat-4');
        asked.send();
        const key = new KeyboardEvent('keydown', {{ code: 'KeyA', bubbles: true }});
        document.body.dispatchEvent(key);
    }})()""")
    page.wait(
        "/Seat 4 acknowledged this \\d s ago/.test(document.getElementById('toasts').innerText)"
    )
    page.complaints.clear()  # the browser writes down every 409
    assert town.http.get(f"/api/alerts/{alert}").json()["alert"]["seat"] == "seat-4"


def test_a_step_is_taken_back_and_erases_nothing(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    page.keys("KeyA")
    eventually(lambda: state(town, alert) == "acknowledged")
    page.keys("KeyZ")
    eventually(lambda: state(town, alert) == "new")
    page.wait(f"{row(alert)}?.matches('.new')")
    page.keys("KeyR", "Enter")
    page.wait(f"{SELECTED} === undefined")
    page.value("document.querySelector('.toast .btn').click()")
    page.wait(f"{SELECTED} === '{alert}'")
    steps = ["acknowledged", "undone", "closed", "undone"]
    eventually(lambda: log(town, alert) == steps)


def test_what_is_shelved_is_counted_and_comes_back(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    town.http.post(f"/api/alerts/{alert}/shelve", json={"for_s": 3, "reason": "roadworks"})
    page.wait("document.getElementById('shelf').innerText.includes('Shelved 1')")
    page.wait(f"{row(alert)}?.matches('.new')")
    page.wait("document.getElementById('shelf').innerText.includes('Shelved 0')")


def test_a_row_says_that_something_goes_on_and_when_it_ended(town: Town, page: Page) -> None:
    at = next(HOURS) * 300.0
    town.deliver(event(after_s=at, place="school", life=("one", "begin")))
    page.wait("document.querySelector('.row .s')?.innerText.includes('Quiet since')")
    town.deliver(event(after_s=at + 9, place="school", life=("one", "end")))
    page.wait("document.querySelector('.row .s').innerText.includes('Ended')")
