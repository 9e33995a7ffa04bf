"""Whoever stands still while a stream breaks off is found again in the next one."""

from dataclasses import replace

import pytest

from edge.config import Camera, Detector
from edge.sentry import Post, Sentry
from edge.tally import Tally
from pipelines.flow import Finding, Frame, Motion
from pipelines.lookout import Lookout
from pipelines.rules import Intrusion
from pipelines.zones import Zone
from tests.builders import STATED, box, frame_of, motion
from tests.real import objects, street

ALL = Zone(id="all", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
WOMAN = motion(box(640, 180, 480, 512))  # about where she is in the street
STEP_S = 0.2


class Street:
    """A camera at which somebody stands, and what its sentry found."""

    def __init__(self) -> None:
        camera = Camera(
            id="a", place="p", url="x", zones=(ALL,), health=None,
            rules=(Intrusion(zone="all", dwell_s=0.0, ends_after_s=5.0),), **STATED,
        )  # fmt: skip
        self.found: list[Finding] = []
        self.lookout: Lookout[Sentry] = Lookout()
        network = objects()
        post = Post(
            "s", Detector(), network, self.lookout, lambda _, f: self.found.append(f),
            network.sight,
        )  # fmt: skip
        self.sentry = Sentry(camera, post, Tally("a", "p"))
        self.still = frame_of(street())
        self.now_s = 1000.0

    def shows(self, seconds: float, moving: Motion | None = None) -> None:
        """The same picture for some seconds; `moving` is taken for what moves in it."""
        if moving is not None:
            self.sentry.watch.motion = lambda _: moving
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            self._shows(replace(self.still, captured_s=self.now_s))

    def _shows(self, frame: Frame) -> None:
        self.sentry.see_all(frame, self.now_s)
        request = self.lookout.best(self.now_s)
        if request is not None:
            self.sentry.look(request)

    def breaks(self, seconds: float) -> None:
        """The stream breaks off, and another one comes after some seconds."""
        self.now_s += seconds
        self.sentry.begin()


@pytest.fixture
def somewhere() -> Street:
    made = Street()
    made.shows(2.0, WOMAN)
    assert [each.facts.phase for each in made.found] == ["begin"]
    return made


def test_what_goes_on_goes_on_though_she_does_not_move(somewhere: Street) -> None:
    somewhere.breaks(3.0)
    somewhere.shows(20.0)
    told = {each.facts.phase for each in somewhere.found[1:]}
    assert told <= {"update"}
    assert somewhere.sentry.watch.tracks


def test_after_a_long_break_nobody_is_looked_for(somewhere: Street) -> None:
    somewhere.breaks(30.0)
    somewhere.shows(6.0)
    assert [each.facts.phase for each in somewhere.found][-1] == "end"
    assert somewhere.sentry.watch.tracks == ()
