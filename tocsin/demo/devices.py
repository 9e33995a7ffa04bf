"""The films' clock in, events of doors and of a help point with the real broker out."""

import threading
import time
from datetime import UTC, datetime
from typing import Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from rich.console import Console

from pipelines.errors import LinkError
from pipelines.flow import Heartbeat
from pipelines.wire import encode, heartbeat_topic
from tocsin import sending
from tocsin.demo import films
from tocsin.demo.children import Child
from tocsin.demo.cues import Cue, due
from tocsin.demo.plan import DOORS, DOORS_SITE, Plan

_LOOK_S = 0.1
_GRACE_S = 5.0
_ALIVE_S = 1.0


class Devices:
    """Says what is due, as `tocsin send` does, in a thread while the context lasts.

    said     events that the broker has acknowledged
    trouble  what it did not take, if anything
    """

    def __init__(self, plan: Plan, server: Child) -> None:
        self.server = server
        self.broker = sending.Broker("127.0.0.1", plan.mqtt_port, DOORS, plan.secret(DOORS))
        self.said, self.trouble = 0, ""
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{DOORS}-alive")
        self.client.username_pw_set(DOORS, self.broker.password)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name="devices", daemon=True)

    def __enter__(self) -> Self:
        self.client.connect(self.broker.host, self.broker.port)
        self.client.loop_start()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(_GRACE_S)
        self.client.disconnect()
        self.client.loop_stop()

    def _run(self) -> None:
        since_s, alive_s = time.time(), 0.0
        while not self.stop.wait(_LOOK_S):
            now_s = time.time()
            began_s = films.newest(films.plays(self.server.said()))
            for at_s, cue in sorted(due(began_s, since_s, now_s), key=lambda each: each[0]):
                self._say(cue, at_s)
            since_s = now_s
            if now_s - alive_s >= _ALIVE_S:
                alive_s = now_s
                self._live(now_s)

    def _live(self, now_s: float) -> None:
        """A controller says that it lives, as a box does."""
        beat = Heartbeat(box=DOORS, site=DOORS_SITE, time=datetime.fromtimestamp(now_s, UTC))
        self.client.publish(heartbeat_topic(DOORS), encode(beat))

    def _say(self, cue: Cue, at_s: float) -> None:
        event = sending.event_of(
            cue.rule, site=DOORS_SITE, device=cue.device, place=cue.place,
            at=datetime.fromtimestamp(at_s, UTC).isoformat(),
        )  # fmt: skip
        try:
            sending.send(event, self.broker, Console(quiet=True))
            self.said += 1
        except LinkError as error:
            self.trouble = f"{cue.rule} of {cue.device}: {error}"
