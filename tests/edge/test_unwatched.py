"""What goes on at a camera that shows nothing any more has its end, and begins anew later."""

import pytest

from edge.config import Camera, Detector
from edge.sentry import UNWATCHED_S, Post, Sentry
from edge.tally import Tally
from pipelines.flow import STILL, Finding, Phase
from pipelines.lookout import Lookout
from pipelines.rules import Intrusion
from pipelines.zones import Zone
from tests.builders import STATED, box, frame, track

ALL = Zone(id="all", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
RULE = Intrusion(zone="all", dwell_s=0.0, cooldown_s=600)


class Gate:
    """A camera whose stream comes and goes, and what its sentry found."""

    def __init__(self) -> None:
        camera = Camera(
            id="a", place="p", url="x", zones=(ALL,), rules=(RULE,), health=None, **STATED
        )
        self.found: list[Finding] = []
        post = Post("s", Detector(), lambda _: (), Lookout(), lambda _, f: self.found.append(f))
        self.tally = Tally("a", "p")
        self.sentry = Sentry(camera, post, self.tally)

    def sees_somebody(self, at_s: float) -> None:
        self.tally.frames += 1
        (judge,) = self.sentry.judges.values()
        self.found += judge(frame(at_s=at_s), STILL, (track(box(40, 40)),))

    def pulses(self, from_s: float, until_s: float) -> None:
        for second in range(int(from_s), int(until_s)):
            self.sentry.pulse(float(second))

    def said(self) -> list[tuple[Phase | None, bool]]:
        return [(found.facts.phase, found.facts.unwatched) for found in self.found]


@pytest.fixture
def gate() -> Gate:
    made = Gate()
    made.pulses(998, 1000)
    made.sees_somebody(1000.0)
    return made


def test_a_life_ends_once_when_no_picture_has_come_for_long(gate: Gate) -> None:
    gate.pulses(1000, 1000 + UNWATCHED_S)
    assert gate.said() == [("begin", False)]
    gate.pulses(1000 + UNWATCHED_S, 2000)
    assert gate.said() == [("begin", False), ("end", True)]
    begun, ended = (found.facts for found in gate.found)
    assert ended.episode == begun.episode
    assert ended.duration_s == 0.0


def test_what_still_goes_on_when_pictures_come_again_is_a_new_life(gate: Gate) -> None:
    gate.pulses(1000, 1100)
    gate.sees_somebody(1100.0)
    assert gate.said() == [("begin", False), ("end", True), ("begin", False)]
    assert gate.found[2].facts.episode != gate.found[0].facts.episode


def test_a_short_break_ends_nothing(gate: Gate) -> None:
    for second in range(1000, 1200, 20):
        gate.tally.frames += 1
        gate.pulses(second, second + 20)
    assert gate.said() == [("begin", False)]
