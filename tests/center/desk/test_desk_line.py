"""The desk without a line, with one that breaks, and with many tabs that share one."""

import json
import os
import signal

import httpx
import pytest

from tests.center.browser import Page
from tests.center.centre import PATIENCE_S, eventually
from tests.center.desk.opened import (
    LIVE,
    NEEDED,
    OPEN,
    SELECTED,
    desk,
    happens,
    log,
    row,
    state,
)
from tests.center.town import Town

pytestmark = NEEDED


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
