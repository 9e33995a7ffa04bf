"""Events and heartbeats in, the same in ONVIF's words out, as its event brokers carry them.

Topics and bodies are those of the Core specification, "Event Broker": `onvif-ej`, with each item of
the source at the end of the topic, property events retained, and an empty payload for a property
that is deleted. Names of topics and items are those of the Analytics specification's rules and of
the Imaging service. `TABLE` is the whole mapping, and the one in `docs/reference/onvif.md`.

What would tell who somebody is has no row: neither object numbers, nor recognition, nor plates.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import msgspec

from pipelines.flow import CameraState, Event, Facts, Heartbeat, Rule, Scene, Seen
from pipelines.going import Going
from pipelines.wire import Message

Value = bool | int | str
Says = Literal["state", "since", "count", "crossings", "crossing"]
"""What a topic's item says: whether it goes on; since when, deleted when it is over; how many there
are; how many went over the line; or, an event and no property, that something went over it."""


class Row(NamedTuple):
    """One line of the mapping."""

    rule: Rule
    topic: str
    item: str
    says: Says


TABLE = (
    Row("intrusion", "RuleEngine/FieldDetector/ObjectsInside", "IsInside", "state"),
    Row("line-crossing", "RuleEngine/LineDetector/Crossed", "", "crossing"),
    Row("line-crossing", "RuleEngine/CountAggregation/Counter", "Count", "crossings"),
    Row("loitering", "RuleEngine/LoiteringDetector/ObjectIsLoitering", "Since", "since"),
    Row("occupancy", "RuleEngine/CountAggregation/OccupancyCounter", "Count", "count"),
    Row("motion", "RuleEngine/MotionRegionDetector/Motion", "State", "state"),
    Row("object-left", "RuleEngine/ObjectAbandoned", "State", "state"),
    Row("object-taken", "RuleEngine/ObjectRemoved", "State", "state"),
    Row("signal-loss", "VideoSource/SignalLoss", "State", "state"),
    Row("camera-blind", "VideoSource/GlobalSceneChange/AnalyticsService", "State", "state"),
    Row("scene-changed", "VideoSource/GlobalSceneChange/AnalyticsService", "State", "state"),
    Row("too-dark", "VideoSource/ImageTooDark/AnalyticsService", "State", "state"),
    Row("too-bright", "VideoSource/ImageTooBright/AnalyticsService", "State", "state"),
    Row("out-of-focus", "VideoSource/ImageTooBlurry/AnalyticsService", "State", "state"),
)
MOTION = "VideoSource/MotionAlarm"
"""`State` is whether anything moves in a camera's picture, by its box's heartbeat."""

MODULE = "tocsin"
"""The analytics module that finds what `onvif-mj` carries; a camera's id is the profile."""

NONE: tuple[Rule, ...] = (
    "wrong-direction", "stopped-vehicle", "speed", "reconnecting", "picture-frozen",
    "clock-drift", "rate-changed", "size-changed", "spool-overflow", "box-overreach",
)  # fmt: skip
"""Rules for which the standard has no topic; they are told on the native topics only."""

_RULE_NAMED = {"RuleEngine/MotionRegionDetector/Motion": "RuleName"}
_AT_FIRST: Mapping[Says, Value | None] = {
    "state": False, "since": None, "count": 0, "crossings": 0,
}  # fmt: skip
_VEHICLES = ("car", "bus", "truck", "motorcycle", "train", "boat")
_ANIMALS = (
    "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe",
)  # fmt: skip
CLASSES: Mapping[str, str] = {
    "person": "Human",
    "bicycle": "Bicycle",
    **dict.fromkeys(_VEHICLES, "Vehicle"),
    **dict.fromkeys(_ANIMALS, "Animal"),
}
"""COCO-80 to the standard's object types; other classes are not said."""


class Watched(NamedTuple):
    """A camera and what it is watched by: the kind of each rule by the rule's id."""

    camera: str
    rules: Mapping[str, Rule]


@dataclass(slots=True)
class _Property:
    """A property as it was told last; no `data`: it is deleted."""

    source: dict[str, str]
    says: Says
    item: str
    data: dict[str, Value] | None
    at: datetime


class Onvif:
    """Speaks for one box; knows every property that it has told of.

    prefix   ONVIF's TopicPrefix
    cameras  of the box
    scenes   what is followed now, asked once a second; None where nobody wants detections
    """

    def __init__(
        self,
        prefix: str,
        cameras: Sequence[Watched],
        scenes: Callable[[], Sequence[Scene]] | None = None,
    ) -> None:
        self.prefix, self.scenes, self.going = prefix, scenes, Going[str]()
        self.busy: set[str] = set()
        began = datetime.fromtimestamp(0, UTC)
        self.properties: dict[str, _Property] = {}
        for topic, source, row in _properties(cameras):
            first = _AT_FIRST[row.says]
            data = None if first is None else {row.item: first}
            self.properties[topic] = _Property(source, row.says, row.item, data, began)

    topics: tuple[str, ...] = ()

    def opened(self, now_s: float) -> Iterator[Message]:
        """Every property as it is, for a connection that has just been made."""
        for topic, each in self.properties.items():
            each.at = max(each.at, datetime.fromtimestamp(now_s, UTC))
            yield self._retained(topic)

    def told(self, event: Event, now_s: float) -> Iterator[Message]:
        """What an event says in the standard's words."""
        facts = event.data
        for row in TABLE if facts.phase else ():
            if row.rule != facts.rule:
                continue
            source = _source(row, facts.camera, facts.rule_id or facts.rule)
            topic = _local(row.topic, source)
            if row.says == "crossing":
                yield from self._crossed(topic, source, event)
                continue
            if topic not in self.properties:
                continue
            going = self.going(topic, facts, now_s)
            yield from self._set(topic, _data(row, event, going=going), event.time)

    def heard(self, _: str, __: bytes, ___: float) -> tuple[Message, ...]:
        """Nobody speaks to it."""
        return ()

    def passed(self, beat: Heartbeat, now_s: float) -> Iterator[Message]:
        """What a heartbeat changes, and what has fallen silent."""
        for camera in beat.cameras:
            yield from self._moves(camera, beat.time)
        for topic in self.going.fallen_silent(now_s):
            each = self.properties[topic]
            first = _AT_FIRST[each.says]
            yield from self._set(topic, None if first is None else {each.item: first}, beat.time)
        for scene in self.scenes() if self.scenes else ():
            yield from self._shown(scene)

    def _shown(self, scene: Scene) -> Iterator[Message]:
        """A frame with what is followed in it, and one with nothing when that is gone."""
        if scene.seen or scene.camera in self.busy:
            topic = f"{self.prefix}/onvif-mj/VideoAnalytics/{scene.camera}/{MODULE}"
            yield Message(topic, frame_of(scene), qos=0)
        self.busy = self.busy | {scene.camera} if scene.seen else self.busy - {scene.camera}

    def _moves(self, camera: CameraState, at: datetime) -> Iterable[Message]:
        topic = _local(MOTION, {"Source": camera.camera})
        return (
            self._set(topic, {"State": camera.motion > 0}, at) if topic in self.properties else ()
        )

    def _crossed(self, topic: str, source: dict[str, str], event: Event) -> Iterator[Message]:
        if event.data.phase != "end":
            body = _body(event.time, source, _classes(event.data))
            yield Message(f"{self.prefix}/onvif-ej/{topic}", body)

    def _set(self, topic: str, data: dict[str, Value] | None, at: datetime) -> Iterator[Message]:
        each = self.properties[topic]
        if data != each.data:
            each.data, each.at = data, at
            yield self._retained(topic)

    def _retained(self, topic: str) -> Message:
        each = self.properties[topic]
        body = b"" if each.data is None else _body(each.at, each.source, each.data)
        return Message(f"{self.prefix}/onvif-ej/{topic}", body, retain=True)


def frame_of(scene: Scene) -> bytes:
    """A frame of the standard's scene description in JSON: attributes have an `@`.

    Coordinates run from -1 to 1, y upwards. Objects have no `ObjectId`.
    """
    at = datetime.fromtimestamp(scene.at_s, UTC)
    objects = [_object(each) for each in scene.seen]
    frame = {"@UtcTime": _utc(at), "@Source": scene.camera, "Object": objects}
    return msgspec.json.encode({"Frame": [frame]})


def _object(seen: Seen) -> dict[str, Any]:
    x0, y0, x1, y1 = seen.box
    left, right, top, bottom = (
        round(each, 4) for each in (2 * x0 - 1, 2 * x1 - 1, 1 - 2 * y0, 1 - 2 * y1)
    )
    middle = {"@x": round((left + right) / 2, 4), "@y": round((top + bottom) / 2, 4)}
    bounds = {"@left": left, "@top": top, "@right": right, "@bottom": bottom}
    kind = {"@Likelihood": round(seen.score, 2), "#text": CLASSES.get(seen.label, "Other")}
    shape = {"BoundingBox": bounds, "CenterOfGravity": middle}
    return {"Appearance": {"Shape": shape, "Class": {"Type": [kind]}}}


def _properties(cameras: Sequence[Watched]) -> Iterator[tuple[str, dict[str, str], Row]]:
    """All properties that these cameras can have: local topic, source, row."""
    moves = Row("motion", MOTION, "State", "state")
    for camera in cameras:
        source = _source(moves, camera.camera, "")
        yield _local(MOTION, source), source, moves
        for name, rule in camera.rules.items():
            for row in TABLE:
                if row.rule == rule and row.says != "crossing":
                    source = _source(row, camera.camera, name)
                    yield _local(row.topic, source), source, row


def _source(row: Row, camera: str, rule: str) -> dict[str, str]:
    """Where it comes from, in the standard's order of items."""
    if row.topic.startswith("VideoSource/"):
        return {"Source": camera}
    return {"VideoSource": camera, _RULE_NAMED.get(row.topic, "Rule"): rule}


def _local(topic: str, source: Mapping[str, str]) -> str:
    return f"{topic}/&{'/'.join(source.values())}"


def _data(row: Row, event: Event, *, going: bool) -> dict[str, Value] | None:
    facts = event.data
    match row.says:
        case "since":
            began_s = event.time.timestamp() - (facts.dwell_s or 0.0)
            since = {"Since": _utc(datetime.fromtimestamp(began_s, UTC))}
            return {**since, **_classes(facts)} if going else None
        case "count":
            return {row.item: facts.count}
        case "crossings":
            return {row.item: (facts.a_to_b or 0) + (facts.b_to_a or 0)}
        case _:
            return {row.item: going, **(_classes(facts) if going else {})}


def _classes(facts: Facts) -> dict[str, Value]:
    kind = CLASSES.get(facts.label or "")
    return {"ClassTypes": kind} if kind else {}


def _body(at: datetime, source: Mapping[str, str], data: Mapping[str, Value]) -> bytes:
    return msgspec.json.encode({"UtcTime": _utc(at), "Source": source, "Data": data})


def _utc(at: datetime) -> str:
    """A moment as the standard's examples write it, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
