"""A door's or help point's word in, one event with the broker out."""

import contextlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
import paho.mqtt.client as mqtt
import uuid_utils
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode
from rich.console import Console

from edge.tls import calling
from pipelines.doors import DEVICE_RULES, ONVIF, rule_of
from pipelines.errors import ConfigError, LinkError
from pipelines.flow import Event, Facts
from pipelines.settings import Id
from pipelines.trust import Trust
from pipelines.wire import encode, event_from, may_speak_topic, rights_topic, topic_of

_KEEPALIVE_S = 10
_PATIENCE_S = 30.0
_SILENT = "no answer"
_NO_RIGHT = "it lets {} not speak for {} of the site {}; see `boxes` in the centre's file"


class Broker(NamedTuple):
    """Where the broker's MQTT listener is, and as which box to speak."""

    host: str
    port: int
    user: str
    password: str
    tls: Trust | None = None


def event_of(word: str, *, site: str, device: str, place: str, at: str) -> Event:
    """The event that a device's word is. Raises ConfigError.

    at  ISO 8601; now when empty
    """
    rule = rule_of(word)
    if rule is None:
        known = ", ".join([*sorted(DEVICE_RULES), *(each.topic for each in ONVIF)])
        raise ConfigError(f"no door or help point says {word!r}; it may say: {known}")
    for name, value in (("--site", site), ("--device", device), ("--place", place)):
        try:
            msgspec.convert(value, Id)
        except msgspec.ValidationError as error:
            fix = "small letters, digits, `-` and `_`"
            raise ConfigError(f"{name} {value!r} is no id; it takes {fix}") from error
    facts = Facts(site=site, camera=device, place=place, rule=rule)
    return event_from(facts, happened_s=_unix_s(at), new_id=lambda: str(uuid_utils.uuid7()))


def _unix_s(at: str) -> float:
    try:
        moment = datetime.fromisoformat(at) if at else datetime.now(UTC)
    except ValueError as error:
        raise ConfigError(f"--at {at!r} is no time; write 2026-03-01T22:14:07+08:00") from error
    return moment.timestamp()


def send(event: Event, broker: Broker, console: Console) -> None:
    """Hand the event to the broker, and return once it has it. Raises LinkError."""
    where = f"{broker.host}:{broker.port}"
    try:
        why = _handed_over(event, broker)
    except OSError as error:
        raise LinkError(f"no broker at {where}: {error}") from error
    if why:
        raise LinkError(f"the broker at {where} did not take it: {why}")
    console.print(f"{event.data.rule} of {event.data.camera} at {event.data.place}: acknowledged")


def _handed_over(event: Event, broker: Broker) -> str:
    """What the broker refused it for, if it did.

    It is published once the broker has let us in and has granted what `edge.rights` asks for: what
    comes before, or without a right to it, nats-server acknowledges and drops.
    """
    said, answered = [_SILENT], threading.Event()
    site, device = event.data.site, event.data.camera

    def connected(client: mqtt.Client, _u: object, _f: object, reason: object, _p: object) -> None:
        if reason != "Success":
            said[0] = str(reason)
            answered.set()
            return
        topics = rights_topic(broker.user), may_speak_topic(site, device)
        client.subscribe([(topic, 0) for topic in topics])

    def granted(
        _c: mqtt.Client, _u: object, _m: int, reasons: Sequence[ReasonCode], _p: object
    ) -> None:
        told, may = (not reason.is_failure for reason in reasons)
        said[0] = _NO_RIGHT.format(broker.user, device, site) if told and not may else ""
        answered.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.username_pw_set(broker.user, broker.password)
    if broker.tls is not None:
        client.tls_set_context(calling(broker.tls))
    client.on_connect, client.on_subscribe = connected, granted
    try:
        client.connect(broker.host, broker.port, _KEEPALIVE_S)
        client.loop_start()
        if not answered.wait(_PATIENCE_S) or said[0]:
            return said[0]
        told = client.publish(topic_of(event), encode(event), qos=1)
        with contextlib.suppress(RuntimeError):  # the line broke meanwhile
            told.wait_for_publish(_PATIENCE_S)
        return "" if told.is_published() else _SILENT
    finally:
        client.disconnect()
        client.loop_stop()
