"""A camera whose large stream sends no further keyframe is still seen by the network."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from edge.clock import SystemClock
from edge.config import Camera, Detector
from edge.pool import Pool
from edge.sentry import Post
from edge.tally import Tally
from pipelines.flow import Detection, Finding
from pipelines.lookout import Lookout
from tests.builders import STATED
from tests.edge.conftest import wait_until
from tests.hell.hall import Healthy
from tests.hell.harms import one_keyframe
from tests.hell.server import doing
from tests.hell.watching import bright


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    made = threading.Event()
    yield made
    made.set()


def test_it_is_decoded_in_full_from_a_keyframe_for_which_it_is_opened_anew(
    monkeypatch: pytest.MonkeyPatch, stop: threading.Event
) -> None:
    monkeypatch.setattr("pipelines.keyframes.RARE", 30)
    monkeypatch.setattr("edge.pool.KEYLESS", 30)
    shown: list[tuple[int, ...]] = []

    def see(picture: object) -> tuple[Detection, ...]:
        shown.append(picture.shape)  # type: ignore[attr-defined]
        return bright(picture)  # type: ignore[arg-type]

    def told(_: str, __: Finding) -> None:
        """Nobody listens."""

    pool = Pool(Post("s", Detector(), see, Lookout(), told), SystemClock(), stop)
    threading.Thread(target=pool.run, daemon=True).start()
    with ExitStack() as undone:
        large = undone.enter_context(doing(one_keyframe))
        small = undone.enter_context(doing(Healthy()))
        tally = Tally("a", "p")
        pool.add(Camera(id="a", place="p", url=large.url, substream=small.url, **STATED), tally)
        (place,) = pool.places

        wait_until(lambda: place.feed.keys.rare)
        wait_until(lambda: "keyframes of its large stream are too rare" in tally.mode_why)
        assert tally.mode == "full"
        wait_until(lambda: large.calls > 1 and tally.state == "live")
        shown.clear()
        wait_until(lambda: bool(shown))
        assert place.feed.keys.rare
        stop.set()
