"""What a real site says over its broker, held against the document of its topics."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from pipelines.wire import decode_heartbeat
from tests.contract import Contract
from tests.end_to_end.conftest import Site, kill, wait_until
from tocsin.demo.plan import WATCHER

pytestmark = pytest.mark.end_to_end


@contextmanager
def listening(site: Site) -> Iterator[list[mqtt.MQTTMessage]]:
    """All that a watcher may hear."""
    heard, ready = list[mqtt.MQTTMessage](), threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(WATCHER, site.plan.password)
    client.on_message = lambda _c, _u, message: heard.append(message)
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda client, *_: client.subscribe(
        [("pe/#", 1), ("alert/#", 0), ("hb/#", 0)]
    )
    client.connect("127.0.0.1", site.plan.mqtt_port)
    client.loop_start()
    assert ready.wait(20)
    yield heard
    client.disconnect()
    client.loop_stop()


def test_what_is_sent_is_what_the_document_says(site: Site) -> None:
    contract = Contract()
    with listening(site) as heard:

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
