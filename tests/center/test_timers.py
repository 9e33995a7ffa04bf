"""What happens by itself: an alert that nobody takes on rises, a shelf ends; also over restarts."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from center.lifecycle import Acknowledge, Shelve
from center.store import Store
from center.timers import Timers
from tests.center.centre import NOON, Centre, event
from tests.center.desks import Office
from tests.center.test_looking import TREE


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store, TREE)


def pass_s(desk: Office, seconds: float) -> list[tuple[str, int, str | None]]:
    """Let time pass; state, level and place of the alerts to which something happened."""
    desk.clock.at_s += seconds
    changed = Timers(desk.working).run_once()
    return [(alert.state, alert.level, alert.risen_to) for alert in changed]


def test_an_alert_that_nobody_takes_on_rises_level_by_level_to_the_top(desk: Office) -> None:
    alert = desk.file(event())  # of grade 2: 180 s
    assert pass_s(desk, 179.9) == []
    assert pass_s(desk, 0.1) == [("new", 1, "homes")]
    assert pass_s(desk, 179.9) == []
    assert pass_s(desk, 0.1) == [("new", 2, "lake")]
    assert pass_s(desk, 180) == [("new", 3, "donghu")]
    assert pass_s(desk, 86400) == []
    log = desk.log(alert.id)
    assert [(entry.by, entry.what, entry.data["risen_to"]) for entry in log] == [
        ("centre", "escalated", "homes"),
        ("centre", "escalated", "lake"),
        ("centre", "escalated", "donghu"),
    ]
    assert desk.told == 3


def test_an_alert_that_is_taken_on_rises_no_further(desk: Office) -> None:
    alert = desk.file(event())
    pass_s(desk, 180)
    desk.working.step(alert.id, Acknowledge(), desk.asks("street"))
    assert pass_s(desk, 86400) == []
    now = desk.alert(alert.id)
    assert (now.state, now.level, now.seat) == ("acknowledged", 1, "street")


def test_a_shelf_ends_by_itself_and_the_alert_waits_anew(desk: Office) -> None:
    alert = desk.file(event())
    until = NOON + timedelta(seconds=600)
    desk.working.step(alert.id, Shelve(until=until, reason="roadworks"), desk.asks())
    assert pass_s(desk, 599) == []
    assert pass_s(desk, 1) == [("new", 0, None)]
    assert desk.alert(alert.id).acknowledge_by == until + timedelta(seconds=180)
    assert [entry.what for entry in desk.log(alert.id)] == ["shelved", "unshelved"]
    assert pass_s(desk, 180) == [("new", 1, "homes")]


def test_who_is_at_the_top_and_waits_in_vain_is_told_once(desk: Office) -> None:
    alert = desk.file(event())
    for _ in range(3):
        pass_s(desk, 180)
    shelve = Shelve(until=desk.working.now() + timedelta(seconds=60), reason="roadworks")
    desk.working.step(alert.id, shelve, desk.asks())
    pass_s(desk, 60)
    assert pass_s(desk, 180) == [("new", 3, "donghu")]
    assert pass_s(desk, 86400) == []
    assert desk.log(alert.id)[-1].what == "missed"


def test_a_restart_forgets_nothing_that_is_due(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db")) as store:
        alert = Office(store, TREE).file(event())
    with closing(Store(tmp_path / "a.db")) as store:
        later = Office(store, TREE)
        assert pass_s(later, 3600) == [("new", 1, "homes")]
        assert later.alert(alert.id).acknowledge_by == NOON + timedelta(seconds=3780)


def test_a_running_centre_looks_by_itself_and_tells_the_consoles(centre: Centre) -> None:
    centre.deliver(event())
    before = centre.stats()["revision"]
    centre.stop()
    with closing(sqlite3.connect(centre.folder / "state" / "center.db")) as disk:
        disk.execute("UPDATE alerts SET due_s = 1")
        disk.commit()
    centre.start()
    with centre.http.stream("GET", f"/api/stream?after={before}") as answer:
        told = next(line for line in answer.iter_lines() if line.startswith("data: {"))
    assert json.loads(told.removeprefix("data: "))["level"] == 1
