"""A broker that answers in, one that keeps whatever is acknowledged out: its stream and consumers.

The broker makes its stream at the first connection over MQTT, so there is one of our own.
"""

import asyncio
from pathlib import Path

import nats.errors
import paho.mqtt.client as mqtt
from nats.aio.client import Client
from nats.js.api import DiscardPolicy
from nats.js.errors import NotFoundError
from paho.mqtt.enums import CallbackAPIVersion

from center import consumers, inner
from center.config import OWN_USER, CenterConfig
from center.consumers import STREAM
from center.line import Line
from pipelines.errors import LinkError

GIB = 1 << 30
_PATIENCE_S = 20.0
_LOOP_S = 0.05


async def prepare(
    client: Client, config: CenterConfig, line: Line, *, password: str, name: str = OWN_USER
) -> None:
    """Make the stream, bound it and make the consumers; idempotent. Raises LinkError.

    name  under which we connect once over MQTT; each of several brokers has its own
    """
    try:
        await client.jetstream().account_info()  # which fails while brokers do not agree
        if config.broker.url is None or not await _is_there(client):
            await asyncio.to_thread(_connect_once_over_mqtt, config, line, password, name)
        await _bound(client, config)
        await consumers.make(client)
    except nats.errors.Error as error:
        raise LinkError(f"the broker refused to be prepared: {error}") from error


async def _is_there(client: Client) -> bool:
    """Whether whoever runs the broker has had its stream made."""
    try:
        await client.jetstream().stream_info(STREAM)
    except NotFoundError:
        return False
    return True


def _connect_once_over_mqtt(config: CenterConfig, line: Line, password: str, name: str) -> None:
    """Be accepted once over MQTT: at that the broker makes its streams."""
    if config.broker.url and config.tls:
        raise LinkError(
            "the broker has no stream yet; let who runs it, a centre or `tocsin center broker`, "
            "make it first"
        )
    accepted = list[bool]()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
    client.username_pw_set(OWN_USER, password)
    if config.tls is not None:
        client.tls_set_context(inner.showing(config.tls, Path(config.state)))
    client.on_connect = lambda *_: accepted.append(True)
    try:
        client.connect(line.host, config.broker.mqtt_port)
        for _ in range(int(_PATIENCE_S / _LOOP_S)):
            if accepted or client.loop(_LOOP_S):
                break
    except OSError as error:
        raise LinkError(f"the broker does not answer over MQTT: {error}") from error
    client.disconnect()
    if not accepted:
        raise LinkError("the broker does not answer over MQTT")


async def _bound(client: Client, config: CenterConfig) -> None:
    """A full stream refuses, so the boxes keep what they could not hand over.

    How much it holds is for who runs the broker to say.
    """
    stream = client.jetstream()
    kept = (await stream.stream_info(STREAM)).config
    if config.broker.url is None or (kept.max_bytes or -1) < 0:
        kept.max_bytes = config.broker.max_file_gib * GIB // 2
    kept.discard = DiscardPolicy.NEW
    await stream.update_stream(kept)
