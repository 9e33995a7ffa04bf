"""An MQTT broker in, batches of its messages out, each unacknowledged until we say so.

One thread does it all: while a batch is filed nothing is read, so the broker waits, and no message
lies in a queue of ours.
"""

from collections.abc import Callable, Sequence
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from center.config import Mqtt
from pipelines.clock import Clock
from pipelines.errors import LinkError

BATCH = 500
PATIENCE_S = 10.0
AT_MOST_ONCE, AT_LEAST_ONCE = 0, 1
_KEEPALIVE_S = 60
_WAIT_S = 0.2  # for the first message of a batch; a centre that stops waits no longer

Messages = list[mqtt.MQTTMessage]


class Session:
    """One connection to a session that the broker keeps while we are away; it is not mended.

    topics  each with the quality of service at which we want it
    kept    whether the broker still had the session when we came
    """

    def __init__(self, broker: Mqtt, topics: Sequence[tuple[str, int]], clock: Clock) -> None:
        self.broker, self.topics, self.clock = broker, list(topics), clock
        self.kept = False
        self._came: Messages = []
        self._refused: str | None = None
        self._granted: list[bool] | None = None
        self._client = _client(broker)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = lambda _client, _data, message: self._came.append(message)

    def open(self) -> None:
        """Connect and subscribe. Raises LinkError when the broker is not there or refuses."""
        try:
            self._client.connect(self.broker.host, self.broker.port, _KEEPALIVE_S)
        except (OSError, ValueError) as error:
            raise self._trouble(f"cannot be reached: {error}") from error
        self._until(lambda: self._refused is not None)
        if self._refused:
            raise self._trouble(f"refuses us: {self._refused}")
        self._client.subscribe(self.topics)
        self._until(lambda: self._granted is not None)
        for (topic, _), granted in zip(self.topics, self._granted or [], strict=True):
            if not granted:
                raise self._trouble(f"does not let us hear {topic}")

    def batch(self) -> Messages:
        """Messages that have come, about `BATCH` at most; none if the wait was in vain.

        Raises LinkError when the connection is gone.
        """
        seen = -1
        self._turn(0.0 if self._came else _WAIT_S)
        while seen < len(self._came) < BATCH:
            seen = len(self._came)
            self._turn(0.0)
        came, self._came = self._came, []
        return came

    def done(self, messages: Messages) -> None:
        """Acknowledge: the broker forgets them."""
        for message in messages:
            self._client.ack(message.mid, message.qos)

    def close(self) -> None:
        """Hang up; the broker keeps the session."""
        self._client.disconnect()

    def _until(self, is_so: Callable[[], bool]) -> None:
        deadline_s = self.clock.ticks_s() + PATIENCE_S
        while not is_so():
            if self.clock.ticks_s() > deadline_s:
                raise self._trouble("does not answer")
            self._turn(_WAIT_S)

    def _turn(self, wait_s: float) -> None:
        code = self._client.loop(wait_s)
        if code != mqtt.MQTT_ERR_SUCCESS and not self._refused:
            raise self._trouble(f"went away: {mqtt.error_string(code)}")

    def _connected(self, _c: Any, _u: Any, flags: Any, reason: Any, _p: Any) -> None:
        self.kept = bool(flags.session_present)
        self._refused = str(reason) if reason.is_failure else ""

    def _subscribed(self, _c: Any, _u: Any, _n: Any, reasons: Any, _p: Any) -> None:
        self._granted = [not reason.is_failure for reason in reasons]

    def _trouble(self, what: str) -> LinkError:
        return LinkError(f"the broker at {self.broker.host}:{self.broker.port} {what}")


def _client(broker: Mqtt) -> mqtt.Client:
    """Not connected yet. Raises LinkError when what it should trust cannot be read."""
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=broker.client_id, clean_session=False,
        manual_ack=True, reconnect_on_failure=False,
    )  # fmt: skip
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    if broker.tls is not None:
        try:
            client.tls_set(broker.tls.ca, broker.tls.cert, broker.tls.key)
        except (OSError, ValueError) as error:
            raise LinkError(f"the files of $.inbox.mqtt.tls cannot be used: {error}") from error
    return client
