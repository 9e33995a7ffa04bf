"""A camera's mode follows what happens to it and to the box, there and back, on real streams."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.clock import SystemClock
from edge.config import Camera, Detector, Stream
from edge.pool import CALM_CHOICES, Pool
from edge.sentry import Post
from edge.tally import Tally
from pipelines.flow import Bytes, Finding, Mode
from pipelines.lookout import Lookout
from pipelines.modes import TRUSTED
from tests.builders import STATED
from tests.edge.conftest import SQUARE, Rtsp, wait_until
from tests.edge.line import line
from tocsin.demo.clips import write_clip


class Ahead(SystemClock):
    """The machine's clocks, and what a test adds to them."""

    added_s = 0.0

    def now_s(self) -> float:
        return SystemClock.now_s(self) + self.added_s

    def ticks_s(self) -> float:
        return SystemClock.ticks_s(self) + self.added_s


class Driven:
    """A pool that a test drives by hand."""

    def __init__(self) -> None:
        self.clock, self.stop = Ahead(), threading.Event()
        post = Post("s", Detector(), lambda _: (), Lookout(), self.told)
        self.pool = Pool(post, self.clock, self.stop)

    def told(self, _: str, __: Finding) -> None:
        """Nobody listens."""

    def add(self, camera: Camera) -> Tally:
        tally = Tally(camera.id, camera.place)
        self.pool.add(camera, tally)
        return tally

    def until(self, done: Callable[[], bool]) -> None:
        """Go round until it comes true."""

        def round_once() -> bool:
            if not self.pool.step():
                time.sleep(0.005)
            return done()

        wait_until(round_once)

    def choose(self) -> None:
        """Choose the modes anew, after something has come of every large stream."""
        before = [place.tally.packets for place in self.pool.places]
        self.until(
            lambda: all(
                place.tally.packets > count
                for place, count in zip(self.pool.places, before, strict=True)
            )
        )
        self.pool.chosen_s = float("-inf")
        self.pool.step()


def mode_of(tally: Tally) -> Mode:
    return tally.mode


FPS = 10
WALL = np.full((180, 160), 128, np.uint8)
WALL[:120] = np.kron(
    np.random.default_rng(7).integers(60, 160, (8, 10), np.uint8), np.ones((15, 16), np.uint8)
)


def scene(seconds: int, *, moves: bool) -> Iterator[Bytes]:
    """A wall, before which a bright square may go to and fro."""
    for number in range(FPS * seconds):
        picture = WALL.copy()
        x = abs(number * 3 % 240 - 120)
        if moves:
            picture[40:80, x : x + 30] = 240
        yield picture


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    write_clip(folder / "still.mp4", scene(20, moves=False), fps=FPS)
    write_clip(folder / "busy.mp4", scene(60, moves=True), fps=FPS)
    return folder


@pytest.fixture
def driven() -> Iterator[Driven]:
    made = Driven()
    yield made
    made.stop.set()


@pytest.mark.parametrize("asked", ["auto", "substream"])
def test_a_lost_small_stream_is_replaced_by_the_large_one_until_it_is_trusted_again(
    driven: Driven, rtsp: Rtsp, asked: str
) -> None:
    with line(rtsp.port) as little:
        url = rtsp.url_of(SQUARE)
        small_url = url.replace(str(rtsp.port), str(little.port))
        stream = Stream(stall_s=10.0, open_s=10.0)
        tally = driven.add(
            Camera(id="a", place="p", url=url, substream=small_url, mode=asked,  # type: ignore[arg-type]
                   stream=stream, **STATED)
        )  # fmt: skip
        small = driven.pool.places[0].small
        assert small is not None
        driven.until(lambda: tally.frames > 3)
        assert mode_of(tally) == "substream"
        little.hang_up()
        driven.until(lambda: small.tally.state == "lost")
        driven.choose()
        driven.choose()
        assert mode_of(tally) == "full"
        assert tally.aligned_by == ""
        assert "its small stream is lost: " in tally.mode_why
        watched = tally.frames
        driven.until(lambda: tally.frames > watched + 3)
        little.cut = False
        packets = small.tally.packets
        driven.until(lambda: small.tally.packets > packets)
        modes = []
        for _ in range(TRUSTED + 1):
            came = small.tally.packets
            driven.until(lambda came=came: small.tally.packets > came)  # type: ignore[misc]
            driven.choose()
            modes.append(mode_of(tally))
        assert modes[0] == "full"
        assert modes[-1] == "substream"
        watched = tally.frames
        driven.until(lambda: tally.frames > watched + 3)
        assert tally.skipped == 0


def test_a_quiet_camera_of_an_overloaded_box_is_watched_by_keyframes_until_a_minute_was_calm(
    driven: Driven, films: Path
) -> None:
    tally = driven.add(
        Camera(id="a", place="p", url=str(films / "still.mp4"), health=None, **STATED)
    )
    driven.until(lambda: tally.frames > 3)
    assert mode_of(tally) == "full"

    def late() -> bool:
        """Nobody serves the camera for more than a second, and what waited is skipped."""
        backlog = driven.pool.places[0].feed.backlog
        wait_until(lambda: len(backlog) > 4)
        driven.clock.added_s += 1.0
        driven.pool.step()
        return tally.skipped > 0

    wait_until(late)
    driven.choose()
    assert mode_of(tally) == "keyframe"
    assert "overloaded" in tally.mode_why
    assert tally.degraded
    for _ in range(CALM_CHOICES - 1):
        driven.choose()
        assert mode_of(tally) == "keyframe"

    def calm() -> bool:
        driven.choose()
        return tally.mode == "full"

    wait_until(calm)
    assert tally.mode_why == "it has no small stream"
    watched = tally.frames
    driven.until(lambda: tally.frames > watched + FPS)


def test_keyframes_that_keep_moving_are_given_up_for_every_frame(
    driven: Driven, films: Path
) -> None:
    url = str(films / "busy.mp4")
    tally = driven.add(Camera(id="a", place="p", url=url, mode="keyframe", health=None, **STATED))
    place = driven.pool.places[0]
    driven.choose()
    assert mode_of(tally) == "keyframe"

    def given_up() -> bool:
        driven.until(lambda: place.seen_open)
        driven.choose()
        return tally.mode == "full"

    wait_until(given_up)
    assert "its keyframes keep moving" in tally.mode_why
    watched = tally.frames
    driven.until(lambda: tally.frames > watched + FPS)
