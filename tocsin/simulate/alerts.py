"""The centre's alerts as they are announced in, how long each took to come out."""

import threading
from typing import Self

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from center.alert import Alert
from pipelines.clock import Clock
from pipelines.errors import LinkError

_PATIENCE_S = 30.0
_decode = msgspec.json.Decoder(Alert)


class Quantiles(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds; nothing where there was nothing to measure."""

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


class Alerts:
    """A watcher of the centre's broker: hears each alert once, when it opens.

    The time runs from when the camera saw it, over the spool, broker, centre and store, until we
    hear of it, as anybody would who is to act.
    """

    def __init__(self, host: str, port: int, *, user: str, password: str, clock: Clock) -> None:
        self.clock = clock
        self.heard: set[str] = set()
        self.late_ms: list[float] = []
        self._admitted = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{user}-simulate")
        self.client.username_pw_set(user, password)
        self.client.on_connect = self._connected
        self.client.on_subscribe = lambda *_: self._admitted.set()
        self.client.on_message = self._hear
        self.where = (host, port)

    def __enter__(self) -> Self:
        """Listen. Raises LinkError."""
        host, port = self.where
        try:
            self.client.connect(host, port)
        except OSError as error:
            raise LinkError(f"no broker at {host}:{port}: {error}") from error
        self.client.loop_start()
        if not self._admitted.wait(_PATIENCE_S):
            self.client.loop_stop()
            raise LinkError(f"the broker at {host}:{port} lets no watcher in")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def quantiles(self) -> Quantiles:
        """Of all alerts so far."""
        return quantiles(list(self.late_ms))

    def _connected(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe("alert/#")

    def _hear(self, _c: object, _u: object, message: mqtt.MQTTMessage) -> None:
        now_s = self.clock.now_s()
        alert = _decode.decode(message.payload)
        if alert.id not in self.heard:
            self.heard.add(alert.id)
            self.late_ms.append((now_s - alert.captured_at.timestamp()) * 1000)


def quantiles(values: list[float]) -> Quantiles:
    """The middle, and what 5 and 1 of 100 exceed."""
    if not values:
        return Quantiles()
    ordered = sorted(values)
    last = len(ordered) - 1
    p50, p95, p99 = (round(ordered[round(last * share)], 1) for share in (0.5, 0.95, 0.99))
    return Quantiles(p50=p50, p95=p95, p99=p99)
