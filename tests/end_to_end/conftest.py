"""A whole site on loopback: an RTSP server, a centre with its broker, a box; all may be killed."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from pipelines.flow import SpoolState
from tests.once import once
from tocsin.demo.children import Child, Children
from tocsin.demo.clips import write_clip
from tocsin.demo.guest import Guest, admitted
from tocsin.demo.plan import WATCHER, Plan, Watched, write
from tocsin.demo.ports import free_port
from tocsin.demo.rtsp import url_of
from tocsin.demo.scenes import frames
from tocsin.demo.script import SCENES

PATIENCE_S = 180.0
_COMMANDS = "commands: [arm, disarm, sensitivity, snapshot, live, zones]\n"
_OUTLETS = "onvif: {detections: true}\nhome_assistant: {}\n"
YARD = ("yard-east", "yard-west")
WALK_S = (11.0, 10.0)  # of the story: from somebody's coming in to near their going out


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both yard cameras while somebody walks in, small and short."""
    return once(tmp_path_factory, "yard", _draw)


def _draw(folder: Path) -> None:
    for scene in SCENES:
        if scene.name in YARD:
            pictures = frames(scene, start_s=WALK_S[0], seconds=WALK_S[1], width=640)
            write_clip(folder / f"{scene.name}.mp4", pictures, fps=scene.fps)


@dataclass
class Site:
    """What runs, and what can be asked of it."""

    plan: Plan
    children: Children
    url: str
    edge: Child
    guest: Guest

    def get(self, path: str) -> Any:
        answer = httpx.get(f"{self.url}{path}", timeout=PATIENCE_S, headers=self.guest.headers)
        answer.raise_for_status()
        return answer.json()

    def workers(self) -> dict[str, dict[str, Any]]:
        """The box's workers by their first camera, as its heartbeat tells."""
        beat = self.get("/api/boxes")["boxes"][0]["heartbeat"]
        return {worker["cameras"][0]: worker for worker in beat["workers"]} if beat else {}

    def live(self) -> bool:
        beat = self.get("/api/boxes")["boxes"][0]["heartbeat"]
        return bool(beat) and [c["state"] for c in beat["cameras"]] == ["live"] * len(YARD)

    def stored(self) -> int:
        return int(self.get("/api/stats")["stored"])

    def broker_pid(self) -> int:
        """Of the broker that runs now, or 0 while none does."""
        said = (self.plan.folder / "center" / "broker.pid").read_text()
        return int(said or 0)

    def spool(self) -> SpoolState:
        """What the box's file says, read from outside."""
        query = (
            "SELECT (SELECT coalesce(max(seq), 0) FROM sqlite_sequence),"
            " (SELECT count(*) FROM events), (SELECT value FROM counts WHERE name = 'dropped')"
        )
        with closing(sqlite3.connect(self.plan.folder / "spool.db", timeout=PATIENCE_S)) as disk:
            put, waiting, dropped = disk.execute(query).fetchone()
        return SpoolState(put=put, waiting=waiting, dropped=dropped, acked=put - waiting - dropped)

    def going_on(self, camera: str) -> set[str]:
        """Episodes at a camera that have not ended, as the box's file has them."""
        with closing(sqlite3.connect(self.plan.folder / "spool.db", timeout=PATIENCE_S)) as disk:
            rows = disk.execute("SELECT episode FROM lives WHERE camera = ?", (camera,))
            return {episode for (episode,) in rows}

    def words(self) -> list[tuple[str | None, str | None, bool]]:
        """Episode, phase and whether nobody watched any more, of the newest 500 events."""
        events = self.get("/api/events?limit=500")["events"]
        return [(each["episode"], each["phase"], each["unwatched"]) for each in events]

    def end_of_box(self) -> SpoolState:
        """End the box, politely, and wait until the centre has all that the box gave away."""
        self.children.running.remove(self.edge)
        self.edge.end(within_s=PATIENCE_S)
        spool = self.spool()
        wait_until(lambda: self.stored() >= spool.acked)
        return spool


def wait_until(done: Callable[[], bool]) -> None:
    """Ask again and again; the test fails when it never comes true."""
    until = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.1)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.fixture
def site(tmp_path: Path, clips: Path) -> Iterator[Site]:
    """A running site whose two cameras are live."""
    with running(tmp_path, clips) as found:
        yield found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, clips: Path) -> Iterator[Site]:
    """The same, for the tests of a module that only look on."""
    with running(tmp_path_factory.mktemp("site"), clips) as found:
        yield found


@pytest.fixture
def sealing(tmp_path: Path, clips: Path) -> Iterator[Site]:
    """The same, and what happens is sealed for two custodians."""
    with running(tmp_path, clips, evidence=True) as found:
        yield found


@contextmanager
def running(folder: Path, clips: Path, *, evidence: bool = False) -> Iterator[Site]:
    """Start a site and wait until its cameras are live."""
    port = free_port()
    scenes = [scene for scene in SCENES if scene.name in YARD]
    cameras = [
        Watched(s.name, "yard", url_of(s.name, port), s.corners(), name="Depot yard")
        for s in scenes
    ]
    plan = write(folder, cameras, console_port=free_port(), evidence=evidence)
    often = (
        plan.edge.read_text()
        .replace("- rule: intrusion\n", "- rule: intrusion\n    update_s: 2\n")
        .replace("post_s: 5\n", "post_s: 1\n  longest_s: 10\n  pre_s: 1\n")
        .replace("commands:\n- live\n- zones\n", _COMMANDS)
    )
    guest = admitted(plan)
    plan.edge.write_text(often + "workers: 2\n" + _OUTLETS)
    with Children(folder) as children:
        children.start("rtsp", ["tocsin.demo.rtsp", str(clips), str(port)])
        center = children.start("center", ["tocsin", "center", "run", str(plan.center)])
        edge = children.start("edge", ["tocsin", "edge", "run", str(plan.edge)])
        url = center.wait_for("console=", within_s=PATIENCE_S)
        found = Site(plan, children, url, edge, guest)
        wait_until(found.live)
        yield found


def camera(site: Site) -> dict[str, Any]:
    """What the box says of the eastern one."""
    beat = site.get("/api/boxes")["boxes"][0]["heartbeat"]
    return next((each for each in beat["cameras"] if each["camera"] == "yard-east"), {})


@contextmanager
def listening(site: Site, *topics: str) -> Iterator[list[mqtt.MQTTMessage]]:
    """What a watcher hears."""
    heard, ready = list[mqtt.MQTTMessage](), threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(WATCHER, site.plan.password)
    client.on_message = lambda _c, _u, message: heard.append(message)
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda client, *_: client.subscribe([(topic, 1) for topic in topics])
    client.connect("127.0.0.1", site.plan.mqtt_port)
    client.loop_start()
    try:
        assert ready.wait(PATIENCE_S)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()
