"""What a real site says over its broker, held against the document of its topics."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from pipelines.wire import decode_heartbeat
from tests.contract import Contract
from tests.end_to_end.conftest import PATIENCE_S, Site, kill, wait_until
from tocsin.demo.plan import WATCHER

pytestmark = pytest.mark.end_to_end


@contextmanager
def listening(site: Site, *topics: str) -> Iterator[list[mqtt.MQTTMessage]]:
    """What a watcher hears."""
    heard, ready = list[mqtt.MQTTMessage](), threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(WATCHER, site.plan.password)
    client.on_message = lambda _c, _u, message: heard.append(message)
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda client, *_: client.subscribe([(topic, 1) for topic in topics])
    client.connect("127.0.0.1", site.plan.mqtt_port)
    client.loop_start()
    assert ready.wait(PATIENCE_S)
    yield heard
    client.disconnect()
    client.loop_stop()


def test_what_is_sent_is_what_the_document_says(site: Site) -> None:
    contract = Contract()
    with listening(site, "pe/#", "alert/#", "hb/#") as heard:

        def all_kinds() -> bool:
            kinds = {contract.channel(message.topic) for message in list(heard)}
            return kinds >= {"partitionedEvent", "heartbeat", "alert"}

        wait_until(all_kinds)
        kill(site.edge.process.pid)
        site.edge.process.wait()
        site.children.running.remove(site.edge)
        wait_until(lambda: any(_is_last_will(message) for message in list(heard)))
    faults = [
        each for message in heard for each in contract.faults(message.topic, bytes(message.payload))
    ]
    assert faults == []


def _is_last_will(message: mqtt.MQTTMessage) -> bool:
    return message.topic.startswith("hb/") and not decode_heartbeat(message.payload).online


def test_a_walk_in_the_yard_is_told_in_the_words_of_onvif_and_home_assistant(site: Site) -> None:
    inside = (
        "onvif/box-1/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&yard-east/intrusion-guarded"
    )
    rule = "ha/box-1/yard-east/rule/intrusion-guarded"
    shown = "onvif/box-1/onvif-mj/VideoAnalytics/yard-east/tocsin"
    wanted = (
        (inside, b'"IsInside":true,"ClassTypes":"Human"'),
        (shown, b'"#text":"Human"'),
        (rule, b'"active":"ON"'),
        ("ha/box-1/yard-east/state", b'"health":"live"'),
        ("ha/box-1/yard-east/picture", b"\xff\xd8"),
        ("homeassistant/device/box-1/yard-east/config", b'"rule_intrusion-guarded"'),
    )
    with listening(site, "onvif/#", "ha/#", "homeassistant/#") as heard:

        def all_told() -> bool:
            said = [(message.topic, bytes(message.payload)) for message in list(heard)]
            return all(
                any(t == topic and part in body for t, body in said) for topic, part in wanted
            )

        wait_until(all_told)
