"""Somebody looks: what leaves the box plays, nobody can be told on it, and it stops by itself."""

import io
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
import pytest

from benchmarks.bench_evidence import parcels_of
from edge.clock import SystemClock
from edge.config import Camera, EdgeConfig, Spool, Stream
from edge.live.settings import LiveViews
from edge.live.showing import Showing
from edge.live.view import PARCELS
from edge.tally import Tally
from edge.worker import Networks, begin
from pipelines.commands import Live
from pipelines.errors import ModelError, RedactionError
from pipelines.flow import Box, Bytes, Detection, Frame, Mode, Redacted, Track
from pipelines.liveview import Part, Rate, follows, unpacked
from pipelines.redaction import redacted
from pipelines.regions import PLAIN
from pipelines.seeing import Network
from pipelines.snapshot import Snapshot
from tests.builders import box, frame, track
from tests.edge.conftest import PATIENCE_S, wait_until
from tests.edge.recorded import WHITE, lumas, walk, white_things, yard

SOON = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody white with a black face walks, 1280 by 960."""
    return walk(tmp_path_factory.mktemp("walk"), 4, "walk.mp4")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on a small stream, 320 by 240."""
    return walk(tmp_path_factory.mktemp("small"), 1, "small.mp4")


class Shown:
    """A camera that a worker's threads watch, and what they show of it."""

    def __init__(self, folder: Path, camera: Camera, faces: Network) -> None:
        config = EdgeConfig(
            site="s", box="box-1", spool=Spool(path=str(folder / "spool.db")), cameras=(camera,)
        )
        clock, self.stop = SystemClock(), threading.Event()
        snapshot = Snapshot(find_faces=faces, find_objects=white_things)
        networks = Networks(white_things, PLAIN, snapshot)
        self.showing = Showing(LiveViews(), partial(networks.redactor, each=True), clock)
        (self.tally,), self.scribe, self.pool = begin(
            config, config.cameras, networks=networks, put=lambda _: None, clock=clock,
            stop=self.stop, warm=True, showing=self.showing,
        )  # fmt: skip
        self.parts = list[Part]()

    def look(self, rate: Rate, lease_s: float = 15.0) -> None:
        self.showing.open(Live(id="1", expires=SOON, camera="yard", rate=rate, lease_s=lease_s))

    def came(self, kind: str) -> list[Part]:
        """Parts of a kind so far."""
        found = [unpacked(said.data) for said in self.showing.taken()]
        self.parts += [part for part in found if part is not None]
        return [part for part in self.parts if part.kind == kind]

    def until(self, kind: str, count: int) -> list[Part]:
        wait_until(lambda: len(self.came(kind)) >= count)
        return self.came(kind)

    def film(self, pieces: int) -> bytes:
        """The film so far, as a browser would have it."""
        self.until("piece", pieces)
        (begins,) = self.came("begin")
        return begins.data + b"".join(part.data for part in self.came("piece"))


@contextmanager
def shown(
    folder: Path, url: Path, mode: Mode = "full", small: Path | None = None,
    faces: Network = lambda _: [],
) -> Iterator[Shown]:  # fmt: skip
    camera = msgspec.structs.replace(
        yard(url, mode=mode, small=small), stream=Stream(realtime=True, loop=True)
    )
    made = Shown(folder, camera, faces)
    try:
        wait_until(lambda: made.tally.frames > 0)
        yield made
    finally:
        made.stop.set()
        made.scribe.close(within_s=PATIENCE_S)


def test_nothing_is_shown_unless_somebody_looks(tmp_path: Path, small: Path) -> None:
    with shown(tmp_path, small) as made:
        seen = made.tally.frames
        wait_until(lambda: made.tally.frames > seen + 10)
        assert made.showing.taken() == []
        assert (made.tally.live, made.tally.live_cpu_s) == ("", 0.0)


def test_a_film_of_the_large_stream_plays_and_shows_no_face(
    tmp_path: Path, clip: Path, small: Path
) -> None:
    with shown(tmp_path, clip, "substream", small) as made:
        made.look("full")
        film = made.film(60)
        assert made.tally.live_of == "large"
        parts = made.parts
    pictures = list(lumas(film))
    assert len(pictures) >= 60
    assert {picture.shape for picture in pictures} == {(960, 1280)}
    assert any((picture > WHITE - 40).any() for picture in pictures)
    assert min(int(picture.min()) for picture in lumas(clip)) < 8  # a face
    assert min(int(picture.min()) for picture in pictures) > 16
    assert all(follows(part, before) for before, part in itertools.pairwise(parts))
    with av.open(io.BytesIO(film), "r") as container:
        video = container.streams.video[0].codec_context
        assert (video.name, video.pix_fmt, video.has_b_frames) == ("h264", "yuv420p", False)


def test_whoever_comes_late_can_begin_at_any_keyframe(tmp_path: Path, small: Path) -> None:
    with shown(tmp_path, small) as made:
        made.look("full")
        made.film(40)
        (begins,), pieces = made.came("begin"), made.came("piece")
    key = next(place for place, part in enumerate(pieces) if place and part.key)
    late = begins.data + b"".join(part.data for part in pieces[key:])
    assert len(list(lumas(late))) == len(pieces) - key


def test_at_a_low_rate_there_is_a_small_still_each_second_and_no_film(
    tmp_path: Path, clip: Path
) -> None:
    with shown(tmp_path, clip) as made:
        made.look("low")
        stills = made.until("still", 5)
        assert made.came("begin") == made.came("piece") == []
        assert (made.tally.live, made.tally.decoded) == ("low", made.tally.frames)
    for part in stills:
        picture = cv2.imdecode(np.frombuffer(part.data, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        assert picture.shape == (360, 480)
        assert picture.min() > 16
    pauses = np.diff([part.captured_s for part in stills])
    assert (pauses > 0.9).all()


def test_it_stops_by_itself_when_the_lease_ends(tmp_path: Path, small: Path) -> None:
    with shown(tmp_path, small) as made:
        made.look("full", lease_s=1.5)
        made.until("piece", 3)
        wait_until(lambda: made.tally.live == "")
        made.showing.taken()
        seen = made.tally.frames
        wait_until(lambda: made.tally.frames > seen + 15)
        assert made.showing.taken() == []


def test_what_cannot_be_redacted_is_left_out_and_the_view_says_so(
    tmp_path: Path, small: Path
) -> None:
    broken = threading.Event()

    def faces(_: Bytes) -> Sequence[Detection]:
        if broken.is_set():
            raise ModelError("the file is gone")
        return []

    with shown(tmp_path, small, faces=faces) as made:
        made.look("full")
        made.until("piece", 3)
        broken.set()
        wait_until(lambda: made.tally.live_left_out >= 3)
        made.came("piece")
        made.parts.clear()
        left_out = made.tally.live_left_out
        wait_until(lambda: made.tally.live_left_out >= left_out + 3)
        assert made.came("piece") == []
        wait_until(lambda: "the file is gone" in made.tally.live_why)
        broken.clear()
        begins = made.until("begin", 1)
        assert begins[0].left_out
        wait_until(lambda: made.tally.live_why == "")


def test_where_there_is_no_time_for_the_large_stream_the_small_one_is_shown(clip: Path) -> None:
    showing = Showing(LiveViews(), lambda: _shown, SystemClock())
    view = showing.view_of(tally := Tally("yard", "p", mode="substream"))
    view.open("full", 15)
    for parcel in itertools.islice(itertools.cycle(parcels_of(clip)), 2 * PARCELS):
        view.keep(parcel)
    assert len(view.parcels) <= PARCELS
    assert tally.live_skipped >= PARCELS
    view.parcels.clear()
    view.offer(frame(90, at_s=parcel.captured_s), lambda *_: ())
    assert view.step()
    assert (tally.live_of, tally.live_why) == ("small", "no time for the large stream")
    assert unpacked(showing.taken()[0].data) is not None
    assert (view.film.size if view.film else None) == (1280, 960)


def test_what_nobody_showed_in_time_makes_room_for_what_is_newer() -> None:
    showing = Showing(LiveViews(), lambda: _shown, SystemClock())
    view = showing.view_of(tally := Tally("yard", "p"))
    view.open("full", 15)
    for number in range(10):
        view.offer(frame(90, at_s=1000.0 + number), lambda *_: ())
    while view.step():
        pass
    stills = [unpacked(said.data) for said in showing.taken()]
    assert [part.captured_s for part in stills if part and part.kind == "still"] == [1008, 1009]
    assert (tally.live_frames, tally.live_skipped) == (2, 8)


def test_a_view_that_nobody_takes_stays_small() -> None:
    showing = Showing(LiveViews(), lambda: _never, SystemClock())
    view = showing.view_of(Tally("yard", "p"))
    for number in range(1000):
        view.put("yard", bytes([number % 256]) * 30)
    kept = showing.taken()
    assert len(kept) < 200
    assert kept[-1].data[0] == 999 % 256


def _shown(seen: Frame, _: Sequence[Track]) -> Redacted:
    return redacted(seen, [])


def _never(*_: object) -> Redacted:
    raise RedactionError("nobody is there")


def test_a_still_is_looked_over_finer_than_it_is_shown_and_not_larger_than_needed() -> None:
    seen = list[tuple[int, int]]()

    def redact(shown: Frame, tracks: Sequence[Track]) -> Redacted:
        seen.append((shown.width, shown.height))
        assert [each.box for each in tracks] == [Box(5, 5, 15, 25)]
        return redacted(shown, [])

    showing = Showing(LiveViews(), lambda: redact, SystemClock())
    view = showing.view_of(Tally("yard", "p"))
    view.open("low", 15)
    view.offer(frame(90, width=1280, height=720, at_s=9.0), lambda *_: (track(box(10, 10)),))
    assert view.step()
    assert seen == [(640, 360)]
