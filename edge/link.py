"""A connection to the broker: events in, acknowledgements out. It is dialled once and then dies."""

import hmac
import logging
import queue
from collections import deque
from collections.abc import Sequence
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.config import Broker
from edge.tls import calling
from pipelines.errors import LinkError
from pipelines.trust import Trust

log = logging.getLogger("tocsin.link")

KEEPALIVE_S = 5
_ANSWER_S = 5.0
_UNSENT = 64  # messages that may be lost and wait to be written; more are refused
_HELD = 64  # messages that were heard and not taken yet; more are dropped
AT_MOST_ONCE, AT_LEAST_ONCE = 0, 1


class Link:
    """One MQTT 3.1.1 session; no memory of its own, since the spool has it.

    will  topic and payload that the broker publishes when we vanish
    tls   where the line has it
    """

    def __init__(
        self, broker: Broker, box: str, *, will: tuple[str, bytes], window: int,
        tls: Trust | None = None,
    ) -> None:  # fmt: skip
        self.broker, self.box = broker, box
        self.acks: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.grants: queue.SimpleQueue[tuple[int, list[bool]]] = queue.SimpleQueue()
        self.messages: queue.Queue[tuple[str, bytes]] = queue.Queue(_HELD)
        self.unsent: deque[mqtt.MQTTMessageInfo] = deque()
        self.lost = ""
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=_named(broker, box), reconnect_on_failure=False
        )
        if tls is not None:
            self.client.tls_set_context(calling(tls))
        self.client.username_pw_set(broker.username or box, broker.password)
        self.client.max_inflight_messages_set(window)
        self.client.will_set(will[0], will[1], AT_MOST_ONCE)
        self.client.on_connect = self._connected
        self.client.on_disconnect = self._disconnected
        self.client.on_publish = self._acked
        self.client.on_subscribe = self._granted
        self.client.on_message = self._hear

    def __enter__(self) -> Self:
        """Dial. Raises LinkError when the broker is not there or refuses us."""
        where = f"{self.broker.host}:{self.broker.port}"
        try:
            self.client.connect(self.broker.host, self.broker.port, KEEPALIVE_S)
        except OSError as error:
            raise LinkError(f"no broker at {where}: {error.strerror or error}") from error
        self.client.loop_start()
        try:
            refused = self.answers.get(timeout=_ANSWER_S)
        except queue.Empty:
            refused = "no answer"
        if refused:
            self._close()
            raise LinkError(f"the broker at {where} refuses {self.box}: {refused}")
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def publish(
        self, topic: str, payload: bytes, *, qos: int = AT_LEAST_ONCE, retain: bool = False
    ) -> int:
        """Send; returns the number under which `acks` will have the acknowledgement.

        Raises LinkError when the connection is gone.
        """
        if self.lost:
            raise LinkError(self.lost)
        return self.client.publish(topic, payload, qos, retain).mid

    def spare(self, topic: str, payload: bytes) -> bool:
        """Send what may be lost; False, and it is, while too much waits for a slow line.

        Raises LinkError when the connection is gone.
        """
        if self.lost:
            raise LinkError(self.lost)
        while self.unsent and _is_over(self.unsent[0]):
            self.unsent.popleft()
        if len(self.unsent) >= _UNSENT:
            return False
        self.unsent.append(self.client.publish(topic, payload, AT_MOST_ONCE))
        return True

    def listen(self, topic: str) -> None:
        """Hear what is said under a topic, from now on."""
        self.client.subscribe(topic, AT_LEAST_ONCE)

    def granted(self, topics: Sequence[str]) -> list[bool]:
        """Whether we may listen under each of some topics; we do not go on to.

        Raises LinkError when the connection is gone, or nobody says.
        """
        _, number = self.client.subscribe([(topic, AT_MOST_ONCE) for topic in topics])
        answered, granted = 0, list[bool]()
        while answered != number:
            try:
                answered, granted = self.grants.get(timeout=_ANSWER_S)
            except queue.Empty:
                why = self.lost or "the broker does not say what may be heard"
                raise LinkError(why) from None
        if any(granted):
            self.client.unsubscribe([t for t, may in zip(topics, granted, strict=True) if may])
        return granted

    def heard(self) -> list[tuple[str, bytes]]:
        """Topics and payloads that came since the last call."""
        found = []
        while not self.messages.empty():
            found.append(self.messages.get_nowait())
        return found

    def acknowledged(self, *, wait_s: float) -> list[int]:
        """Numbers that were acknowledged since the last call; waits for the first."""
        numbers = []
        try:
            numbers.append(self.acks.get(timeout=wait_s) if wait_s > 0 else self.acks.get_nowait())
            while True:
                numbers.append(self.acks.get_nowait())
        except queue.Empty:
            return numbers

    def _close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _connected(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        self.answers.put(str(reason) if reason.is_failure else "")

    def _disconnected(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        self.lost = f"the broker went away: {reason}"
        self.answers.put(self.lost)

    def _granted(self, _c: Any, _u: Any, number: int, reasons: Any, _p: Any) -> None:
        self.grants.put((number, [not reason.is_failure for reason in reasons]))

    def _hear(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        try:
            self.messages.put_nowait((message.topic, bytes(message.payload)))
        except queue.Full:
            log.warning("topic=%s state=dropped why=too many messages wait", message.topic)

    def _acked(self, _c: Any, _u: Any, number: int, _r: Any, _p: Any) -> None:
        self.acks.put(number)


def _named(broker: Broker, box: str) -> str:
    """The client's id: the same each time, and nobody guesses it.

    A broker hangs up on whoever has an id that somebody else comes with: who knew it could keep
    the box from speaking.
    """
    word = hmac.digest(broker.password.encode(), b"client id", "sha256").hex()
    return f"{box}-{word[:16]}"


def _is_over(sent: mqtt.MQTTMessageInfo) -> bool:
    """Whether a message was written to the line, or never will be."""
    try:
        return sent.is_published()
    except RuntimeError:
        return True
