"""What Home Assistant is told, against what its MQTT integration documents and takes.

Keys and what each platform needs: the MQTT integration's pages on home-assistant.io (device
discovery, binary sensor, sensor, image) and `homeassistant/components/mqtt/schemas.py`, 2025.
Templates are rendered by Jinja2, as Home Assistant renders them.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, get_args

import jinja2
import msgspec

from pipelines.doors import DEVICE_RULES
from pipelines.flow import CameraLife, CameraState, Event, Facts, Heartbeat, Phase, Picture, Rule
from pipelines.going import SILENT_S
from pipelines.homeassistant import BIRTH, DEVICE_CLASS, Device, HomeAssistant
from pipelines.onvif import NONE, TABLE
from pipelines.wire import Message, encode
from tests.builders import event

AT_S = 1_750_000_000.0
DEVICE = {"device", "origin", "availability", "availability_mode", "components"}
SHARED = {
    "platform", "name", "unique_id", "availability", "availability_mode", "entity_category",
    "device_class",
}  # fmt: skip
PLATFORMS = {
    "binary_sensor": SHARED | {"state_topic", "value_template"},
    "sensor": SHARED | {"state_topic", "value_template", "options", "state_class"},
    "image": SHARED - {"device_class"} | {"image_topic", "content_type"},
}
NEEDED = {
    "binary_sensor": {"state_topic"}, "sensor": {"state_topic"}, "image": {"image_topic"},
}  # fmt: skip
BINARY = {"motion", "occupancy", "problem"}
STATE_CLASSES = {"measurement", "total", "total_increasing"}
RULES: dict[str, Rule] = {"zone": "intrusion", "line": "line-crossing", "full": "occupancy"}
HEALTH: dict[str, Rule] = {"too-dark": "too-dark", "signal-loss": "signal-loss"}


def box(*cameras: str) -> HomeAssistant:
    devices = [Device(camera, "gate", RULES | HEALTH) for camera in cameras or ("gate-1",)]
    return HomeAssistant("homeassistant", "box-1", devices)


def config(said: Iterable[Message]) -> dict[str, Any]:
    topic = "homeassistant/device/box-1/gate-1/config"
    return dict(next(json.loads(each.payload) for each in said if each.topic == topic))


def word(rule: Rule, phase: Phase, rule_id: str | None = None, **more: Any) -> Event:
    facts = Facts(
        site="north", camera="gate-1", place="gate", rule=rule, rule_id=rule_id, phase=phase,
        episode="a" if rule_id else rule, **more,
    )  # fmt: skip
    return event(facts, at_s=AT_S)


def beat(**camera: Any) -> Heartbeat:
    state = CameraState(camera="gate-1", place="gate", **camera)
    now = datetime.fromtimestamp(AT_S, UTC)
    return Heartbeat(box="box-1", site="north", time=now, cameras=(state,))


def states(said: Iterable[Message]) -> dict[str, Any]:
    found = {each: json.loads(each.payload) for each in said}
    assert all(each.retain for each in found)
    return {each.topic.removeprefix("ha/box-1/gate-1/"): body for each, body in found.items()}


def rendered(template: str, value_json: Any) -> str:
    strict = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    return strict.from_string(template).render(value_json=value_json)


def test_the_discovery_has_the_documented_keys_and_no_other() -> None:
    device = config(box().opened(AT_S))
    assert set(device) == DEVICE
    assert device["device"]["identifiers"] == ["tocsin_box-1_gate-1"]
    assert device["origin"]["name"]
    for component in device["components"].values():
        platform = component["platform"]
        assert set(component) <= PLATFORMS[platform]
        assert NEEDED[platform] | {"unique_id"} <= set(component)


def test_classes_are_those_that_home_assistant_knows() -> None:
    for component in config(box().opened(AT_S))["components"].values():
        if component["platform"] == "binary_sensor":
            assert component.get("device_class") in BINARY
        if component["platform"] == "sensor" and component.get("device_class") == "enum":
            assert component["options"] == list(get_args(CameraLife))
            assert "state_class" not in component
        elif component["platform"] == "sensor":
            assert component["state_class"] in STATE_CLASSES
    assert set(DEVICE_CLASS.values()) <= BINARY


def test_each_rule_is_shown_or_is_of_the_cameras_health() -> None:
    health = {row.rule for row in TABLE if row.topic.startswith("VideoSource/")}
    other = {"reconnecting", "picture-frozen", "clock-drift", "rate-changed", "size-changed"}
    shown = set(get_args(Rule)) - set(DEVICE_CLASS) - DEVICE_RULES
    assert shown == health | other | {"spool-overflow", "box-overreach"}
    assert other < set(NONE)


def test_ids_differ_over_all_cameras() -> None:
    said = [each for each in box("gate-1", "gate-2").opened(AT_S) if each.topic.endswith("/config")]
    ids = [
        component["unique_id"]
        for each in said
        for component in json.loads(each.payload)["components"].values()
    ]
    assert len(said) == 2
    assert len(ids) == len(set(ids))


def test_every_template_finds_its_value_in_what_is_retained() -> None:
    said = list(box().opened(AT_S))
    retained = {each.topic: json.loads(each.payload) for each in said}
    retained["hb/box-1"] = json.loads(encode(beat()))
    device = config(said)
    for component in device["components"].values():
        if component["platform"] != "image":
            value = rendered(component["value_template"], retained[component["state_topic"]])
            assert value in {"ON", "OFF", "0", "connecting"}
    for each in device["availability"]:
        assert rendered(each["value_template"], retained[each["topic"]]) == "online"


def test_a_last_will_or_a_lost_camera_makes_it_unavailable_but_not_its_health() -> None:
    device = config(box().opened(AT_S))
    by_box, by_camera = device["availability"]
    will = json.loads(encode(msgspec.structs.replace(beat(), online=False)))
    assert rendered(by_box["value_template"], will) == "offline"
    assert rendered(by_camera["value_template"], {"health": "lost"}) == "offline"
    assert device["availability_mode"] == "all"
    assert device["components"]["health"]["availability"] == [by_box]


def test_a_rule_goes_on_until_it_ends_and_its_counts_stand() -> None:
    home = box()
    crossed = word("line-crossing", "begin", "line", a_to_b=2, b_to_a=1)
    on = {"active": "ON", "count": 1, "a_to_b": 2, "b_to_a": 1}
    assert states(home.told(crossed, AT_S)) == {"rule/line": on}
    ended = word("line-crossing", "end", "line", count=0)
    assert states(home.told(ended, AT_S)) == {"rule/line": on | {"active": "OFF", "count": 0}}
    assert states(home.told(ended, AT_S)) == {}


def test_a_life_whose_end_never_comes_is_over_at_last() -> None:
    home = box()
    list(home.told(word("occupancy", "begin", "full", count=9), AT_S))
    told = states(home.passed(beat(), AT_S + SILENT_S + 1))
    assert (told["rule/full"]["active"], told["rule/full"]["count"]) == ("OFF", 0)


def test_what_is_wrong_with_a_camera_is_one_problem() -> None:
    home = box()
    assert states(home.told(word("too-dark", "begin"), AT_S))["state"]["problem"] == "ON"
    assert states(home.told(word("signal-loss", "begin"), AT_S)) == {}
    assert states(home.told(word("too-dark", "end"), AT_S)) == {}
    assert states(home.told(word("signal-loss", "end"), AT_S))["state"]["problem"] == "OFF"


def test_a_heartbeat_is_told_when_it_changes_something() -> None:
    home = box()
    told = [
        states(home.passed(beat(state="live", motion=share, events=2), AT_S)).get("state")
        for share in (0.1, 0.2, 0.0)
    ]
    moves = {"health": "live", "motion": "ON", "events": 2, "problem": "OFF"}
    assert told == [moves, None, moves | {"motion": "OFF"}]


def test_the_picture_is_the_redacted_one_and_the_broker_does_not_keep_it() -> None:
    still = Picture(width=4, height=3, data=b"jpeg")
    picture, _ = box().told(word("intrusion", "begin", "zone", picture=still), AT_S)
    assert picture == Message("ha/box-1/gate-1/picture", b"jpeg", retain=False)
    image = config(box().opened(AT_S))["components"]["picture"]
    assert (image["image_topic"], image["content_type"]) == (picture.topic, "image/jpeg")


def test_a_birth_is_answered_with_everything() -> None:
    home = box()
    list(home.told(word("intrusion", "begin", "zone"), AT_S))
    assert home.topics == ("homeassistant/status",)
    assert list(home.heard(home.topics[0], BIRTH, AT_S)) == list(home.opened(AT_S))
    assert not list(home.heard(home.topics[0], b"offline", AT_S))
