"""What ails a cluster is said with its fix, and a sound one is said to be sound."""

from typing import Any

import msgspec
import pytest

from center.ailing import Facts, Raft, Reader, Seen, Stream, findings
from center.partitions import ALL, subject_of

AGREED = Raft(leader="one", well=("two", "three"))


def reader(partition: int, **but: Any) -> Reader:
    sound = Reader(
        partition=partition, subject=subject_of(partition), explicit=True, owned=True, waiting=7,
        raft=AGREED,
    )  # fmt: skip
    return msgspec.structs.replace(sound, **but)


def seen(name: str, **but: Any) -> Seen:
    return msgspec.structs.replace(Seen(name=name, version="2.15.1", ahead_s=0.01, used=0.1), **but)


SOUND = Facts(
    expected=("one", "two", "three"), copies=3,
    seen=(seen("one"), seen("two"), seen("three")),
    streams=(Stream(name="$MQTT_msgs", copies=3, raft=AGREED, full=0.2),),
    readers=tuple(map(reader, sorted(ALL))), disk=0.5,
)  # fmt: skip


def stream(**but: Any) -> dict[str, Any]:
    assert SOUND.streams is not None
    return {"streams": (msgspec.structs.replace(SOUND.streams[0], **but),)}


def readers(*changed: Reader) -> dict[str, Any]:
    by_number = {number: reader(number) for number in ALL}
    return {"readers": tuple((by_number | {each.partition: each for each in changed}).values())}


def test_nothing_is_wrong_with_a_sound_cluster() -> None:
    assert findings(SOUND) == ()


@pytest.mark.parametrize(
    ("but", "grade", "about", "what"),
    [
        ({"seen": (seen("one"), seen("two"))}, "wrong", "broker three", "does not answer"),
        ({"seen": (*SOUND.seen, seen("four"))}, "watch", "broker four", "not in"),
        (
            {"seen": (seen("one"), seen("two"), seen("three", ahead_s=-3.0))},
            "watch", "broker three", "3.0 s behind",
        ),
        (
            {"seen": (seen("one"), seen("two"), seen("three", version="2.12.0"))},
            "watch", "brokers", "2.12.0 on three; 2.15.1 on one, two",
        ),
        ({"seen": (seen("one", used=0.9), *SOUND.seen[1:])}, "watch", "broker one", "90%"),
        ({"streams": None}, "wrong", "streams", "do not agree"),
        (stream(copies=1), "wrong", "stream $MQTT_msgs", "on 1 of 3"),
        (stream(copies=1, link="ABOVE"), "wrong", "stream $MQTT_msgs of ABOVE", "on 1 of 3"),
        (stream(raft=Raft()), "wrong", "stream $MQTT_msgs", "no leader"),
        (stream(raft=Raft(leader="one", ill=("two",))), "watch", "stream $MQTT_msgs", "at two"),
        (stream(full=0.85), "watch", "stream $MQTT_msgs", "85% full"),
        (stream(full=1.0), "wrong", "stream $MQTT_msgs", "100% full"),
        (
            {"readers": tuple(reader(n) for n in ALL if n != 3)},
            "wrong", "consumer part03", "acknowledged and forgotten",
        ),
        (readers(reader(3, owned=False), reader(4, owned=False)), "wrong", "partitions", "3, 4: "),
        (readers(reader(5, subject="$MQTT.msgs.pe.6.>")), "wrong", "consumer part05", "changed"),
        (readers(reader(5, explicit=False)), "wrong", "consumer part05", "changed"),
        (readers(reader(5, raft=Raft())), "wrong", "consumer part05", "no leader"),
        ({"disk": 0.05}, "watch", "disk", "5%"),
        ({"disk": 0.01}, "wrong", "disk", "1%"),
        ({"store": "no answer"}, "wrong", "store", "no answer"),
    ],
)  # fmt: skip
def test_each_trouble_is_found_and_comes_with_a_fix(
    but: dict[str, Any], grade: str, about: str, what: str
) -> None:
    found = findings(msgspec.structs.replace(SOUND, **but))
    assert [(each.grade, each.about) for each in found] == [(grade, about)]
    assert what in found[0].what
    assert found[0].fix


def test_the_worst_comes_first() -> None:
    found = findings(msgspec.structs.replace(SOUND, disk=0.05, store="no answer"))
    assert [each.about for each in found] == ["store", "disk"]
