"""The box's desk for commands: done once, answered always, written down first."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.audit import Audit
from edge.config import Camera, EdgeConfig
from edge.live.settings import LiveViews
from edge.memory import Memory
from edge.orders import Orders, settled
from edge.taking import Taken
from pipelines.commands import Answer, Command, decode_answer
from pipelines.flow import Heartbeat, Picture
from pipelines.rules import Intrusion
from pipelines.zones import Zone
from tests.builders import STATED

NOW_S = 1_772_366_400.0
NOW = datetime.fromtimestamp(NOW_S, UTC)
ZONE = Zone(id="in", polygon=((0, 0), (1, 0), (1, 1)))
CAMERA = Camera(
    id="yard", place="p", url="x.mp4", zones=(ZONE,), rules=(Intrusion(zone="in"),), **STATED
)
CONFIG = EdgeConfig(
    site="s",
    box="box-1",
    cameras=(CAMERA,),
    commands=("arm", "disarm", "sensitivity", "snapshot", "live", "zones"),
)
BEAT = Heartbeat(box="box-1", site="s", time=NOW)


class Crew:
    """Who carries commands out; notes what it was told."""

    def __init__(self) -> None:
        self.config, self.ordered, self.stills = CONFIG, list[Command](), list[Taken]()
        self.there = True

    def settle(self, config: EdgeConfig) -> None:
        self.config = config

    def order(self, command: Command) -> bool:
        self.ordered.append(command)
        return self.there

    def taken(self) -> list[Taken]:
        found, self.stills = self.stills, []
        return found


class Desk:
    """Orders over a real memory and audit, and what they answered."""

    def __init__(self, folder: Path, config: EdgeConfig = CONFIG) -> None:
        self.folder, self.crew = folder, Crew()
        self.memory = Memory(folder / "memory.db")
        self.orders = Orders(config, self.memory, Audit(folder / "audit.jsonl"), self.crew)

    def ask(self, at_s: float = NOW_S, **command: Any) -> list[Answer]:
        expires = (NOW + timedelta(seconds=30)).isoformat()
        whole = {"id": "c-1", "expires": expires, "by": "duty", "camera": "yard"} | command
        return self.say(json.dumps(whole).encode(), at_s)

    def say(self, payload: bytes, at_s: float = NOW_S) -> list[Answer]:
        messages = list(self.orders.heard("cmd/box-1", payload, at_s))
        assert {message.topic for message in messages} <= {"ans/box-1"}
        return [decode_answer(message.payload) for message in messages]

    def later(self, after_s: float) -> list[Answer]:
        messages = self.orders.passed(BEAT, NOW_S + after_s)
        return [decode_answer(message.payload) for message in messages]

    def audit(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "audit.jsonl").read_text().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.memory.close()


def test_a_rule_is_disarmed_once_and_answered_as_often_as_it_is_asked(desk: Desk) -> None:
    first = desk.ask(command="disarm", rule="intrusion-in")
    assert first == [Answer(id="c-1", box="box-1", time=NOW, ok=True)]
    assert desk.ask(NOW_S + 5, command="disarm", rule="intrusion-in") == first
    assert desk.ask(NOW_S + 6, command="arm", rule="intrusion-in") == first
    assert len(desk.crew.ordered) == 1
    assert not desk.crew.config.cameras[0].rules[0].armed
    (line,) = desk.audit()
    assert (line["by"], line["result"], line["asked"]["command"]) == ("duty", "ok", "disarm")


def test_what_was_set_is_there_after_a_restart_and_what_is_gone_is_passed_over(desk: Desk) -> None:
    desk.ask(command="disarm", rule="intrusion-in")
    desk.ask(id="c-2", command="sensitivity", value=2.5)
    again = Memory(desk.folder / "memory.db")
    camera = settled(CONFIG, again.settings()).cameras[0]
    assert (camera.rules[0].armed, camera.sensitivity) == (False, 2.5)
    bare = EdgeConfig(site="s", box="box-1", cameras=(Camera(id="gate", place="p", url="x.mp4"),))
    assert settled(bare, again.settings()) == bare
    again.close()


def test_an_expired_command_is_refused_even_when_it_was_done_before(desk: Desk) -> None:
    desk.ask(command="disarm", rule="intrusion-in")
    (late,) = desk.ask(NOW_S + 31, command="disarm", rule="intrusion-in")
    assert late.error is not None
    assert late.error.type == "expired"
    assert len(desk.crew.ordered) == 1


def test_what_is_not_allowed_is_answered_and_written_down_and_not_done(tmp_path: Path) -> None:
    desk = Desk(tmp_path, EdgeConfig(site="s", box="box-1", cameras=(CAMERA,)))
    (answer,) = desk.ask(command="disarm", rule="intrusion-in")
    assert answer.error is not None
    assert answer.error.type == "forbidden"
    (torn,) = desk.say(b"{")
    assert torn.error is not None
    assert (torn.id, torn.error.type) == ("", "unreadable")
    assert [line["result"].partition(":")[0] for line in desk.audit()] == [
        "forbidden",
        "unreadable",
    ]
    assert desk.crew.ordered == []
    desk.memory.close()


def test_what_cannot_be_written_down_is_not_done(desk: Desk) -> None:
    (desk.folder / "audit.jsonl").mkdir()
    (answer,) = desk.ask(command="disarm", rule="intrusion-in")
    assert answer.error is not None
    assert answer.error.type == "failed"
    assert desk.crew.ordered == []
    assert desk.memory.settings() == {}


def test_a_snapshot_is_answered_when_it_was_taken_and_its_picture_is_said_once(desk: Desk) -> None:
    assert desk.ask(command="snapshot") == []
    assert desk.ask(command="snapshot") == []
    still = Picture(width=4, height=3, data=b"jpeg")
    desk.crew.stills = [Taken(id="c-1", picture=still)]
    (answer,) = desk.later(1)
    assert (answer.ok, answer.picture) == (True, still)
    (again,) = desk.ask(command="snapshot")
    assert (again.ok, again.picture) == (True, None)
    assert len(desk.audit()) == len(desk.crew.ordered) == 1


def test_a_snapshot_that_cannot_be_redacted_or_does_not_come_is_said(desk: Desk) -> None:
    desk.ask(command="snapshot")
    desk.crew.stills = [Taken(id="c-1", error="it could not be redacted: x")]
    (bare,) = desk.later(1)
    assert (bare.ok, bare.picture) == (False, None)
    desk.ask(id="c-2", command="snapshot")
    assert desk.later(8) == []
    (late,) = desk.later(8.1)
    desk.crew.there = False
    (nobody,) = desk.ask(id="c-3", command="snapshot")
    for answer in (bare, late, nobody):
        assert answer.error is not None
        assert answer.error.type == "failed"


def test_only_so_many_snapshots_wait_at_once(desk: Desk) -> None:
    answers = [desk.ask(id=f"c-{number}", command="snapshot") for number in range(10)]
    assert [len(each) for each in answers] == [0] * 8 + [1] * 2


def live(**wish: Any) -> dict[str, Any]:
    return {"command": "live", "lease_s": 15} | wish


def test_a_view_is_written_down_when_it_begins_and_when_nobody_looks_any_more(desk: Desk) -> None:
    for number in range(4):
        (answer,) = desk.ask(NOW_S + number * 5, id=f"v-{number}", **live(by="centre/seat-1"))
        assert answer.ok
    assert len(desk.crew.ordered) == 4
    assert desk.later(20) == []
    assert [line["asked"].get("command") for line in desk.audit()] == ["live"]
    desk.later(31)
    begun, ended = desk.audit()
    assert (begun["by"], ended["by"], ended["asked"]["live"]) == (
        "centre/seat-1", "centre/seat-1", "ended",
    )  # fmt: skip


def test_another_rate_another_who_and_a_stop_are_written_down(desk: Desk) -> None:
    desk.ask(id="1", **live())
    desk.ask(id="2", **live(rate="full"))
    desk.ask(id="3", **live(rate="full", by="other"))
    desk.ask(id="4", **live(rate="full", by="other", lease_s=0))
    assert [line["asked"]["lease_s"] for line in desk.audit()] == [15, 15, 15, 0]
    desk.later(60)
    assert len(desk.audit()) == 4


def test_no_more_views_than_the_file_allows_and_none_where_it_allows_none(tmp_path: Path) -> None:
    two = msgspec.structs.replace(CAMERA, id="lane")
    config = msgspec.structs.replace(CONFIG, cameras=(CAMERA, two), live=LiveViews(full=1))
    desk = Desk(tmp_path, config)
    assert desk.ask(id="1", **live(rate="full"))[0].ok
    (refused,) = desk.ask(id="2", camera="lane", **live(rate="full"))
    assert refused.error is not None
    assert refused.error.type == "failed"
    assert "1 live views are open" in refused.error.detail
    assert desk.ask(id="3", camera="lane", **live())[0].ok
    assert [command.id for command in desk.crew.ordered] == ["1", "3"]
    strict = msgspec.structs.replace(CONFIG, commands=("snapshot",))
    (forbidden,) = Desk(tmp_path, strict).ask(id="4", **live())
    assert forbidden.error is not None
    assert (forbidden.error.type, forbidden.error.at) == ("forbidden", "$.command")


@pytest.mark.parametrize("wrong", [{"lease_s": 16}, {"lease_s": -1}, {"rate": "fast"}, {}])
def test_a_view_has_a_lease_of_at_most_15_seconds(desk: Desk, wrong: dict[str, Any]) -> None:
    (answer,) = desk.ask(command="live", **wrong)
    assert answer.error is not None
    assert answer.error.type == "unreadable"


def test_a_view_whose_worker_is_away_is_no_view(desk: Desk) -> None:
    desk.crew.there = False
    (answer,) = desk.ask(**live())
    assert answer.error is not None
    assert answer.error.detail == "nobody is there to show it"
    desk.crew.there = True
    assert desk.ask(id="2", **live())[0].ok
    assert [line["result"].partition(":")[0] for line in desk.audit()] == ["ok", "failed", "ok"]


def test_zones_are_told_with_the_rules_as_commands_have_left_them(desk: Desk) -> None:
    desk.ask(command="disarm", rule="intrusion-in")
    (told,) = desk.ask(id="c-2", command="zones")
    assert told.drawing is not None
    assert [(zone.id, zone.points) for zone in told.drawing.zones] == [("in", ZONE.polygon)]
    assert [(rule.id, rule.zone, rule.armed) for rule in told.drawing.rules] == [
        ("intrusion-in", "in", False),
    ]  # fmt: skip
    desk.ask(id="c-3", command="arm", rule="intrusion-in")
    assert desk.ask(id="c-2", command="zones") == [told]
    (now,) = desk.ask(id="c-4", command="zones")
    assert now.drawing is not None
    assert now.drawing.rules[0].armed
    assert [line["asked"]["command"] for line in desk.audit()] == [
        "disarm", "zones", "arm", "zones",
    ]  # fmt: skip
    assert {command.id for command in desk.crew.ordered} == {"c-1", "c-3"}


def test_zones_are_told_by_a_box_whose_file_says_so_and_of_its_own_cameras(tmp_path: Path) -> None:
    config = msgspec.structs.replace(CONFIG, commands=("live",))
    desk = Desk(tmp_path, config)
    (refused,) = desk.ask(command="zones")
    desk.orders.config = CONFIG
    (unknown,) = desk.ask(id="c-2", command="zones", camera="roof")
    assert [each.error.type for each in (refused, unknown) if each.error] == [
        "forbidden", "unknown",
    ]  # fmt: skip
    assert refused.drawing is unknown.drawing is None
    assert [line["result"].partition(":")[0] for line in desk.audit()] == ["forbidden", "unknown"]
    desk.memory.close()
