"""Desks and duties are told of alerts: each change that asks for it, none lost, few at a time."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from center.config import CenterConfig, Channel, load
from center.lifecycle import Acknowledge, Close, Dispatch, Escalate, Shelve
from center.places import Contact, Place
from center.store import Store
from center.telling import apprising, outbox
from center.telling.telling import Telling
from center.telling.text import Note, of_test
from center.telling.whom import unknown
from center.timers import Timers
from center.watchlist import WatchList
from pipelines.errors import ConfigError, LinkError, StoreError
from tests.builders import quick
from tests.center.centre import NOON, Centre, event, eventually
from tests.center.desks import Office
from tests.center.empty import emptied
from tests.center.listeners import Webhook, mailbox, webhook
from tests.center.test_looking import DEPOT, DISTRICT, HOMES, SCHOOL, STREET, TREE
from tocsin.__main__ import app


def with_contact(place: Place, *names: str) -> Place:
    contacts = tuple(Contact(id=f"desk-{name}", name=name, channel=name) for name in names)
    return msgspec.structs.replace(place, contacts=contacts)


LISTED = WatchList(
    places=(
        with_contact(DISTRICT, "district"), STREET, with_contact(HOMES, "homes"),
        with_contact(DEPOT, "duty"), SCHOOL,
    ),
    entries=(msgspec.structs.replace(TREE.entries[0], tell=("desk-homes", "board")),
             TREE.entries[1]),
)  # fmt: skip


class Told:
    """Keeps what each channel was asked to tell, and refuses while it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Note]] = []
        self.trouble = ""

    async def __call__(self, channel: Channel, note: Note) -> str:
        if not self.trouble:
            self.got.append((channel.name, note))
        return self.trouble

    def what(self) -> list[tuple[str, str]]:
        return [(name, note.what) for name, note in self.got]


class Desk(Office):
    """An office whose changes are told."""

    def __init__(self, store: Store, listed: WatchList = LISTED, **channel: float) -> None:
        super().__init__(store, listed)
        self.to = Told()
        self.channels = tuple(
            Channel(name=name, mqtt=name, **channel)  # type: ignore[arg-type]
            for name in ("duty", "board", "homes", "district")
        )
        self.restart()

    def restart(self) -> None:
        config = CenterConfig(watch_list="", channels=self.channels)
        self.telling = Telling(
            config, self.store, self.clock, self.to, watch_list=lambda: self.filing.watch_list
        )

    def tell(self, after_s: float = 0.0) -> list[tuple[str, str]]:
        """Let time pass and all messages go; what was told meanwhile."""
        self.clock.at_s += after_s
        before = len(self.to.got)
        while self.telling.address():
            pass
        for channel in self.channels:
            while asyncio.run(self.telling.deliver(channel.name)):
                pass
        return self.to.what()[before:]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_an_alert_is_told_to_whom_its_entry_names_and_once(desk: Desk) -> None:
    desk.file(event())
    assert desk.tell() == [("board", "opened"), ("homes", "opened")]
    desk.file(event(after_s=5))
    assert desk.tell(60) == []


class Full(Store):
    """The same store, on a disk that has become full: it can be read."""

    def __init__(self, whole: Store) -> None:
        self._engines = whole._engines

    def write(self) -> Any:
        raise StoreError("no space is left")


def test_what_was_delivered_is_not_told_again_while_the_store_cannot_note_it(desk: Desk) -> None:
    desk.file(event())
    desk.telling.address()
    desk.telling.store = Full(desk.store)
    for _ in range(3):
        with pytest.raises(StoreError):
            asyncio.run(desk.telling.deliver("board"))
    desk.telling.store = desk.store
    assert desk.tell() == [("homes", "opened")]
    assert desk.to.what().count(("board", "opened")) == 1


def test_without_names_the_nearest_contacts_hear_of_what_is_grave(desk: Desk) -> None:
    desk.file(event(rule="camera-blind", label=None))
    assert desk.tell() == [("duty", "opened")]
    mild = msgspec.structs.replace(LISTED.entries[1], grade=3)
    desk.filing.take(msgspec.structs.replace(LISTED, entries=(mild,)))
    desk.file(event(rule="camera-blind", label=None, after_s=3600))
    assert desk.tell() == []


def test_as_it_rises_each_level_is_told_and_the_top_that_nobody_took_it(desk: Desk) -> None:
    desk.file(event())
    desk.tell()
    told = []
    for _ in range(4):
        desk.clock.at_s += 180
        Timers(desk.working).run_once()
        told.append(desk.tell())
    asked = [("board", "risen"), ("homes", "risen")]
    assert told == [[("homes", "risen")], asked, [("district", "risen")], []]
    assert "rose to Donghu" in desk.to.got[-1][1].text


def test_a_rise_that_a_seat_asked_for_is_told_too(desk: Desk) -> None:
    alert = desk.file(event())
    desk.working.step(alert.id, Acknowledge(), desk.asks())
    desk.tell()
    desk.working.step(alert.id, Escalate(to="donghu"), desk.asks())
    assert desk.tell() == [("district", "risen")]


def test_what_comes_back_from_the_shelf_is_told_again(desk: Desk) -> None:
    alert = desk.file(event())
    desk.tell()
    until = NOON + timedelta(seconds=60)
    desk.working.step(alert.id, Shelve(until=until, reason="roadworks"), desk.asks())
    assert desk.tell() == []
    desk.clock.at_s += 60
    Timers(desk.working).run_once()
    assert desk.tell() == [("board", "reopened"), ("homes", "reopened")]


def test_a_name_that_leads_nowhere_is_said(desk: Desk) -> None:
    known = {channel.name: channel for channel in desk.channels}
    assert unknown(LISTED, known) == ()
    assert unknown(LISTED, {"duty": known["duty"]}) == ("board", "district", "homes")
    wrong = msgspec.structs.replace(LISTED.entries[1], tell=("gatehous",))
    assert unknown(msgspec.structs.replace(LISTED, entries=(wrong,)), known) == ("gatehous",)


def test_messages_of_a_channel_that_went_do_not_stay_for_ever(desk: Desk) -> None:
    desk.file(event())
    desk.telling.address()
    with desk.store.write() as connection:
        outbox.sweep(connection, NOON.timestamp() + 6 * 86400)
        assert outbox.counted(connection, "board") == {"waiting": 1}
        outbox.sweep(connection, NOON.timestamp() + 8 * 86400)
        assert outbox.counted(connection, "board") == {}


def test_work_on_an_alert_is_nothing_to_tell(desk: Desk) -> None:
    alert = desk.file(event())
    desk.tell()
    for step in (Acknowledge(), Dispatch(patrol="car-1"), Close(outcome="real")):
        desk.working.step(alert.id, step, desk.asks())
    assert desk.tell() == []


def test_what_is_over_before_its_turn_is_not_told(desk: Desk) -> None:
    alert = desk.file(event())
    desk.to.trouble = "no answer"
    assert desk.tell() == []
    desk.working.step(alert.id, Close(outcome="real"), desk.asks())
    desk.to.trouble = ""
    assert desk.tell() == []


def test_the_text_says_what_where_grade_age_and_link_and_nobody(desk: Desk) -> None:
    alert = desk.file(event(label="person"))
    desk.tell(42)
    note = desk.to.got[0][1]
    assert note.title == "[High] intrusion · Depot yard"
    assert note.text.splitlines() == [
        "What: intrusion", "Where: Depot yard", "Grade: 2 High",
        "Age: 0:42 (since 2026-11-23 12:00:00)",
        f"http://127.0.0.1:8080/desk?alert={alert.id}",
    ]  # fmt: skip
    assert "person" not in str(note)


def test_more_than_a_channel_bears_comes_as_one_digest_and_emergencies_at_once(
    store: Store,
) -> None:
    desk = Desk(store, most=2, per_s=600)
    hours = range(0, 5 * 3600, 3600)
    for after_s in hours:
        desk.file(event(after_s=after_s))
    assert desk.tell() == [("board", "opened")] * 2 + [("homes", "opened")] * 2
    desk.file(event(place="school"))
    assert desk.tell(10) == [("board", "opened")]
    assert desk.telling.states() != ()
    assert desk.tell(580) == []
    assert desk.tell(10) == [("board", "digest"), ("homes", "digest")]
    board = next(note for name, note in desk.to.got if note.what == "digest" and name == "board")
    assert board.text.splitlines()[1:3] == ["2 High · Depot yard: 3", "Total: 3"]
    assert desk.tell(86400) == []


@pytest.mark.parametrize("dies", ["before it is addressed", "before it is sent"])
def test_a_kill_loses_no_message(desk: Desk, dies: str) -> None:
    desk.file(event())
    if dies == "before it is sent":
        desk.telling.address()
    desk.restart()
    assert desk.tell() == [("board", "opened"), ("homes", "opened")]


def test_a_kill_between_sending_and_noting_it_sends_it_once_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.file(event())
    desk.telling.address()
    with monkeypatch.context() as dying:
        dying.setattr(desk.telling, "_mark_sent", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            asyncio.run(desk.telling.deliver("board"))
    desk.restart()
    desk.tell()
    desk.tell()
    assert [name for name, _ in desk.to.got] == ["board", "board", "homes"]


def test_whatever_comes_when_every_grave_alert_is_told_or_counted_once(store: Store) -> None:
    @settings(quick, max_examples=15)
    @given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 900)), max_size=8))
    def holds(steps: list[tuple[int, int]]) -> None:
        desk = Desk(emptied(store), most=2, per_s=600)
        for hour, pause_s in steps:
            desk.file(event(after_s=hour * 3600))
            desk.tell(pause_s)
        for _ in range(3):
            desk.tell(600)
        board = [note for name, note in desk.to.got if name == "board"]
        alone = [note.alert for note in board if note.alert]
        totals = [int(note.title.split()[0]) for note in board if note.what == "digest"]
        assert len(alone) == len(set(alone))
        assert len(alone) + sum(totals) == len(desk.alerts())

    holds()


def test_a_channel_in_trouble_is_tried_again_says_so_and_gives_up_after_a_day(desk: Desk) -> None:
    desk.file(event())
    desk.to.trouble = "no answer"
    desk.tell()
    states = {state.channel: state for state in desk.telling.states()}
    assert (states["board"].trouble, states["board"].since) == ("no answer", NOON)
    assert states["duty"].trouble is None
    desk.tell(86401)
    desk.to.trouble = ""
    assert desk.tell() == []


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as listening:
        yield listening


def in_file(centre: Centre, channels: str) -> None:
    """Add channels to the file; each URL goes into a file beside it, as is asked of one."""
    file = centre.folder / "center.yaml"
    for number, url in enumerate(re.findall(r"\burl: ('[^']*'|[\w-]+)", channels)):
        (centre.folder / f"url-{number}").write_text(url.strip("'"))
        channels = channels.replace(f" url: {url}", f" url_file: url-{number}")
    file.write_text(f"{file.read_text()}channels:\n{channels}")
    watch = (centre.folder / "watch.yaml").read_text()
    steps = "steps: [Look at the picture"
    told = watch.replace(steps, f"tell: [hook, mail, board, lost], {steps}")
    (centre.folder / "watch.yaml").write_text(told)


def troubled(centre: Centre) -> list[dict[str, Any]]:
    channels = centre.http.get("/api/status").json()["channels"]
    return [each for each in channels if each["trouble"]]


def test_a_running_centre_tells_a_webhook_a_mailbox_and_mqtt_and_says_what_fails(
    tmp_path: Path, hook: Webhook
) -> None:
    centre = Centre(tmp_path)
    with mailbox() as mail:
        (tmp_path / "hook").write_text(hook.url)
        in_file(
            centre,
            f"  - {{name: hook, url_file: hook, lang: zh}}\n  - {{name: mail, url: '{mail.url}'}}\n"
            "  - {name: board, mqtt: duty/board}\n"
            "  - {name: lost, url: 'json://127.0.0.1:9/t0p-s3cret'}\n",
        )
        centre.start()
        with centre.box("watcher") as board:
            board.listen("tell/#")
            centre.deliver(event())
            eventually(lambda: mail.got and hook.got and board.heard)
            (state,) = eventually(lambda: troubled(centre))
        metrics = centre.http.get("/metrics").text
        assert centre.stop() == 0
    ((topic, payload),) = board.heard
    assert (topic, msgspec.json.decode(payload)["place"]) == ("tell/duty/board", "depot")
    assert mail.got[0][0] == "[High] intrusion · Depot yard, north gate"
    assert "区域入侵" in hook.got[0]["title"]
    assert (state["channel"], state["waiting"]) in {("lost", 0), ("lost", 1)}
    assert 'tocsin_center_channel_up{channel="lost"} 0.0' in metrics
    log = (tmp_path / "centre.log").read_text()
    assert "channel=down name=lost" in log
    assert "s3cret" not in log


def test_a_centre_that_is_killed_tells_afterwards_what_it_had_not(
    tmp_path: Path, hook: Webhook
) -> None:
    centre = Centre(tmp_path)
    in_file(centre, f"  - {{name: hook, url: '{hook.url}'}}\n")
    hook.well = False
    centre.start()
    centre.deliver(event())
    eventually(lambda: hook.asked)
    centre.kill()
    hook.well = True
    centre.start()
    eventually(lambda: hook.got)
    centre.stop()
    assert len(hook.got) == 1


def test_no_refusal_shows_a_word_of_a_url(hook: Webhook) -> None:
    hook.well = False
    note = of_test(lang="en", base="http://127.0.0.1:8080")
    said = apprising.send(hook.url, note)
    assert "s3cret" not in said
    assert said


BAD = {
    "- {name: a}": "needs one of `url` and `mqtt` - at $.channels[0]",
    "- {name: a, url: nonsense-t0p}": "none that Apprise knows - at $.channels[0].url",
    "- {name: a, mqtt: b}\n  - {name: a, mqtt: c}": "2 channels are named 'a'",
    "- {name: a, mqtt: b/#}": "$.channels[0].mqtt",
}


@pytest.mark.parametrize("channel", BAD)
def test_a_channel_that_cannot_work_is_refused_before_the_start(
    tmp_path: Path, channel: str
) -> None:
    centre = Centre(tmp_path)
    in_file(centre, f"  {channel}\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "center.yaml")
    assert BAD[channel] in str(caught.value)
    assert "t0p" not in str(caught.value)


def test_the_command_sends_one_message_that_says_that_it_is_a_try_out(
    tmp_path: Path, hook: Webhook
) -> None:
    centre = Centre(tmp_path)
    in_file(centre, f"  - {{name: hook, url: '{hook.url}'}}\n")
    words = ["center", "tell", str(tmp_path / "center.yaml")]
    run = partial(CliRunner().invoke, app, catch_exceptions=False)
    assert "sound" in run([*words, "hook"]).output
    assert hook.got == []
    assert "delivered" in run([*words, "hook", "--test"]).output
    assert [message["title"] for message in hook.got] == ["A try-out of Tocsin"]
    with pytest.raises(ConfigError, match="there are: hook"):
        run([*words, "hok", "--test"])
    hook.well = False
    with pytest.raises(LinkError) as caught:
        run([*words, "hook", "--test"])
    assert "s3cret" not in str(caught.value)


def test_the_check_names_whom_nobody_is_told_by(tmp_path: Path, hook: Webhook) -> None:
    centre = Centre(tmp_path)
    in_file(centre, f"  - {{name: hook, url: '{hook.url}'}}\n")
    said = CliRunner().invoke(app, ["check", str(tmp_path / "center.yaml")]).output
    assert "'mail' leads to no channel" in " ".join(said.split())
