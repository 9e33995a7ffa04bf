"""Many cameras in one thread: each has its turn, one that breaks harms no other."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.config import Camera, Detector, EdgeConfig, Stream
from edge.pool import HANGS_S, Pool
from edge.sentry import Post
from edge.tally import Tally
from edge.worker import Networks, begin
from pipelines.flow import Event, Finding
from pipelines.lookout import Lookout
from pipelines.regions import PLAIN
from pipelines.snapshot import Snapshot
from tests.builders import STATED
from tests.edge.conftest import FPS, Rtsp, wait_until


@pytest.fixture
def pool() -> Iterator[Pool]:
    def told(_: str, __: Finding) -> None:
        """Nobody listens."""

    stop = threading.Event()
    post = Post("s", Detector(), lambda _: (), Lookout(), told)
    made = Pool(post, SystemClock(), stop)
    threading.Thread(target=made.run, daemon=True).start()
    yield made
    stop.set()


def added(pool: Pool, url: str, **more: str) -> Tally:
    tally = Tally(f"c{len(pool.places)}", "p")
    stream = Stream(realtime=False, loop=False)
    camera = Camera(id=tally.camera, place="p", url=url, stream=stream, **STATED, **more)  # type: ignore[arg-type]
    pool.add(camera, tally)
    pool.chosen_s = float("-inf")  # choose its mode now
    return tally


def test_all_cameras_of_a_worker_are_served(pool: Pool, clip: Path) -> None:
    tallies = [added(pool, str(clip)) for _ in range(6)]
    wait_until(lambda: all(tally.frames == 3 * FPS for tally in tallies))
    assert all(tally.skipped == 0 for tally in tallies)
    assert {tally.state for tally in tallies} == {"live"}


def test_a_camera_that_is_not_there_harms_no_other(pool: Pool, clip: Path) -> None:
    gone, there = added(pool, "/nowhere.mp4"), added(pool, str(clip))
    wait_until(lambda: there.frames == 3 * FPS)
    wait_until(lambda: gone.state == "lost")
    assert "No such file" in gone.trouble


def test_a_stream_that_comes_back_is_watched_afresh(pool: Pool, rtsp: Rtsp) -> None:
    tally = added(pool, rtsp.url_of("square.mp4"))
    wait_until(lambda: tally.frames > 3)
    sentry = pool.places[0].sentry
    before = sentry.watch
    sentry.begin()
    assert sentry.watch is not before
    wait_until(lambda: tally.frames > 6)


def test_the_mode_and_its_reason_are_told(pool: Pool, clip: Path) -> None:
    plain = added(pool, str(clip))
    small = added(pool, str(clip), substream=str(clip))
    wait_until(lambda: bool(plain.mode_why and small.mode_why))
    assert (plain.mode, plain.mode_why) == ("full", "it has no small stream")
    assert (small.mode, small.mode_why) == ("substream", "it has a small stream")


def test_who_skips_packets_is_degraded_and_says_so(pool: Pool, clip: Path) -> None:
    tally = added(pool, str(clip))
    wait_until(lambda: tally.frames == 3 * FPS)
    pool.places[0].feed.backlog.skipped += 5
    tally.skipped += 5
    pool.chosen_s = float("-inf")
    wait_until(lambda: tally.degraded)


def test_a_round_that_does_not_end_is_noticed_and_one_that_does_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    going, on = threading.Event(), threading.Event()

    def told(_: str, __: Finding) -> None:
        """Nobody listens."""

    def stuck(_: Pool, __: float) -> bool:
        going.set()
        return not on.wait()

    clock, stop = SystemClock(), threading.Event()
    pool = Pool(Post("s", Detector(), lambda _: (), Lookout(), told), clock, stop)
    assert not pool.hangs(clock.ticks_s() + 2 * HANGS_S)  # it has not begun
    monkeypatch.setattr(Pool, "round", stuck)
    threading.Thread(target=pool.run, daemon=True).start()
    going.wait()
    assert pool.hangs(clock.ticks_s() + 2 * HANGS_S)
    stop.set()
    on.set()
    pool.step()
    assert not pool.hangs(clock.ticks_s())


def test_a_box_shares_its_looks_among_its_workers_by_their_cameras() -> None:
    def nobody(_: object) -> tuple[()]:
        return ()

    def put(_: Event) -> None:
        """Nothing is found."""

    detector = Detector(box_looks_per_s=8)
    cameras = tuple(Camera(id=f"c{n}", place="p", url="/nowhere.mp4") for n in range(4))
    config = EdgeConfig(site="s", box="b", cameras=cameras, detector=detector)
    networks, stop = (
        Networks(nobody, PLAIN, Snapshot(find_faces=nobody, find_objects=nobody)),
        threading.Event(),
    )
    _, _, mine = begin(
        config, cameras[:1], networks=networks, put=put, clock=SystemClock(), stop=stop, warm=True
    )
    assert mine.post.lookout.pause_s == pytest.approx(1 / 2)
    stop.set()
