"""A camera that goes away is told of, and so is its return: over a real stream."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.config import Camera, Detector, Stream
from edge.pool import Pool
from edge.reporting import Reporter
from edge.sentry import Post
from edge.tally import Tally
from pipelines.flow import Finding, Picture
from pipelines.healthrules import HealthRules, Lost
from pipelines.lookout import Lookout
from tests.builders import STATED
from tests.edge.conftest import SQUARE, Rtsp, wait_until
from tocsin.demo.ports import free_port

SOON = HealthRules(signal_loss=Lost(after_s=1), scene_changed=None, rate_changed=None)


@dataclass
class Watched:
    """A pool in a thread of its own, and what it found."""

    found: list[Finding] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        post = Post("s", Detector(), lambda _: (), Lookout(), self.told)
        self.pool = Pool(post, SystemClock(), self.stop)
        threading.Thread(target=self.pool.run, daemon=True).start()

    def told(self, _: str, finding: Finding) -> None:
        self.found.append(finding)

    def add(self, url: str, *, loop: bool = True) -> Tally:
        tally = Tally("a", "p")
        stream = Stream(stall_s=1, open_s=1, loop=loop)
        self.pool.add(
            Camera(id="a", place="p", url=url, stream=stream, health=SOON, **STATED), tally
        )
        self.pool.chosen_s = float("-inf")  # choose its mode now
        return tally

    def said(self) -> set[tuple[str, str | None]]:
        return {(found.facts.rule, found.facts.phase) for found in self.found}


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.stop.set()


def test_a_camera_that_goes_away_and_comes_back_is_told_of(
    watched: Watched, rtsp: Rtsp, clip: Path
) -> None:
    tally = watched.add(rtsp.url_of(SQUARE))
    wait_until(lambda: tally.state == "live")
    rtsp.child.kill()
    gone = {("reconnecting", "begin"), ("signal-loss", "begin")}
    wait_until(lambda: watched.said() >= gone)

    command = [sys.executable, "-m", "tocsin.demo.rtsp", str(clip.parent), str(rtsp.port)]
    again = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    back = {("reconnecting", "end"), ("signal-loss", "end")}
    wait_until(lambda: watched.said() >= back)
    again.kill()
    again.wait()

    lives = [found.facts for found in watched.found if found.facts.rule == "signal-loss"][:2]
    assert [facts.phase for facts in lives] == ["begin", "end"]
    assert lives[0].episode == lives[1].episode


def no_picture(_: Finding) -> Picture:
    raise AssertionError("there is nothing to take a picture of")


def test_a_camera_that_never_came_is_told_of_without_a_picture(watched: Watched) -> None:
    tally = watched.add(f"rtsp://127.0.0.1:{free_port()}/nothing")
    gone = {("reconnecting", "begin"), ("signal-loss", "begin")}
    wait_until(lambda: watched.said() == gone)
    assert not any(found.pictured for found in watched.found)
    report = Reporter(no_picture, tally)
    events = [report.at_once(found) for found in watched.found]
    assert {event.type for event in events} == {"tocsin.reconnecting", "tocsin.signal-loss"}


def test_a_file_that_has_ended_is_no_lost_camera(watched: Watched, clip: Path) -> None:
    watched.add(str(clip), loop=False)
    wait_until(lambda: watched.pool.places[0].feed.over)
    pulsed_s = watched.pool.pulsed_s
    wait_until(lambda: watched.pool.pulsed_s > pulsed_s + 2)
    assert watched.said() == set()
