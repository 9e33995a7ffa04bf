"""The live desk in a real browser: by keys and by mouse, in two languages, also without a line."""

import itertools
import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.center.browser import CHROMIUM, Page, browser
from tests.center.centre import JPEG, PATIENCE_S, event, eventually
from tests.center.looks import COVERED, FAINT, SMALL, UNSEEN_FOCUS
from tests.center.town import Town

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]
HOURS = itertools.count(1)
LIVE = "document.getElementById('conn')?.innerText.match(/Live|实时/) !== null"
TOLD = "async () => (await import('/static/base/alerts.js')).status !== null"
"""Whether the desk knows how everything is: no notice that it is a flood comes in between."""

OPEN = "await import('/static/base/alerts.js')"
SELECTED = "document.querySelector('.row[aria-selected=true]')?.dataset.id"
SIZES = [(1280, 720), (1440, 900), (1920, 1080), (720, 450), (390, 844)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("town"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def page(town: Town, opened: Page) -> Iterator[Page]:
    """The desk, open, live and empty; it may ask nobody else and complain of nothing."""
    opened.open("about:blank")
    opened.requests.clear()
    opened.complaints.clear()
    for alert in alerts(town, "open") + alerts(town, "shelved"):
        town.http.post(f"/api/alerts/{alert['id']}/close", json={"outcome": "test"})
    desk(town, opened)
    yield opened
    ours = (town.url, "data:", "blob:", "about:")
    strangers = [url for url in opened.requests if not url.startswith(ours)]
    assert not strangers
    loud = [each for each in opened.complaints if "/still" not in each]
    assert not loud  # no box shows these cameras, and the browser writes that down


def desk(town: Town, page: Page, asked: str = "lang=en&theme=dark&seat=seat-2") -> None:
    page.value("window.old = true")
    page.open(f"{town.url}/desk?{asked}")
    page.wait(f"!window.old && document.querySelector('.desk') !== null && {LIVE}")
    page.wait(f"({TOLD})()")


def alerts(town: Town, state: str) -> list[dict[str, Any]]:
    found = town.http.get("/api/alerts", params={"state": state, "limit": 500}).json()
    return list(found["alerts"])


def happens(town: Town, place: str = "school", rule: Any = "intrusion", **facts: Any) -> str:
    """Let something happen; the id of its alert, whose row is in the queue soon."""
    before = {alert["id"] for alert in alerts(town, "open")}
    camera, at = f"{place}-1", next(HOURS) * 300.0
    town.deliver(event(after_s=at, place=place, camera=camera, rule=rule, **facts))
    (made,) = eventually(lambda: {alert["id"] for alert in alerts(town, "open")} - before)
    return str(made)


def log(town: Town, alert: str) -> list[str]:
    entries = town.http.get(f"/api/alerts/{alert}").json()["log"]
    return [entry["what"] for entry in entries if entry["by"] != "centre"]


def state(town: Town, alert: str) -> str:
    return str(town.http.get(f"/api/alerts/{alert}").json()["alert"]["state"])


def row(alert: str) -> str:
    return f"document.getElementById('row-{alert}')"


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


def flood(town: Town, page: Page) -> None:
    """So many alerts that what comes after makes it neither a flood nor none; all are closed."""
    hours = [next(HOURS) * 300.0 for _ in range(12)]
    town.deliver(*(event(after_s=at, place="school", camera="school-1") for at in hours))
    for alert in eventually(lambda: found if len(found := alerts(town, "open")) > 11 else []):
        town.http.post(f"/api/alerts/{alert['id']}/close", json={"outcome": "test"})
    desk(town, page)
    page.wait("document.getElementById('flood').checkVisibility()")


def test_what_is_selected_stays_under_the_pointer_whatever_comes(town: Town, page: Page) -> None:
    flood(town, page)  # its notice takes a place above the list
    alert = happens(town, "coach", "object-left")
    page.wait(f"{SELECTED} === '{alert}'")
    page.point(f"#row-{alert}")
    stood = page.value(f"{row(alert)}.getBoundingClientRect().top")
    graver = happens(town, "station-b")
    page.wait("document.querySelector('.above')?.checkVisibility()")
    assert page.value(f"{row(alert)}.getBoundingClientRect().top") == stood
    assert page.value(SELECTED) == alert
    assert page.value("document.querySelector('.above').innerText") == "1\n1 new above"
    for where in (".above", f"#row-{alert}"):
        page.point(where)
        assert page.value(f"{row(alert)}.getBoundingClientRect().top") == stood
    head = {"Tocsin-Seat": "seat-4"}
    town.http.post(f"/api/alerts/{graver}/close", json={"outcome": "test"}, headers=head)
    page.wait(f"{row(graver)} === null")
    assert page.value(f"{row(alert)}.getBoundingClientRect().top") == stood
    town.http.post(f"/api/alerts/{alert}/close", json={"outcome": "real"}, headers=head)
    page.wait(f"{row(alert)}.matches('.over')")
    assert page.value(SELECTED) == alert


def test_a_notice_that_comes_or_goes_moves_no_row_under_the_pointer(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    page.point(f"#row-{alert}")
    stood = page.value("""(async () => {
        const alerts = await import('/static/base/alerts.js');
        const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const row = document.querySelector('.row.new');
        const top = () => Math.round(row.getBoundingClientRect().top);
        const notice = document.getElementById('flood'), found = [];
        for (const rate of [0, 11, 0]) {
            const minutes = [0, 0, 0, 0, 0, 0, 0, 0, 0, rate];
            do {
                alerts.hear({ ...alerts.status, minutes });
                await drawn();
            } while (notice.hidden !== rate < 5);
            found.push(top());
        }
        return found;
    })()""")
    assert len(set(stood)) == 1


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


def test_without_a_line_it_says_so_keeps_what_is_done_and_sends_it_once(
    town: Town, page: Page
) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    os.kill(town.process.pid, signal.SIGSTOP)
    try:
        page.wait("document.getElementById('offline').checkVisibility()")
        assert "Showing data as of" in page.value("document.getElementById('offline').innerText")
        page.keys("KeyA", "KeyD")
        page.wait("document.getElementById('saved').innerText === '1 action saved'")
        assert "by radio" in page.value("document.getElementById('toasts').innerText")
        page.wait(f"{row(alert)}.matches(':not(.new)')")
    finally:
        os.kill(town.process.pid, signal.SIGCONT)
    town.http.close()
    town.http = httpx.Client(base_url=town.url, timeout=PATIENCE_S)  # the old line was let go of
    eventually(lambda: state(town, alert) == "acknowledged")
    page.wait(f"{LIVE} && document.getElementById('saved').innerText === ''")
    assert log(town, alert) == ["acknowledged"]
    page.complaints.clear()  # the browser writes down what was cut off


LATE = """async (happen) => {
    const heard = [], late = { type: 'module', name: 'late' }, line = (hear) => {
        const { port } = new SharedWorker('/static/base/stream.js', late);
        port.onmessage = ({ data }) => hear(data.kind);
        return port;
    };
    const moment = () => new Promise((go) => setTimeout(go, 20));
    const until = async (told) => { while (!told()) await moment(); };
    const asked = async () => (await (await fetch('/api/alerts?state=open')).json()).revision;
    const before = await asked(), seen = [];
    line((kind) => seen.push(kind)).postMessage({ from: before });
    await until(() => seen.includes('status'));
    await fetch(happen, { method: 'POST' });
    await until(() => seen.includes('alert'));
    const second = line((kind) => heard.push(kind));
    await until(() => heard.includes('joined'));
    second.postMessage({ from: before });
    const told = (what) => heard.filter((kind) => kind === what).length;
    await until(() => told('anew') || told('status') > 2);
    second.postMessage({ from: await asked() });
    const beforeThat = told('status');
    await until(() => told('status') > beforeThat + 1);
    return told('anew');
}"""
"""How often a tab is told to ask anew that knew of less than had been told as it joined."""


def test_a_tab_that_joins_the_stream_after_an_alert_that_it_did_not_ask_for_asks_again(
    town: Town, page: Page
) -> None:
    alert = happens(town)
    assert page.value(f"({LATE})('/api/alerts/{alert}/acknowledge')") == 1


SILENCE = """(async () => {
    const kept = { now: performance.now, setInterval, EventSource, SharedWorker };
    let at = 0, ticks = [], port = { postMessage() {} };
    performance.now = () => at;
    globalThis.setInterval = (act, ms) => ticks.push([act, ms]);
    globalThis.EventSource = class { addEventListener() {} close() {} };
    globalThis.SharedWorker = class { constructor() { this.port = port; } };
    const silentFor = (told) => {
        for (at = 0; at < 20000 && !told(); at += 100)
            for (const [act, ms] of ticks) if (at % ms === 0) act();
        return at;
    };
    const { Following } = await import('/static/base/following.js?alone');
    const { follow } = await import('/static/base/feed.js?alone');
    const heard = [], links = [];
    new Following((told) => heard.push(told.kind)).from(1);
    const worker = silentFor(() => heard.includes('link'));
    [at, ticks] = [0, []];
    let ready = () => {};
    const snapshot = new Promise((done) => { ready = done; });
    follow({ onSnapshot: ready, onAlert() {}, onStatus() {}, onLink: ({ up }) => links.push(up) });
    await snapshot;
    port.onmessage({ data: { kind: 'status', data: '{}' } });
    const tab = silentFor(() => links.includes(false));
    performance.now = kept.now;
    Object.assign(globalThis, { ...kept });
    return [links[0], worker, tab];
})()"""
"""When silence is told of, in ms, by the worker that all tabs share and by a tab itself."""


def test_a_line_that_is_cut_is_told_of_within_six_seconds_of_the_last_word(page: Page) -> None:
    up, worker, tab = page.value(SILENCE)
    assert up
    assert 5000 < worker <= 6100
    assert 5000 < tab <= 6100


def test_another_store_is_taken_up_whole(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{row(alert)} !== null")
    page.value("""import('/static/base/alerts.js').then(({ open, take }) => {
        take({ ...open()[0], id: 'gone', revision: 9e9 });
    })""")
    page.wait("document.getElementById('row-gone') !== null")
    town.stop()
    town.start()
    page.wait(f"{row(alert)} !== null")
    page.complaints.clear()


def test_a_row_says_that_something_goes_on_and_when_it_ended(town: Town, page: Page) -> None:
    at = next(HOURS) * 300.0
    town.deliver(event(after_s=at, place="school", life=("one", "begin")))
    page.wait("document.querySelector('.row .s')?.innerText.includes('Quiet since')")
    town.deliver(event(after_s=at + 9, place="school", life=("one", "end")))
    page.wait("document.querySelector('.row .s').innerText.includes('Ended')")


def test_language_and_theme_are_remembered(town: Town, page: Page) -> None:
    page.click("[data-lang=zh]")
    page.wait("document.getElementById('empty')?.innerText.includes('没有待办告警')")
    page.click("#theme")
    desk(town, page, "")
    assert page.value("document.documentElement.lang") == "zh-Hans"
    assert page.value("document.documentElement.dataset.theme") == "light"


def test_many_tabs_share_one_stream(town: Town, page: Page) -> None:
    for _ in range(7):  # browsers allow six connections to one server
        page.ask("Target.createTarget", url=f"{town.url}/desk", background=True)
    page.ask("Page.bringToFront")
    desk(town, page)
    alert = happens(town)
    page.wait(f"{row(alert)} !== null")
    assert not [url for url in page.requests if "/api/stream" in url]
    tabs = page.ask("Target.getTargets")["targetInfos"]
    ours = page.ask("Target.getTargetInfo")["targetInfo"]["targetId"]
    for tab in tabs:
        if tab["type"] == "page" and tab["targetId"] != ours:
            page.ask("Target.closeTarget", targetId=tab["targetId"])


def test_only_what_is_grave_is_said_aloud(town: Town, page: Page) -> None:
    grave = happens(town)
    page.wait("document.getElementById('said').innerText.includes('Intrusion')")
    slight = happens(town, "library", "loitering")
    page.wait(f"{row(slight)} !== null || document.querySelector('.fold') !== null")
    assert "Loitering" not in page.value("document.getElementById('said').innerText")
    aloud = "[...document.querySelectorAll('[aria-live]')].map((each) => each.id)"
    assert page.value(aloud) == ["said"]
    assert grave


def test_a_flood_begins_above_ten_and_ends_below_five(page: Page) -> None:
    told = page.value("""(async () => {
        const { hear, status } = await import('/static/base/alerts.js');
        const { isFlood } = await import('/static/base/flood.js');
        return [0, 10, 11, 5, 4, 10].map((rate) => {
            hear({ ...status, minutes: [0, 0, 0, 0, 0, 0, 0, 0, 0, rate] });
            return isFlood();
        });
    })()""")
    assert told == [False, False, True, True, False, False]


def test_a_flood_folds_what_is_slight_by_place_and_loses_none(town: Town, page: Page) -> None:
    for place in ("library", "civic", "market"):
        for rule in ("loitering", "line-crossing", "occupancy"):
            happens(town, place, rule)
    grave = [happens(town), happens(town, "station-b"), happens(town, "substation")]
    page.wait("document.body.matches('.flood') && document.querySelectorAll('.fold').length === 3")
    folded = page.value(
        "[...document.querySelectorAll('.fold')].map((fold) => parseInt(fold.lastChild.innerText))"
    )
    count = page.value("document.getElementById('open-count').innerText")
    assert sum(folded) + len(grave) == int(count) == 12
    assert page.value("document.querySelectorAll('.row').length") == len(grave)
    page.click(".fold")
    page.wait(f"document.querySelectorAll('.row').length === {len(grave) + folded[0]}")


def test_a_thousand_open_alerts_are_a_few_rows_of_the_page(town: Town, page: Page) -> None:
    happens(town)
    page.wait("document.querySelector('.row') !== null")
    page.value("""import('/static/base/alerts.js').then(({ open, take }) => {
        const [first] = open();
        for (let i = 0; i < 1000; i++) take({ ...first, id: `drawn-${i}`, place: `p${i}` });
    })""")
    page.wait("document.getElementById('open-count').innerText === '1001'")
    assert page.value("document.querySelectorAll('.row').length") < 60
    page.value("document.getElementById('list').scrollTop = 30000")
    page.wait("Number(document.querySelector('.row').getAttribute('aria-posinset')) > 500")
    assert page.value("document.querySelector('.row').getAttribute('aria-setsize')") == "1001"


def test_the_map_shows_places_with_alerts_and_the_wall_follows(town: Town, page: Page) -> None:
    one, other = happens(town, "station-b", picture=JPEG), happens(town, "school")
    with town.beating(station_b_1="blind", station_b_2="lost"):
        page.wait(f"{row(one)} !== null && {row(other)} !== null")
        page.click(f"#row-{one}")
        page.wait("document.querySelector('.district .chosen.t1') !== null")
        page.wait("document.querySelector('.district .cone') !== null")
        page.wait("document.querySelectorAll('.district .mark').length === 1")
        page.wait("document.querySelector('.tile')?.dataset.camera === 'station-b-1'")
        page.wait("document.querySelector('.tile.covered')?.dataset.camera === 'station-b-1'")
        page.wait("document.querySelector('.tile.stale')?.dataset.camera === 'station-b-2'")
        page.keys("KeyP")
        page.click(".district .mark")
        page.wait(f"{SELECTED} === '{other}'")
        assert page.value("document.querySelector('.tile').dataset.camera") == "station-b-1"
        page.keys("KeyP")
        page.wait("document.querySelector('.tile').dataset.camera === 'school-1'")


def test_a_help_point_opens_with_the_nearest_cameras_live(town: Town, page: Page) -> None:
    with town.beating():
        pressed = happens(town, "school", "help-point", label=None)
        page.wait(f"{SELECTED} === '{pressed}'")
        tiles = "[...document.querySelectorAll('.near .live')].map((each) => each.dataset.camera)"
        page.wait(f"{tiles}.length === 4 && {tiles}.includes('school-2')")
        nearest = town.http.get(f"/api/alerts/{pressed}").json()["alert"]["nearest"]
        assert page.value(tiles) == ["school-1", *(each for each in nearest if each != "school-1")]
        assert page.value("document.querySelectorAll('.near .large').length") == 1
        assert not page.value("document.querySelector('.pane .clip').checkVisibility()")
        seen = happens(town, "station-b", picture=JPEG)
        page.click(f"#row-{seen}")
        page.wait(f"{SELECTED} === '{seen}' && document.querySelector('.near .live') === null")
        page.wait("document.querySelector('.pane .clip img')?.checkVisibility()")


def test_cameras_of_one_name_at_two_boxes_are_two(page: Page) -> None:
    told = page.value("""import('/static/base/cameras.js').then(({ around, isOf, keyOf }) => {
        const all = [['box-1', 'school'], ['box-2', 'coach'], [null, 'river']].map(
            ([box, place]) => ({ box, place, camera: 'cam-1' }));
        const alert = { place: 'coach', cameras: ['cam-1'], nearest: [] };
        const elsewhere = { ...alert, place: 'court' };
        return [
            new Set(all.map(keyOf)).size, around(alert, all).map((each) => each.box),
            all.map((each) => isOf(alert, each, all)), around(elsewhere, all).length,
        ];
    })""")
    assert told == [3, ["box-2"], [False, True, False], 3]


def test_names_on_the_map_cover_neither_a_patrol_nor_each_other(page: Page) -> None:
    told = page.value("""import('/static/desk/labels.js').then(({ boxOf, cleared }) => {
        const spots = [[0, 0], [10, 2], [400, 0]];
        const names = spots.map((px, i) => ({ key: i, text: 'Mill Road', px }));
        const found = cleared(names, [boxOf([0, 0], 60, 16)], [0, 20]);
        return found.map((each) => [each.key, each.dy]);
    })""")
    assert told == [[0, 20], [2, 0]]


def test_a_second_screen_follows_the_desk(town: Town, page: Page) -> None:
    alert = happens(town, "civic", "loitering")
    page.value(f"localStorage.setItem('tocsin.selected', JSON.stringify('{alert}'))")
    page.open(f"{town.url}/desk/map")
    page.wait("document.querySelector('.district .chosen.t3') !== null")
    other = happens(town)
    page.value(
        f"new BroadcastChannel('tocsin').postMessage({{ name: 'selected', value: '{other}' }})"
    )
    page.wait("document.querySelector('.district .chosen.t2') !== null")


def test_a_blocked_sound_is_a_warning_until_somebody_clicks(page: Page) -> None:
    page.wait("document.getElementById('sound').innerText.includes('Sound is blocked')")
    page.wait("document.querySelector('.scope').innerText === 'Donghu district centre'")
    assert page.value(
        "document.querySelector('.scope').scrollWidth <= "
        "document.querySelector('.scope').clientWidth"
    )
    page.click(".queue h2")
    page.wait("document.getElementById('sound').dataset.state === 'on'")


def test_tones_sound_by_grade_and_again_until_somebody_takes_it_on(page: Page) -> None:
    tones = page.value("""import('/static/base/sound.js').then(({ due }) => {
        const waiting = (grades) => grades.map((grade) => ({ id: `g${grade}`, grade }));
        const at = (s, ...grades) => [...due(waiting(grades), s * 1000)].sort();
        return [
            at(0, 1, 2, 3, 4), at(5, 1, 2, 3, 4), at(10, 1, 2, 3, 4), at(61, 1, 2, 4),
            at(200, 2, 4), at(201), at(202, 3),
        ];
    })""")
    assert tones == [[1, 2, 3], [], [1], [1, 2], [], [], [3]]


@pytest.mark.parametrize("asked", ["lang=en", "lang=en&alert={alert}"])
def test_a_step_whose_answer_was_lost_brings_no_alert_back_that_others_closed(
    town: Town, page: Page, asked: str
) -> None:
    alert = happens(town)
    step = {"key": f"key-{alert}", "body": {}}
    path, api = f"/api/alerts/{alert}/acknowledge", "await import('/static/base/api.js')"
    page.value(f"(async () => ({api}).ask('{path}', {json.dumps(step)}))()")
    assert town.http.post(f"/api/alerts/{alert}/close", json={"outcome": "test"}).is_success
    kept = json.dumps([step | {"id": alert, "step": "acknowledge", "seen": None}])
    page.value(f"localStorage.setItem('tocsin.queue', JSON.stringify({kept}))")
    desk(town, page, f"seat=seat-2&{asked.format(alert=alert)}")
    page.wait("localStorage.getItem('tocsin.queue') === '[]'")
    first = happens(town, "station-b")
    page.wait(f"{row(first)} !== null")
    assert page.value(f"(async () => ({OPEN}).open().map((one) => one.id))()") == [first]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_can_be_read_and_targets_can_be_hit(town: Town, page: Page, theme: str) -> None:
    desk(town, page, f"theme={theme}")
    first = happens(town, "station-b", picture=JPEG)
    page.wait(f"{SELECTED} === '{first}'")
    happens(town, "wholesale", "camera-blind")
    page.click("[data-act=acknowledge]")
    page.wait("document.querySelector('.toast') !== null")
    assert page.value(FAINT) == []
    assert page.value(SMALL) == []


def test_whatever_has_the_focus_shows_it(town: Town, page: Page) -> None:
    happens(town, picture=JPEG)
    page.wait("document.querySelector('.row') !== null")
    seen = set()
    for _ in range(45):
        page.keys("Tab")
        assert page.value(UNSEEN_FOCUS) is None
        seen.add(str(page.value("document.activeElement.outerHTML.slice(0, 60)")))
    assert len(seen) > 8


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_at_any_size(town: Town, page: Page, width: int, height: int) -> None:
    happens(town, "station-b", picture=JPEG)
    page.wait("document.querySelector('.row') !== null")
    page.resize(width, height)
    page.wait(f"innerWidth === {width}")
    assert page.value("document.documentElement.scrollWidth <= innerWidth")
    assert page.value(COVERED) == []


def test_there_is_no_motion_for_who_wants_none(town: Town, page: Page) -> None:
    happens(town, "station-b")
    page.wait("document.querySelector('.row.r1.new') !== null")
    ring = "getComputedStyle(document.querySelector('.row.r1.new .sh')).animationName"
    assert page.value(ring) == "ring"
    wish = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    page.ask("Emulation.setEmulatedMedia", features=wish)
    assert page.value(ring) == "none"
    page.ask("Emulation.setEmulatedMedia", features=[])
