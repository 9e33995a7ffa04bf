"""What each gate decodes, on real H.264: the fewer packets the better, but nothing is lost."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from edge.clock import SystemClock
from edge.config import Camera, Detector, Stream
from edge.feed import Feed
from edge.gates import (
    BURST,
    LATE_S,
    SLICE,
    FullGate,
    Gate,
    KeyframeGate,
    SubstreamGate,
)  # fmt: skip
from edge.reel import PACKETS_AT_ONCE, Reel
from edge.sentry import Post, Sentry
from edge.tally import Tally
from pipelines.flow import Box, Bytes, Detection, Finding, Frame, Motion
from pipelines.lookout import Lookout
from pipelines.zones import Zone
from tests.builders import STATED, box, track
from tests.edge.conftest import wait_until
from tocsin.demo.clips import GOP_S, write_clip

FPS, SECONDS = 10, 12
WIDTH, HEIGHT = 320, 240
WALK_S = (5.0, 7.2)  # from well within one group of pictures into the next
FLIT_S = (4.4, 5.4)  # within one group: the keyframes are at 4 and 6 s
SEEDED = np.random.default_rng(3).integers(60, 160, (HEIGHT // 16, WIDTH // 16), np.uint8)
WALL = np.kron(SEEDED, np.ones((16, 16), np.uint8))


def scene(scale: int, *, light: int, when_s: tuple[float, float] = WALK_S) -> Iterator[Bytes]:
    """A wall, and for a while a square, so much lighter than it, that crosses it."""
    for number in range(FPS * SECONDS):
        at_s = number / FPS
        luma = WALL.copy()
        if light and when_s[0] <= at_s < when_s[1]:
            x = int(20 + (at_s - when_s[0]) * 100)
            luma[90:170, x : x + 50] = np.minimum(luma[90:170, x : x + 50], 255 - light) + light
        grey = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        small = np.concatenate([luma, grey])
        yield np.kron(small, np.ones((scale, scale), np.uint8))


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`walk`, `flit` and `still`, each large and small, and a small `faint`."""
    folder = tmp_path_factory.mktemp("films")
    for name, light, when_s in (("walk", 150, WALK_S), ("flit", 150, FLIT_S), ("still", 0, WALK_S)):
        for size, scale in (("large", 2), ("small", 1)):
            pictures = scene(scale, light=light, when_s=when_s)
            write_clip(folder / f"{name}-{size}.mp4", pictures, fps=FPS)
    write_clip(folder / "faint-large.mp4", scene(1, light=40), fps=FPS)
    return folder


@dataclass(slots=True)
class Noted(Tally):
    """A tally that knows when the first frame was seen."""

    first_s: float = 0.0

    def frame(self, frame: Frame, moving: Motion) -> None:
        Tally.frame(self, frame, moving)
        self.first_s = self.first_s or frame.captured_s


class Run:
    """One camera behind one gate, read as fast as it goes, without a network of neurons."""

    def __init__(self, films: Path, name: str, **more: object) -> None:
        self.films, self.name = films, name
        self.stop, self.tally = threading.Event(), Noted("a", "p")
        self.lookout: Lookout[Sentry] = Lookout()
        self.shown: list[tuple[float, int, tuple[Box, ...]]] = []
        self.feeds: list[Feed] = []
        self.most_at_once = 0
        post = Post("s", Detector(looks_per_s=5), self.objects, self.lookout, self.told)
        self.camera = Camera(
            id="a",
            place="p",
            url=self.path("large"),
            health=None,
            **STATED,
            **more,  # type: ignore[arg-type]
        )
        self.sentry = Sentry(self.camera, post, self.tally)

    def path(self, size: str) -> str:
        return str(self.films / f"{self.name}-{size}.mp4")

    def objects(self, _: Bytes) -> Sequence[Detection]:
        return ()

    def told(self, _: str, __: Finding) -> None:
        """Nobody judges here."""

    def feed(self, size: str, tally: Tally) -> Feed:
        camera = Camera(
            id=size, place="p", url=self.path(size), stream=Stream(realtime=False, loop=False)
        )
        feed = Feed(camera, tally, clock=SystemClock(), stop=self.stop)
        self.feeds.append(feed)
        feed.start()
        return feed

    def through(self, make: Callable[["Run"], Gate], *, late_s: float = 0.0) -> "Run":
        """Turn after turn until all packets have come and nothing is left to do.

        late_s  by which each turn comes too late
        """
        gate, idle = make(self), 0
        if late_s:
            for feed in self.feeds:
                feed.backlog.late_s = LATE_S

        def turn() -> bool:
            nonlocal idle
            before = self.tally.decoded
            busy = gate.step(time.monotonic() + late_s)
            self.most_at_once = max(self.most_at_once, self.tally.decoded - before)
            request = self.lookout.best(time.monotonic())
            if request is not None:
                regions = tuple(each.region for each in request.wish.patches)
                self.shown.append((request.frame.captured_s, request.frame.width, regions))
                self.sentry.look(request)
            idle = 0 if busy or request else idle + 1
            return idle > 50 and self.tally.packets == FPS * SECONDS

        wait_until(turn)
        return self


def full(run: Run) -> Gate:
    return FullGate(run.feed("large", run.tally), run.sentry, run.tally)


def keyframe(run: Run) -> Gate:
    return KeyframeGate(run.feed("large", run.tally), run.sentry, run.tally)


def substream(run: Run) -> Gate:
    main, small = run.feed("large", run.tally), run.feed("small", Tally("small", "p"))
    return SubstreamGate(main, small, run.sentry, run.tally)


def test_a_full_gate_decodes_every_packet(films: Path) -> None:
    run = Run(films, "still").through(full)
    assert run.tally.decoded == run.tally.frames == FPS * SECONDS
    assert run.shown == []


def test_what_moves_under_a_mask_is_not_looked_at(films: Path) -> None:
    everywhere = Zone(id="flag", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
    assert Run(films, "walk", masks=(everywhere,)).through(full).shown == []
    assert Run(films, "walk").through(full).shown


def test_an_idle_keyframe_gate_decodes_keyframes_only(films: Path) -> None:
    run = Run(films, "still").through(keyframe)
    assert run.tally.decoded == SECONDS / GOP_S


def test_a_keyframe_gate_fetches_what_was_before_the_keyframe_that_moved(films: Path) -> None:
    run = Run(films, "walk").through(keyframe)
    times = clip_times(run)
    assert min(times) <= WALK_S[0] + 0.5  # the walk began a second before the keyframe at 6 s
    assert run.tally.decoded < FPS * SECONDS


def test_an_idle_substream_gate_decodes_nothing_of_the_large_stream(films: Path) -> None:
    run = Run(films, "still").through(substream)
    assert run.tally.decoded == FPS * SECONDS  # of the small one
    assert run.sentry.watch.looker.calls == 0


def test_a_substream_gate_shows_the_large_picture_of_the_moment_that_moved(films: Path) -> None:
    run = Run(films, "walk").through(substream)
    assert {width for _, width, _ in run.shown} == {2 * WIDTH}
    times = clip_times(run)
    assert min(times) <= WALK_S[0] + 0.5
    assert max(times) >= WALK_S[1] - 1.0  # looks at what is nothing grow rarer
    large = run.tally.decoded - FPS * SECONDS
    assert 0 < large < FPS * SECONDS / 2


@pytest.mark.parametrize("make", [full, substream])
def test_a_new_stream_is_looked_at_where_somebody_was_in_the_large_picture(
    films: Path, make: Callable[[Run], Gate]
) -> None:
    run, there = Run(films, "still"), box(300, 200, 60, 120)
    run.sentry.watch.tracks = (track(there, seen_s=time.time()),)
    run.sentry.watch.shown = (2 * WIDTH, 2 * HEIGHT)
    ((_, width, (region,)),) = run.through(make).shown
    assert width == 2 * WIDTH
    assert region.overlap(there) == there.area


@pytest.mark.parametrize(("make", "seen"), [(full, True), (substream, True), (keyframe, False)])
def test_what_comes_and_goes_between_two_keyframes_is_missed_by_keyframes_only(
    films: Path, make: Callable[[Run], Gate], *, seen: bool
) -> None:
    run = Run(films, "flit").through(make)
    assert bool(run.shown) == seen
    assert all(width == 2 * WIDTH for _, width, _ in run.shown)


@pytest.mark.parametrize("make", [full, keyframe, substream])
def test_no_turn_is_long_however_much_is_fetched(films: Path, make: Callable[[Run], Gate]) -> None:
    run = Run(films, "walk").through(make)
    assert run.shown
    assert 0 < run.most_at_once <= max(SLICE, BURST + PACKETS_AT_ONCE) < GOP_S * FPS


@pytest.mark.parametrize("make", [full, substream])
def test_whoever_always_comes_too_late_still_sees_a_picture_for_each_second(
    films: Path, make: Callable[[Run], Gate]
) -> None:
    run = Run(films, "still").through(make, late_s=60.0)
    assert SECONDS <= run.tally.frames < FPS * SECONDS
    assert run.tally.skipped > 0
    assert run.tally.corrupt == 0


def test_frames_that_waited_in_vain_for_the_network_are_counted(films: Path) -> None:
    run = Run(films, "walk")
    run.lookout.next_s = time.monotonic() + 3600.0  # the box has looked enough
    run.lookout.pause_s = 3600.0
    run.through(full)
    assert run.shown == []
    assert run.tally.overtaken > 5


def test_a_camera_and_its_zones_are_as_sensitive_as_its_file_says(films: Path) -> None:
    def moved(**more: object) -> bool:
        return bool(Run(films, "faint", **more).through(full).shown)

    everywhere = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)), sensitivity=0.1)
    assert moved()
    assert not moved(sensitivity=0.1)
    assert not moved(zones=(everywhere,))


def test_a_stream_whose_keyframes_are_too_rare_fills_no_memory_and_is_shown_from_the_next(
    films: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = Run(films, "walk")
    feed = run.feed("large", run.tally)
    wait_until(lambda: len(feed.backlog) > 30)
    parcels = [parcel for _ in range(30) if (parcel := feed.backlog.take(0.0))]
    (first, second) = (number for number, parcel in enumerate(parcels) if parcel.key)
    rare = [replace(each, key=each.key and number != second) for number, each in enumerate(parcels)]
    for module in ("edge.reel", "edge.gates"):
        monkeypatch.setattr(f"{module}.MOST", 8)
    reel, gate = Reel(run.tally, lambda _: None), KeyframeGate(feed, run.sentry, run.tally)
    for parcel in rare:
        reel.put(parcel)
        gate._keep(parcel)
        assert len(reel.parcels) <= 8
        assert len(gate.group) <= 8
    assert caplog.text.count("keyframes=too-rare") == 1
    for parcel in parcels[second : second + 6]:
        reel.put(parcel)
    assert reel.frame_at(parcels[second].captured_s) is not None
    assert first == 0


def clip_times(run: Run) -> list[float]:
    """When, in the clip, frames were shown; they are stamped from the clip's start."""
    assert run.shown
    return [at_s - run.tally.first_s for at_s, _, _ in run.shown]
