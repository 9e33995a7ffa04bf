"""The broker in, events and alerts as lines in the terminal out."""

import threading
from datetime import datetime
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from rich.console import Console

from edge.tls import calling
from pipelines.errors import LinkError
from pipelines.trust import Trust
from pipelines.wire import BATCH, CLIP, decode_batch, decode_clip, decode_event
from tocsin.measures import measures

TOPICS = ("pe/#", "alert/#")  # the broker has put a partition before `evt/`
_KEEPALIVE_S = 10


def watch(
    *, host: str, port: int, user: str, password: str, console: Console, tls: Trust | None = None
) -> None:
    """Print what comes until Ctrl-C. Raises LinkError when the broker refuses or goes away."""
    ended, why = threading.Event(), [""]

    def connected(client: mqtt.Client, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            why[0] = f"the broker at {host}:{port} refuses {user}: {reason}"
            ended.set()
            return
        client.subscribe([(topic, 0) for topic in TOPICS])
        console.print(f"watching {host}:{port}; Ctrl-C ends it", style="dim")

    def disconnected(_c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        why[0] = why[0] or f"the broker at {host}:{port} went away: {reason}"
        ended.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.username_pw_set(user, password)
    if tls is not None:
        client.tls_set_context(calling(tls))
    client.on_connect, client.on_disconnect = connected, disconnected
    client.on_message = lambda _c, _u, message: console.print(
        line(message.topic, message.payload), highlight=False, soft_wrap=True
    )
    try:
        client.connect(host, port, _KEEPALIVE_S)
    except OSError as error:
        raise LinkError(f"no broker at {host}:{port}: {error.strerror or error}") from error
    _until(client, ended)
    if why[0]:
        raise LinkError(why[0])


def line(topic: str, payload: bytes | bytearray) -> str:
    """One event or alert as one line; a batch as many."""
    try:
        if topic.startswith("alert/"):
            return _alert(payload)
        if topic.endswith(f"/{BATCH}"):
            return "\n".join(_event(bytes(each)) for each in decode_batch(payload))
        return _clip(payload) if topic.endswith(f"/{CLIP}") else _event(payload)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        return f"{topic}: cannot be read: {error}"


def _event(payload: bytes | bytearray) -> str:
    event = decode_event(payload)
    facts = event.data
    many = "" if facts.phase == "end" else f" ×{facts.count}"
    of = f" of {facts.label}{many}" if facts.label else ""
    phase = " is shown" if facts.again else f" {facts.phase}s" if facts.phase else ""
    picture = "redacted picture" if facts.picture else "no picture"
    what = f"{facts.rule}{phase}{of} at {facts.place}, {facts.camera}"
    return ", ".join(
        filter(None, (f"{_clock(event.time)} event  {what}", measures(facts), picture))
    )


def _clip(payload: bytes | bytearray) -> str:
    event = decode_clip(payload)
    clip = event.data
    size = f"{clip.seconds:.1f} s, {len(clip.data) >> 10} KiB"
    return f"{_clock(event.time)} clip   at {clip.place}, {clip.camera}, redacted, {size}"


def _alert(payload: bytes | bytearray) -> str:
    alert = msgspec.json.decode(payload)
    last = datetime.fromisoformat(alert["last_at"])
    events = "1 event" if alert["events"] == 1 else f"{alert['events']} events"
    return (
        f"{_clock(last)} ALERT  grade {alert['grade']} {alert['rule']} at {alert['place_name']}, "
        f"{alert['state']}, {events} from {', '.join(alert['cameras'])}"
    )


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")


def _until(client: mqtt.Client, ended: threading.Event) -> None:
    client.loop_start()
    try:
        ended.wait()
    except KeyboardInterrupt:
        client.on_disconnect = None
        client.disconnect()
    client.loop_stop()
