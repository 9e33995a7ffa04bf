"""Events and heartbeats in, what Home Assistant's MQTT integration discovers and shows out.

Each camera is a device: one retained configuration with all its components, under
`homeassistant/device/<box>/<camera>/config`, and retained states under `ha/<box>/<camera>/…`. A
device is there while its box's heartbeat says so; that is also the box's last will.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args

import msgspec

from pipelines.flow import CameraLife, CameraState, Event, Facts, Heartbeat, Rule
from pipelines.going import Going
from pipelines.wire import Message, heartbeat_topic

BIRTH = b"online"
"""What Home Assistant says under `<prefix>/status` when it has started."""

DEVICE_CLASS: Mapping[Rule, str | None] = {
    "intrusion": "occupancy", "loitering": "occupancy", "occupancy": "occupancy",
    "line-crossing": "motion", "wrong-direction": "motion", "motion": "motion", "speed": "motion",
    "stopped-vehicle": "occupancy", "object-left": "occupancy", "object-taken": "problem",
}  # fmt: skip
"""How Home Assistant shows a rule that goes on; all other rules are a camera's health."""

_ON = "{{ value_json.%s }}"
_WAYS = ("a_to_b", "b_to_a")
_RISING = {"state_class": "total_increasing"}


class Device(NamedTuple):
    """A camera, its place, and the kind of each of its rules by the rule's id."""

    camera: str
    place: str
    rules: Mapping[str, Rule]


@dataclass(slots=True)
class _Shown:
    """A camera as it was told last."""

    state: dict[str, Any]
    rules: dict[str, dict[str, Any]]
    problems: set[str] = field(default_factory=set)


class HomeAssistant:
    """Speaks for one box.

    prefix  of discovery, `homeassistant` unless Home Assistant was told another
    """

    def __init__(self, prefix: str, box: str, cameras: Sequence[Device]) -> None:
        self.prefix, self.box = prefix, box
        self.topics: tuple[str, ...] = (f"{prefix}/status",)
        self.cameras = {each.camera: each for each in cameras}
        self.going = Going[tuple[str, str]]()
        self.shown = {
            each.camera: _Shown(
                {"health": "connecting", "motion": "OFF", "events": 0, "problem": "OFF"},
                {name: _rule_state(None, {}, going=False) for name in _own(each)},
            )
            for each in cameras
        }

    def opened(self, _: float) -> Iterator[Message]:
        """Every camera's configuration and states, for a new connection or a new listener."""
        for camera in self.cameras.values():
            yield Message(self._config_topic(camera), self._config(camera), retain=True)
            yield self._state(camera.camera)
            for name in self.shown[camera.camera].rules:
                yield self._rule(camera.camera, name)

    def told(self, event: Event, now_s: float) -> Iterator[Message]:
        """What an event says; its picture is shown and not kept by the broker."""
        facts = event.data
        name, shown = facts.rule_id or facts.rule, self.shown.get(facts.camera)
        if shown is None:
            return
        if facts.picture is not None:
            yield Message(self._topic(facts.camera, "picture"), facts.picture.data)
        if facts.phase is not None:
            going = self.going((facts.camera, name), facts, now_s)
            yield from self._note(facts.camera, name, facts, going=going)

    def passed(self, beat: Heartbeat, now_s: float) -> Iterator[Message]:
        """What a heartbeat changes, and what has fallen silent."""
        for camera, name in self.going.fallen_silent(now_s):
            yield from self._note(camera, name, None, going=False)
        for each in beat.cameras:
            if each.camera in self.shown:
                yield from self._change(each.camera, _of(each))

    def heard(self, _: str, payload: bytes, now_s: float) -> Iterator[Message]:
        """Say everything again when Home Assistant has started."""
        if payload == BIRTH:
            yield from self.opened(now_s)

    def _note(
        self, camera: str, name: str, last: Facts | None, *, going: bool
    ) -> Iterator[Message]:
        """Show a rule as it is now; one of the camera's health is a problem."""
        shown = self.shown[camera]
        if name in shown.rules:
            state = _rule_state(last, shown.rules[name], going=going)
            if state != shown.rules[name]:
                shown.rules[name] = state
                yield self._rule(camera, name)
            return
        shown.problems = shown.problems | {name} if going else shown.problems - {name}
        yield from self._change(camera, {"problem": "ON" if shown.problems else "OFF"})

    def _change(self, camera: str, parts: dict[str, Any]) -> Iterator[Message]:
        shown = self.shown[camera]
        state = shown.state | parts
        if state != shown.state:
            shown.state = state
            yield self._state(camera)

    def _state(self, camera: str) -> Message:
        body = msgspec.json.encode(self.shown[camera].state)
        return Message(self._topic(camera, "state"), body, retain=True)

    def _rule(self, camera: str, name: str) -> Message:
        body = msgspec.json.encode(self.shown[camera].rules[name])
        return Message(self._topic(camera, f"rule/{name}"), body, retain=True)

    def _topic(self, camera: str, what: str) -> str:
        return f"ha/{self.box}/{camera}/{what}"

    def _config_topic(self, camera: Device) -> str:
        return f"{self.prefix}/device/{self.box}/{camera.camera}/config"

    def _config(self, camera: Device) -> bytes:
        """The device's configuration, as Home Assistant documents device discovery."""
        name = f"tocsin_{self.box}_{camera.camera}"
        return msgspec.json.encode(
            {
                "device": {
                    "identifiers": [name],
                    "name": camera.camera,
                    "manufacturer": "Tocsin",
                    "model": "Camera",
                    "suggested_area": camera.place,
                },
                "origin": {"name": "Tocsin"},
                "availability": [self._while_online(), self._while_seen(camera)],
                "availability_mode": "all",
                "components": {
                    key: component | {"unique_id": f"{name}_{key}"}
                    for key, component in self._components(camera).items()
                },
            }
        )

    def _components(self, camera: Device) -> dict[str, dict[str, Any]]:
        state = self._topic(camera.camera, "state")
        always = {"availability": [self._while_online()], "entity_category": "diagnostic"}
        lives = {"device_class": "enum", "options": list(get_args(CameraLife))}
        found = {
            "motion": _switchlike("Motion", state, "motion", "motion"),
            "problem": _switchlike("Problem", state, "problem", "problem") | always,
            "health": _sensor("Health", state, "health") | always | lives,
            "events": _sensor("Events", state, "events") | _RISING,
            "picture": {
                "platform": "image",
                "name": "Redacted picture",
                "image_topic": self._topic(camera.camera, "picture"),
                "content_type": "image/jpeg",
            },
        }
        for name, rule in _own(camera).items():
            found |= _of_rule(name, rule, self._topic(camera.camera, f"rule/{name}"))
        return found

    def _while_online(self) -> dict[str, str]:
        said = "{{ 'online' if value_json.online else 'offline' }}"
        return {"topic": heartbeat_topic(self.box), "value_template": said}

    def _while_seen(self, camera: Device) -> dict[str, str]:
        said = "{{ 'offline' if value_json.health == 'lost' else 'online' }}"
        return {"topic": self._topic(camera.camera, "state"), "value_template": said}


def _of_rule(name: str, rule: Rule, topic: str) -> dict[str, dict[str, Any]]:
    found = {f"rule_{name}": _switchlike(name, topic, "active", DEVICE_CLASS[rule])}
    if rule == "occupancy":
        counted = _sensor(f"{name} count", topic, "count")
        found[f"count_{name}"] = counted | {"state_class": "measurement"}
    if rule == "line-crossing":
        for way in _WAYS:
            found[f"{way}_{name}"] = (
                _sensor(f"{name} {way.replace('_', ' ')}", topic, way) | _RISING
            )
    return found


def _own(camera: Device) -> dict[str, Rule]:
    """The rules that were configured; those of health have no state of their own."""
    return {name: rule for name, rule in camera.rules.items() if rule in DEVICE_CLASS}


def _of(camera: CameraState) -> dict[str, Any]:
    moves = "ON" if camera.motion > 0 else "OFF"
    return {"health": camera.state, "motion": moves, "events": camera.events}


def _rule_state(last: Facts | None, before: Mapping[str, Any], *, going: bool) -> dict[str, Any]:
    """A rule as its last event has it; running counts stand when that does not say them."""
    told = (last.a_to_b, last.b_to_a) if last else (None, None)
    a_to_b, b_to_a = (
        before.get(way, 0) if count is None else count
        for way, count in zip(_WAYS, told, strict=True)
    )
    count = last.count if last else 0
    return {"active": "ON" if going else "OFF", "count": count, "a_to_b": a_to_b, "b_to_a": b_to_a}


def _switchlike(name: str, topic: str, key: str, kind: str | None) -> dict[str, Any]:
    shown = {"device_class": kind} if kind else {}
    return _sensor(name, topic, key) | {"platform": "binary_sensor"} | shown


def _sensor(name: str, topic: str, key: str) -> dict[str, Any]:
    return {"platform": "sensor", "name": name, "state_topic": topic, "value_template": _ON % key}
