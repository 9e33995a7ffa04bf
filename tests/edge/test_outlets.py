"""What is retained at a real broker in other protocols' words: kept, renewed and cleared."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.clock import SystemClock
from edge.config import Broker, Camera, EdgeConfig, HomeAssistant, Onvif
from edge.memory import Memory
from edge.outlets import outlets_of, rules_of
from edge.publisher import Publisher
from edge.spool import Spool
from pipelines.flow import CameraState, Event, Facts, Heartbeat, Phase, Scene, Seen
from pipelines.rules import Intrusion, LineCrossing
from pipelines.zones import Line, Zone
from tests.builders import event
from tests.edge.conftest import PATIENCE_S, Server, on_line, wait_until

INSIDE = "onvif/box-1/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&yard-1/intrusion-yard"
ZONE = Zone(id="yard", polygon=((0, 0), (1, 0), (1, 1)))
LINE = Line(id="gate", points=((0.1, 0.5), (0.9, 0.5)))
CAMERA = Camera(
    id="yard-1", place="yard", url="x.mp4", zones=(ZONE,), lines=(LINE,),
    rules=(Intrusion(zone="yard"), LineCrossing(line="gate", id="way-out"), Intrusion(zone="yard")),
)  # fmt: skip


SCENES = (
    Scene(
        camera="yard-1",
        at_s=1_750_000_000.0,
        seen=(Seen(label="dog", score=0.5, box=(0, 0, 1, 1)),),
    ),
)


def config(port: int, *cameras: Camera) -> EdgeConfig:
    return EdgeConfig(
        site="north", box="box-1", broker=Broker(port=port, password="right"),
        cameras=cameras or (CAMERA,), onvif=Onvif(), home_assistant=HomeAssistant(),
    )  # fmt: skip


def beat(*, online: bool) -> Heartbeat:
    camera = CameraState(camera="yard-1", place="yard", state="live", motion=0.2)
    return Heartbeat(
        box="box-1", site="north", time=datetime.now(UTC), online=online, cameras=(camera,)
    )


@contextmanager
def speaking(folder: Path, settings: EdgeConfig) -> Iterator[Spool]:
    """A box's publisher with its outlets, until it is told to end."""
    spool = Spool(folder / "spool.db", limit_mib=8, overflow=lambda n: word("end", number=n))
    memory, stopped = Memory(folder / "memory.db"), threading.Event()
    publisher = Publisher(
        settings,
        spool,
        SystemClock(),
        beat,
        stopped.is_set,
        memory,
        outlets_of(settings, lambda: SCENES),
    )
    try:
        with on_line(publisher, stopped):
            yield spool
    finally:
        spool.close()
        memory.close()


def word(phase: Phase, *, number: int = 1) -> Event:
    facts = Facts(
        site="north", camera="yard-1", place="yard", rule="intrusion", rule_id="intrusion-yard",
        label="person", phase=phase, episode="a",
    )  # fmt: skip
    return event(facts, number=number)


class Latecomer:
    """Who subscribes now gets what is retained, and then what is said."""

    def __init__(self, port: int) -> None:
        self.heard: dict[str, bytes] = {}
        self.ready = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.username_pw_set("box-1", "right")
        self.client.on_message = self._hear
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_connect = lambda client, *_: client.subscribe("#", 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self.ready.wait(PATIENCE_S)

    def _hear(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        self.heard[message.topic] = bytes(message.payload)

    def data(self, topic: str) -> Any:
        said = self.heard.get(topic)
        return json.loads(said)["Data"] if said else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_rules_have_ids_that_differ() -> None:
    assert [name for name in rules_of(CAMERA) if "yard" in name or "way" in name] == [
        "intrusion-yard", "way-out", "intrusion-yard-2",
    ]  # fmt: skip
    deaf = msgspec.structs.replace(CAMERA, health=None)
    assert set(rules_of(CAMERA)) - set(rules_of(deaf)) >= {"signal-loss", "too-dark"}


def test_who_comes_late_finds_how_things_are(broker: Server, tmp_path: Path) -> None:
    with speaking(tmp_path, config(broker.port)) as spool:
        spool.put([word("begin")])
        wait_until(lambda: spool.state().acked == 1)
        with Latecomer(broker.port) as late:
            wait_until(lambda: late.data(INSIDE) == {"IsInside": True, "ClassTypes": "Human"})
            wait_until(
                lambda: (
                    late.data("onvif/box-1/onvif-ej/VideoSource/MotionAlarm/&yard-1")
                    == {"State": True}
                )
            )
            spool.put([word("end", number=2)])
            wait_until(lambda: late.data(INSIDE) == {"IsInside": False})


def test_detections_are_sent_where_they_are_asked_for(broker: Server, tmp_path: Path) -> None:
    asked = msgspec.structs.replace(config(broker.port), onvif=Onvif(detections=True))
    topic = "onvif/box-1/onvif-mj/VideoAnalytics/yard-1/tocsin"
    with Latecomer(broker.port) as late:
        with speaking(tmp_path, config(broker.port)):
            wait_until(lambda: "hb/box-1" in late.heard)
        assert topic not in late.heard
        with speaking(tmp_path, asked):
            wait_until(lambda: topic in late.heard)
    with Latecomer(broker.port) as later:
        wait_until(lambda: INSIDE in later.heard)
        assert topic not in later.heard


def test_what_happens_while_the_broker_is_dead_is_told_after_its_return(
    broker: Server, tmp_path: Path
) -> None:
    with speaking(tmp_path, config(broker.port)) as spool:
        spool.put([word("begin")])
        wait_until(lambda: spool.state().acked == 1)
        broker.kill()
        spool.put([word("end", number=2), word("begin", number=3)])
        broker.start()
        wait_until(lambda: spool.state().acked == 3)
        with Latecomer(broker.port) as late:
            wait_until(lambda: (late.data(INSIDE) or {}).get("IsInside") is True)


def test_a_camera_that_goes_leaves_nothing_behind(broker: Server, tmp_path: Path) -> None:
    gate = msgspec.structs.replace(CAMERA, id="gate-1")
    with speaking(tmp_path, config(broker.port, CAMERA, gate)) as spool:
        spool.put([word("begin")])
        wait_until(lambda: spool.state().acked == 1)
        with Latecomer(broker.port) as late:
            wait_until(lambda: any("&gate-1" in topic for topic in late.heard))
    with speaking(tmp_path, config(broker.port)):
        wait_until(lambda: not _remembered(tmp_path, "gate-1"))
    with Latecomer(broker.port) as late:
        wait_until(lambda: INSIDE in late.heard)
        assert not [topic for topic in late.heard if "gate-1" in topic]
    off = msgspec.structs.replace(config(broker.port), onvif=None, home_assistant=None)
    with speaking(tmp_path, off):
        wait_until(lambda: not _remembered(tmp_path, "/"))


def test_home_assistant_is_told_anew_when_it_has_started(broker: Server, tmp_path: Path) -> None:
    topic, rule = "homeassistant/device/box-1/yard-1/config", "ha/box-1/yard-1/rule/intrusion-yard"
    with speaking(tmp_path, config(broker.port)) as spool, Latecomer(broker.port) as home:
        spool.put([word("begin")])
        wait_until(lambda: topic in home.heard and b'"ON"' in home.heard.get(rule, b""))
        home.heard.clear()
        home.client.publish("homeassistant/status", b"online", 1)
        wait_until(lambda: topic in home.heard and b'"ON"' in home.heard.get(rule, b""))
        components = json.loads(home.heard[topic])["components"]
        assert {"rule_intrusion-yard", "rule_way-out", "a_to_b_way-out", "picture"} <= set(
            components
        )


def _remembered(folder: Path, part: str) -> list[str]:
    memory = Memory(folder / "memory.db")
    topics = [topic for topic in memory.retained() if part in topic]
    memory.close()
    return topics
