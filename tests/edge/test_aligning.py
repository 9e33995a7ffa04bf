"""Two streams of one camera whose packets are not equally late show the same moment all the same.

Real RTSP: one server, two lines to it, one of them slow, with sender reports or without.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from edge.clock import SystemClock
from edge.config import Camera, Detector
from edge.feed import Feed
from edge.gates import SubstreamGate
from edge.sentry import Post, Sentry
from edge.tally import Tally
from pipelines.flow import Bytes, Finding, Frame
from pipelines.lookout import Lookout
from tests.builders import STATED
from tests.edge.conftest import Rtsp, serving, wait_until
from tests.edge.line import line
from tocsin.demo.clips import write_clip

FPS, SECONDS = 10, 24
WIDTH, HEIGHT = 320, 240
WALKS_S, WALK_S, SPEED = 6.0, 3.0, 80  # every so often, so long, so many pixels per second
LATE_S, NEAR_S = 0.9, 0.3
"""A stream's delay; and what is near: this server's reports are right to a frame or two."""
WALL = np.kron(
    np.random.default_rng(5).integers(60, 130, (HEIGHT // 16, WIDTH // 16), np.uint8),
    np.ones((16, 16), np.uint8),
)


def scene(scale: int) -> Iterator[Bytes]:
    """A wall; in the last half of every six seconds a bright square crosses it."""
    for number in range(FPS * SECONDS):
        walked_s = number / FPS % WALKS_S - (WALKS_S - WALK_S)
        luma = WALL.copy()
        if walked_s >= 0:
            x = int(20 + walked_s * SPEED)
            luma[100:150, x : x + 40] = 240
        grey = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        yield np.kron(np.concatenate([luma, grey]), np.ones((scale, scale), np.uint8))


def walked_s(frame: Frame) -> float | None:
    """For how long the square has walked in this picture; None where there is none."""
    scale = frame.width // WIDTH
    bright = np.flatnonzero(frame.y[125 * scale, : frame.width] > 200)
    return (bright[0] / scale - 20) / SPEED if bright.size > 20 * scale else None


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rtsp]:
    folder = tmp_path_factory.mktemp("camera")
    for name, scale in (("large", 2), ("small", 1)):
        write_clip(folder / f"{name}.mp4", scene(scale), fps=FPS)
    with serving(folder) as served:
        yield served


class Observed(Sentry):
    """A sentry whose frames are noted: their times, and how far the square has come in them."""

    seen: list[tuple[float, float]]

    def see(self, frame: Frame) -> None:
        walked = walked_s(frame)
        if walked is not None:
            self.seen.append((frame.captured_s, walked))
        Sentry.see(self, frame)


class Watched:
    """A camera with two streams behind a substream gate, and what was seen and looked at."""

    def __init__(self, camera: Rtsp, large_port: int, small_port: int) -> None:
        self.camera, self.stop = camera, threading.Event()
        self.tally, self.small_tally = Tally("a", "p"), Tally("small", "p")
        self.lookout: Lookout[Sentry] = Lookout()
        self.looked: list[Frame] = []
        post = Post("s", Detector(), lambda _: (), self.lookout, self.told)
        self.sentry = Observed(
            Camera(id="a", place="p", url="", health=None, **STATED), post, self.tally
        )
        self.sentry.seen = []
        main = self.feed("large", large_port, self.tally)
        small = self.feed("small", small_port, self.small_tally)
        main.start()
        small.start()
        self.gate = SubstreamGate(main, small, self.sentry, self.tally)

    def feed(self, name: str, port: int, tally: Tally) -> Feed:
        url = self.camera.url_of(f"{name}.mp4").replace(str(self.camera.port), str(port))
        return Feed(Camera(id=name, place="p", url=url), tally, clock=SystemClock(), stop=self.stop)

    def told(self, _: str, __: Finding) -> None:
        """Nobody judges here."""

    def until(self, done: Callable[["Watched"], bool]) -> None:
        """Turn after turn."""

        def turn() -> bool:
            if not self.gate.step(time.monotonic()):
                time.sleep(0.005)
            request = self.lookout.best(time.monotonic())
            if request is not None:
                if walked_s(request.frame) is not None:
                    self.looked.append(request.frame)
                self.sentry.look(request)
            return done(self)

        wait_until(turn)

    def errors_s(self, since: int = 0) -> list[float]:
        """By how much each picture that was looked at is later than what was seen at its time."""
        errors = []
        for frame in self.looked[since:]:
            at_s, walked = min(self.sentry.seen, key=lambda each: abs(each[0] - frame.captured_s))
            errors.append((walked_s(frame) or 0.0) - walked - (frame.captured_s - at_s))
        return errors


@contextmanager
def watched(camera: Rtsp, late: str, *, reports: bool) -> Iterator[Watched]:
    """The camera, one of its streams `LATE_S` late."""
    with (
        line(camera.port, delay_s=LATE_S * (late == "large"), reports=reports) as large,
        line(camera.port, delay_s=LATE_S * (late == "small"), reports=reports) as small,
    ):
        made = Watched(camera, large.port, small.port)
        try:
            yield made
        finally:
            made.stop.set()


@pytest.mark.parametrize("late", ["large", "small"])
def test_by_sender_reports_the_start_is_recalled_from_the_moment_that_moved(
    camera: Rtsp, late: str
) -> None:
    with watched(camera, late, reports=True) as made:
        made.until(lambda made: len(made.looked) >= 6)
        assert made.tally.aligned_by == "reports"
        assert {frame.width for frame in made.looked} == {2 * WIDTH}
        assert (walked_s(made.looked[0]) or 0.0) < 0.5
        assert made.errors_s() == pytest.approx([0.0] * len(made.looked), abs=NEAR_S)


@pytest.mark.parametrize("late", ["large", "small"])
def test_without_sender_reports_what_both_streams_show_brings_them_into_line(
    camera: Rtsp, late: str
) -> None:
    with watched(camera, late, reports=False) as made:
        assert made.tally.aligned_by == "arrival"
        made.until(lambda made: made.tally.aligned_by == "correlation")
        skew_s = made.gate.main.late_s - made.gate.small.late_s
        assert skew_s == pytest.approx(LATE_S if late == "large" else -LATE_S, abs=NEAR_S)
        assert made.tally.clock_ahead_s is None
        before = len(made.looked)
        made.until(lambda made: len(made.looked) >= before + 4)
        errors = made.errors_s(since=before)
        assert errors == pytest.approx([0.0] * len(errors), abs=NEAR_S)


def test_a_camera_without_its_large_stream_is_lost_though_its_small_one_comes(
    camera: Rtsp,
) -> None:
    with line(camera.port) as large:
        made = Watched(camera, large.port, camera.port)
        made.until(lambda made: made.tally.state == "live")
        large.hang_up()
        made.until(lambda made: made.tally.state == "lost")
        frames = made.tally.frames
        made.until(lambda made: made.tally.frames > frames + FPS)
        assert made.tally.state == "lost"
        assert made.tally.trouble
        large.cut = False
        made.until(lambda made: made.tally.state == "live")
        made.stop.set()


def is_one_clock(made: Watched) -> bool:
    """Whether both streams tell of one clock: what is left of them is delay."""
    ahead_s, small_ahead_s = made.tally.clock_ahead_s, made.small_tally.clock_ahead_s
    if ahead_s is None or small_ahead_s is None:
        return False
    return -2 * LATE_S < ahead_s < small_ahead_s < 0.1


def test_a_camera_that_reports_tells_how_its_clock_differs_from_ours(camera: Rtsp) -> None:
    with watched(camera, "large", reports=True) as made:
        made.until(lambda made: made.tally.aligned_by == "reports")
        made.until(is_one_clock)
        made.tally.lost("gone")
        assert made.tally.clock_ahead_s is None
