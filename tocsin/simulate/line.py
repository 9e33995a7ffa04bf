"""Messages in, MQTT 3.1.1 on a socket that never blocks out, and acknowledgements back.

What a box says goes through paho, in threads of its own. A thousand boxes on one machine would
cost more than the centre that they are to measure, so here a loop serves many sockets. It speaks
what `edge.link` speaks (CONNECT with a will, PUBLISH at QoS 0 and 1, SUBSCRIBE, DISCONNECT), and
`edge.publisher` does not know the difference.
"""

import socket
from collections.abc import Sequence
from typing import Literal

from edge.link import AT_LEAST_ONCE, AT_MOST_ONCE
from pipelines.errors import LinkError

KEEPALIVE_S = 30
_CONNECT, _CONNACK, _PUBLISH, _PUBACK = 0x10, 0x20, 0x30, 0x40
_SUBSCRIBE, _DISCONNECT = 0x82, b"\xe0\x00"
_QOS_1, _RETAIN = 0x02, 0x01
_CLEAN, _WILL, _PASSWORD, _USER = 0x02, 0x04, 0x40, 0x80
_READ = 65536
_MOST_UNSENT = 4 << 20  # bytes that may wait for a slow broker

State = Literal["dialling", "asking", "live"]


class Line:
    """One session of one box; once it is broken, every call raises LinkError.

    will  topic and payload that the broker publishes when we vanish
    """

    def __init__(
        self, address: tuple[str, int], *, name: str, password: str, will: tuple[str, bytes]
    ) -> None:
        self.state: State = "dialling"
        self.acks: list[int] = []
        self._number = 0
        self._in, self._out = bytearray(), bytearray(_connect(name, password, will))
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(address)

    @property
    def wants_to_write(self) -> bool:
        """Whether the socket is to be watched for room."""
        return bool(self._out)

    def publish(
        self, topic: str, payload: bytes, *, qos: int = AT_LEAST_ONCE, retain: bool = False
    ) -> int:
        """Put a message on the line; returns the number that its acknowledgement will have."""
        head = _PUBLISH | (_QOS_1 if qos else 0) | (_RETAIN if retain else 0)
        number = self._next() if qos else 0
        body = _text(topic) + (number.to_bytes(2) if qos else b"")
        self._out += bytes((head,)) + _length(len(body) + len(payload)) + body + payload
        if len(self._out) > _MOST_UNSENT:
            raise LinkError("the broker takes nothing any more")
        return number

    def spare(self, topic: str, payload: bytes) -> bool:
        """Send what may be lost, unless much waits already."""
        if len(self._out) > _READ:
            return False
        self.publish(topic, payload, qos=AT_MOST_ONCE)
        return True

    def listen(self, topic: str) -> None:
        """Ask to hear a topic."""
        body = self._next().to_bytes(2) + _text(topic) + b"\x01"
        self._out += bytes((_SUBSCRIBE,)) + _length(len(body)) + body

    def granted(self, topics: Sequence[str]) -> list[bool]:
        """Nothing, and nobody is asked: a simulated box says all that it has to."""
        return [False] * len(topics)

    def heard(self) -> list[tuple[str, bytes]]:
        """Nothing: a simulated box does not do what it is told."""
        return []

    def acknowledged(self, *, wait_s: float) -> list[int]:  # noqa: ARG002 -- nobody waits here
        """Numbers that were acknowledged since the last call."""
        numbers, self.acks = self.acks, []
        return numbers

    def write(self) -> None:
        """Write what the socket takes."""
        try:
            while self._out:
                del self._out[: self.socket.send(self._out)]
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise LinkError(f"the line broke: {error.strerror}") from error
        if self.state == "dialling":
            self.state = "asking"

    def read(self) -> None:
        """Read what has come."""
        try:
            came = self.socket.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise LinkError(f"the line broke: {error.strerror}") from error
        if not came:
            raise LinkError("the broker went away")
        self._in += came
        self._take_in()

    def hang_up(self, *, politely: bool) -> None:
        """Close; without a word the broker publishes the will."""
        try:
            if politely and self.state == "live":
                self._out += _DISCONNECT
                self.socket.send(self._out)
        except OSError:
            pass  # it is closed either way
        finally:
            self.socket.close()

    def _take_in(self) -> None:
        """Go through all whole packets; only CONNACK and PUBACK say something to us."""
        at, have = 0, self._in
        while (packet := _packet(have, at)) is not None:
            body, end = packet
            kind = have[at] & 0xF0
            if kind == _PUBACK:
                self.acks.append(have[body] << 8 | have[body + 1])
            elif kind == _CONNACK:
                self._admitted(have[body + 1])
            at = end
        del have[:at]

    def _admitted(self, code: int) -> None:
        if code:
            raise LinkError(f"the broker refuses us: code {code} of MQTT 3.1.1")
        self.state = "live"

    def _next(self) -> int:
        self._number = self._number % 0xFFFF + 1
        return self._number


def _packet(data: bytearray, at: int) -> tuple[int, int] | None:
    """Where the body of the packet at `at` begins and ends; None while it is not whole."""
    size, shift, body = 0, 0, at + 1
    while body < len(data):
        size |= (data[body] & 0x7F) << shift
        body, more, shift = body + 1, data[body] & 0x80, shift + 7
        if not more:
            return (body, body + size) if body + size <= len(data) else None
    return None


def _connect(name: str, password: str, will: tuple[str, bytes]) -> bytes:
    flags = _CLEAN | _WILL | _PASSWORD | _USER
    topic, payload = will
    body = _text("MQTT") + bytes((4, flags)) + KEEPALIVE_S.to_bytes(2) + _text(name)
    body += _text(topic) + len(payload).to_bytes(2) + payload + _text(name) + _text(password)
    return bytes((_CONNECT,)) + _length(len(body)) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2) + data


def _length(size: int) -> bytes:
    """MQTT's remaining length: seven bits a byte, the lowest first."""
    digits = bytearray()
    while True:
        size, digit = size >> 7, size & 0x7F
        digits.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(digits)
