"""A folder in, a running centre out, and hands to reach it: a box, a watcher, HTTP."""

import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import paho.mqtt.client as mqtt
import uuid_utils
from paho.mqtt.enums import CallbackAPIVersion

from pipelines.flow import Event, Facts, Phase, Picture, Rule
from pipelines.wire import encode, event_from, topic_of
from tocsin.demo.ports import free_port

SECRET = "let me in"
PATIENCE_S = 120.0
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xd9"
CENTER_YAML = """\
name: Donghu district centre
state: ./state
broker: {{port: {broker}, mqtt_port: {mqtt}, sync: 2m, max_file_gib: 1}}
boxes:
  - {{box: box-1, site: demo, password_file: secret}}
  - {{box: box-2, site: far, password_file: secret}}
watchers:
  - {{name: watcher, password_file: secret}}
  - {{name: home, password_file: secret, home_assistant: true}}
  - {{name: duty, password_file: secret, commands: [box-1]}}
patrols:
  - {{id: car-1, name: Car 1, position: [120.1, 30.2]}}
console: {{port: {console}, sign_in: {sign_in}}}
store: {store}
watch_list: watch.yaml
"""
WATCH_YAML = """\
places:
  - {id: depot, name: "Depot yard, north gate", grade: 2}
  - {id: school, name: "Shiyan Primary, north wall", grade: 1}
entries:
  - {place: depot, rule: intrusion, class: person, steps: [Look at the picture, Call the gate]}
"""
Found = TypeVar("Found")


def event(
    *,
    after_s: float = 0.0,
    site: str = "demo",
    camera: str = "cam-1",
    place: str = "depot",
    rule: Rule = "intrusion",
    label: str | None = "person",
    picture: bytes | None = None,
    life: tuple[str, Phase] | None = None,
) -> Event:
    """An event `after_s` seconds after noon of a certain day."""
    episode, phase = life or (None, None)
    still = Picture(width=1280, height=720, data=picture) if picture else None
    facts = Facts(
        site=site, camera=camera, place=place, rule=rule, label=label,
        confidence=0.9 if label else None, picture=still, episode=episode, phase=phase,
    )  # fmt: skip
    happened_s = (NOON + timedelta(seconds=after_s)).timestamp()
    return event_from(facts, happened_s=happened_s, new_id=lambda: str(uuid_utils.uuid7()))


def eventually(ask: Callable[[], Found]) -> Found:
    """Ask until the answer is true; the test fails if it never is."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError("it never came true")


class Box:
    """A box's MQTT client that remembers what was acknowledged."""

    def __init__(
        self, port: int, name: str = "box-1", *, tls: ssl.SSLContext | None = None,
        client_id: str = "", password: str = SECRET,
    ) -> None:  # fmt: skip
        self.acked: set[int] = set()
        self.admitted, self.gone = threading.Event(), threading.Event()
        self.heard: list[tuple[str, bytes]] = []
        self.answered: set[int] = set()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id or name)
        self.client.username_pw_set(name, password)
        if tls is not None:
            self.client.tls_set_context(tls)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = self._connected
        self.client.on_disconnect = lambda *_: self.gone.set()
        self.client.on_publish = lambda _, __, number, *___: self.acked.add(number)
        self.client.on_subscribe = lambda _, __, number, *___: self.answered.add(number)
        self.client.on_message = lambda _, __, told: self.heard.append(
            (told.topic, bytes(told.payload))
        )
        self.client.connect_async("127.0.0.1", port)
        self.client.loop_start()

    def _connected(self, _: object, __: object, ___: object, code: object, ____: object) -> None:
        if code == "Success":
            self.gone.clear()
            self.admitted.set()

    def listen(self, *topics: str, qos: int = 0) -> None:
        """Subscribe, and wait until the broker has granted or refused it: nothing is missed."""
        _, number = self.client.subscribe([(topic, qos) for topic in topics])
        eventually(lambda: number in self.answered)

    def send(self, sent: Event) -> int:
        """Publish an event at QoS 1; the number that an acknowledgement will carry."""
        return self.say(topic_of(sent), encode(sent))

    def say(self, topic: str, payload: bytes) -> int:
        """Publish anything at QoS 1."""
        return self.client.publish(topic, payload, qos=1).mid

    def close(self) -> None:
        """Hang up, and let the thread close its socket before it ends."""
        if self.client.disconnect() == mqtt.MQTT_ERR_SUCCESS:
            self.gone.wait(PATIENCE_S)
        self.client.loop_stop()


class Centre:
    """A centre in its own process; `database` is the URL of its store, if that is no file.

    sign_in  whether one must; without it each test asks as the first seat
    more     further lines of its configuration
    watch    its watch list
    """

    def __init__(
        self, folder: Path, *, database: str | None = None, sign_in: bool = False, more: str = "",
        watch: str = WATCH_YAML,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.broker_port, self.mqtt_port = free_port(), free_port()
        ports = {"broker": self.broker_port, "mqtt": self.mqtt_port, "console": free_port()}
        store = f"{{url: '{database}', password_file: secret}}" if database else "{}"
        (folder / "center.yaml").write_text(
            CENTER_YAML.format(store=store, sign_in=str(sign_in).lower(), **ports) + more
        )
        (folder / "watch.yaml").write_text(watch)
        (folder / "secret").write_text(SECRET + "\n")

    @property
    def broker_pid(self) -> int:
        """Of nats-server."""
        return int((self.folder / "state" / "broker.pid").read_text())

    def start(self) -> None:
        """Start and wait until it is up."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start and don't wait."""
        program = (
            "from pathlib import Path; from center.config import load; "
            "from center.service import run; run(load(Path('center.yaml')))"
        )
        with (self.folder / "centre.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def wait(self) -> None:
        """Wait for the line that says where the console is."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("console="), line
        self.url = line.strip().removeprefix("console=")
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE_S)

    def stop(self) -> int:
        """Stop as an operator would; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._let_go()

    def kill(self) -> None:
        """Stop as the kernel would."""
        self.process.kill()
        self._let_go()

    def _let_go(self) -> int:
        code = self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.http.close()
        return code

    @contextmanager
    def box(self, name: str = "box-1") -> Iterator[Box]:
        """A box, or the watcher, that is connected."""
        box = self.knocking(name)
        try:
            assert box.admitted.wait(PATIENCE_S)
            yield box
        finally:
            box.close()

    def knocking(self, name: str) -> Box:
        """One who tries to connect."""
        return Box(self.mqtt_port, name)

    def stats(self) -> dict[str, int]:
        """Totals."""
        return dict(self.http.get("/api/stats").json())

    def deliver(self, *sent: Event) -> None:
        """Send events and wait until the centre has read each."""
        before = self.stats()["received"]
        with self.box() as box:
            for one in sent:
                box.send(one)
            eventually(lambda: self.stats()["received"] >= before + len(sent))
