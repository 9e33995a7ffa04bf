"""The broker's heartbeats and the console's stream in, a filled board out."""

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any, Self

import httpx
import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from center.alert import Alert
from pipelines.errors import TocsinError
from pipelines.wire import decode_heartbeat, heartbeat_topic
from tocsin.demo.board import Board
from tocsin.demo.plan import BOX, WATCHER, Plan

_alert_in = msgspec.json.Decoder(Alert)
_AGAIN_S = 0.5
_QUIET_S = 60.0  # the stream sends a comment more often than that


class Heartbeats:
    """Listens to the box's heartbeat as the watcher while the context lasts."""

    def __init__(self, plan: Plan, board: Board) -> None:
        self.plan, self.board = plan, board
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{WATCHER}-demo")
        self.client.username_pw_set(WATCHER, plan.password)
        self.client.on_connect = self._connected
        self.client.on_message = self._heard

    def __enter__(self) -> Self:
        self.client.connect("127.0.0.1", self.plan.mqtt_port)
        self.client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _connected(self, client: mqtt.Client, *_: Any) -> None:
        client.subscribe(heartbeat_topic(BOX))

    def _heard(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        with contextlib.suppress(msgspec.DecodeError):
            self.board.heard(decode_heartbeat(bytes(message.payload)))


class Alerts:
    """Reads the console's stream in a thread while the context lasts."""

    def __init__(self, console: httpx.Client, board: Board) -> None:
        self.console, self.board = console, board
        self.stop, self.open = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run, name="alerts", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()

    def wait_until_open(self, *, within_s: float) -> None:
        """Raises TocsinError when the stream does not open."""
        if not self.open.wait(within_s):
            raise TocsinError(
                f"{self.console.base_url}/api/stream did not open within {within_s:.0f} s"
            )

    def _run(self) -> None:
        while not self.stop.is_set():
            with contextlib.suppress(httpx.HTTPError):
                self._read()
            self.stop.wait(_AGAIN_S)

    def _read(self) -> None:
        patience = httpx.Timeout(5.0, read=_QUIET_S)
        with self.console.stream("GET", "/api/stream", timeout=patience) as answer:
            answer.raise_for_status()
            self.open.set()
            for name, data in sent_events(answer.iter_lines()):
                if self.stop.is_set():
                    return
                if name == "alert":
                    self.board.alerted(_alert_in.decode(data), at_s=time.time())


def sent_events(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Split a stream of server-sent events into (event name, data)."""
    name, data = "message", list[str]()
    for line in lines:
        key, _, value = line.partition(":")
        if not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []
        elif key == "event":
            name = value.strip()
        elif key == "data":
            data.append(value.removeprefix(" "))
