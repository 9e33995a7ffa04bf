"""What a real site says over its broker, held against the document of its topics."""

import paho.mqtt.client as mqtt
import pytest

from pipelines.wire import decode_heartbeat
from tests.contract import Contract
from tests.end_to_end.conftest import Site, kill, listening, wait_until

pytestmark = pytest.mark.end_to_end


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
