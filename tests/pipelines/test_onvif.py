"""What ONVIF's brokers are told: the standard's topics and items, and of nobody who it is."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from pipelines.doors import DEVICE_RULES
from pipelines.flow import CameraState, Event, Facts, Heartbeat, Phase, Rule, Scene, Seen
from pipelines.going import SILENT_S
from pipelines.onvif import CLASSES, MOTION, NONE, TABLE, Onvif, Watched
from pipelines.wire import Message
from tests.builders import event

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "onvif.md"
AT_S = 1_750_000_000.0
RULES: dict[str, Rule] = {row.rule: row.rule for row in TABLE}


def box() -> Onvif:
    return Onvif("onvif/box-1", [Watched("gate-1", RULES)])


def word(
    rule: Rule, phase: Phase, *, episode: str = "a", label: str | None = None, **more: Any
) -> Event:
    facts = Facts(
        site="north", camera="gate-1", place="gate", rule=rule, rule_id=rule, label=label,
        phase=phase, episode=episode, **more,
    )  # fmt: skip
    return event(facts, at_s=AT_S)


def said(messages: Iterable[Message]) -> list[tuple[str, Any, bool]]:
    """Topic without the prefix, body's data, and whether it is retained."""
    return [
        (
            each.topic.removeprefix("onvif/box-1/onvif-ej/"),
            json.loads(each.payload)["Data"] if each.payload else None,
            each.retain,
        )
        for each in messages
    ]


def test_every_rule_has_a_topic_or_is_named_as_one_that_has_none() -> None:
    assert {row.rule for row in TABLE} | set(NONE) == set(get_args(Rule)) - DEVICE_RULES
    assert not {row.rule for row in TABLE} & set(NONE)


def test_an_intrusion_is_the_property_of_a_field_detector() -> None:
    onvif = box()
    (begun,) = onvif.told(word("intrusion", "begin", label="person"), AT_S)
    assert begun.topic == (
        "onvif/box-1/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&gate-1/intrusion"
    )
    assert begun.retain
    assert json.loads(begun.payload) == {
        "UtcTime": "2025-06-15T15:06:40.000Z",
        "Source": {"VideoSource": "gate-1", "Rule": "intrusion"},
        "Data": {"IsInside": True, "ClassTypes": "Human"},
    }
    assert said(onvif.told(word("intrusion", "update", label="person"), AT_S)) == []
    ((_, ended, _),) = said(onvif.told(word("intrusion", "end", label="person"), AT_S))
    assert ended == {"IsInside": False}


def test_a_field_is_empty_when_the_last_class_has_left_it() -> None:
    onvif = box()
    list(onvif.told(word("intrusion", "begin", episode="person", label="person"), AT_S))
    list(onvif.told(word("intrusion", "begin", episode="dog", label="dog"), AT_S))
    ((_, first, _),) = said(
        onvif.told(word("intrusion", "end", episode="person", label="person"), AT_S)
    )
    assert first["IsInside"] is True
    ((_, last, _),) = said(onvif.told(word("intrusion", "end", episode="dog", label="dog"), AT_S))
    assert last == {"IsInside": False}


def test_a_crossing_is_an_event_and_a_counter() -> None:
    crossed = box().told(
        word("line-crossing", "begin", label="bicycle", direction="a-to-b", a_to_b=3, b_to_a=2),
        AT_S,
    )
    assert said(crossed) == [
        ("RuleEngine/LineDetector/Crossed/&gate-1/line-crossing", {"ClassTypes": "Bicycle"}, False),
        ("RuleEngine/CountAggregation/Counter/&gate-1/line-crossing", {"Count": 5}, True),
    ]


def test_loitering_says_since_when_and_is_deleted_when_it_is_over() -> None:
    onvif, topic = box(), "RuleEngine/LoiteringDetector/ObjectIsLoitering/&gate-1/loitering"
    begun = onvif.told(word("loitering", "begin", label="person", dwell_s=60.0), AT_S)
    assert said(begun) == [
        (topic, {"Since": "2025-06-15T15:05:40.000Z", "ClassTypes": "Human"}, True)
    ]
    assert said(onvif.told(word("loitering", "end"), AT_S)) == [(topic, None, True)]


def test_two_causes_of_one_property_are_over_when_both_are() -> None:
    onvif = box()
    assert len(said(onvif.told(word("camera-blind", "begin", episode="a"), AT_S))) == 1
    assert said(onvif.told(word("scene-changed", "begin", episode="b"), AT_S)) == []
    assert said(onvif.told(word("camera-blind", "end", episode="a"), AT_S)) == []
    assert said(onvif.told(word("scene-changed", "end", episode="b"), AT_S)) == [
        ("VideoSource/GlobalSceneChange/AnalyticsService/&gate-1", {"State": False}, True)
    ]


def beat(motion: float) -> Heartbeat:
    camera = CameraState(camera="gate-1", place="gate", motion=motion)
    return Heartbeat(
        box="box-1", site="north", time=datetime.fromtimestamp(AT_S, UTC), cameras=(camera,)
    )


def test_motion_is_told_when_it_begins_and_when_it_ends() -> None:
    onvif, topic = box(), f"{MOTION}/&gate-1"
    told = [said(onvif.passed(beat(share), AT_S)) for share in (0.0, 0.1, 0.2, 0.0)]
    assert told == [[], [(topic, {"State": True}, True)], [], [(topic, {"State": False}, True)]]


def test_a_life_whose_end_never_comes_is_over_at_last() -> None:
    onvif = box()
    list(onvif.told(word("intrusion", "begin", label="person"), AT_S))
    assert said(onvif.passed(beat(0.0), AT_S + SILENT_S)) == []
    ((_, data, _),) = said(onvif.passed(beat(0.0), AT_S + SILENT_S + 1))
    assert data == {"IsInside": False}


def test_a_new_connection_is_told_every_property_as_it_is() -> None:
    onvif = box()
    list(onvif.told(word("intrusion", "begin", label="person"), AT_S))
    opened = {topic: data for topic, data, retained in said(onvif.opened(AT_S)) if retained}
    assert (
        opened.pop("RuleEngine/FieldDetector/ObjectsInside/&gate-1/intrusion")["IsInside"] is True
    )
    assert opened.pop("RuleEngine/LoiteringDetector/ObjectIsLoitering/&gate-1/loitering") is None
    assert not any(value for data in opened.values() for value in data.values())
    assert len(opened) == len({row.topic for row in TABLE}) - 2


def test_no_topic_breaks_the_broker() -> None:
    onvif = box()
    topics = {message.topic for message in onvif.opened(AT_S)}
    assert all(re.fullmatch(r"[A-Za-z0-9/&_-]+", topic) for topic in topics)


def test_nothing_numbers_or_names_a_person() -> None:
    whole = str(TABLE) + str(CLASSES)
    for word_ in ("Recognition", "LicensePlate", "Credential", "ObjectId", "Face"):
        assert word_ not in whole
    for row in TABLE:
        told = word(row.rule, "begin", label="person", a_to_b=1, dwell_s=1.0)
        for message in box().told(told, AT_S):
            assert "ObjectId" not in json.loads(message.payload)["Data"]


@pytest.mark.parametrize("label", [None, "traffic light"])
def test_a_class_that_the_standard_does_not_know_is_not_said(label: str | None) -> None:
    ((_, data, _),) = said(box().told(word("intrusion", "begin", label=label), AT_S))
    assert data == {"IsInside": True}


def test_an_event_that_stands_alone_says_nothing() -> None:
    alone = event(msgspec.structs.replace(word("intrusion", "begin").data, phase=None))
    assert said(box().told(alone, AT_S)) == []


def test_what_is_followed_is_a_frame_of_the_scene_without_numbers() -> None:
    seen = [(Seen(label="person", score=0.87, box=(0.25, 0.5, 0.5, 1.0)),), (), ()]
    scenes = iter([Scene(camera="gate-1", at_s=AT_S, seen=each) for each in seen])
    onvif = Onvif("onvif/box-1", [Watched("gate-1", RULES)], lambda: [next(scenes)])
    told = [list(onvif.passed(beat(0.0), AT_S)) for _ in seen]
    assert [len(each) for each in told] == [1, 1, 0]
    assert told[0][0].topic == "onvif/box-1/onvif-mj/VideoAnalytics/gate-1/tocsin"
    assert (told[0][0].qos, told[0][0].retain) == (0, False)
    (frame,) = json.loads(told[0][0].payload)["Frame"]
    assert (frame["@UtcTime"], frame["@Source"]) == ("2025-06-15T15:06:40.000Z", "gate-1")
    assert frame["Object"] == [
        {
            "Appearance": {
                "Shape": {
                    "BoundingBox": {"@left": -0.5, "@top": 0.0, "@right": 0.0, "@bottom": -1.0},
                    "CenterOfGravity": {"@x": -0.25, "@y": -0.5},
                },
                "Class": {"Type": [{"@Likelihood": 0.87, "#text": "Human"}]},
            }
        }
    ]
    assert json.loads(told[1][0].payload)["Frame"][0]["Object"] == []


def test_the_docs_have_the_table() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| `([A-Za-z/]+)` \| `?([A-Za-z]*)`?.*\|$", DOCS.read_text(), re.MULTILINE
    )
    assert rows == [(row.rule, row.topic, row.item) for row in TABLE]
    (none,) = re.findall(
        r"^No topic of the standard fits (.*?)\.$", DOCS.read_text(), re.MULTILINE | re.DOTALL
    )
    assert set(re.findall(r"`([a-z-]+)`", none)) == set(NONE)
