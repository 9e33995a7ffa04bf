"""A reader that dozes while nobody is in a hurry, and wakes when somebody is."""

import threading
from pathlib import Path

from edge.clock import SystemClock
from edge.config import Camera, Stream
from edge.feed import Feed
from edge.tally import Tally
from tests.edge.conftest import PATIENCE_S, wait_until

NIGHT_S = 600.0


def begun(clip: Path, **more: str) -> Feed:
    camera = Camera(id="a", place="p", url=str(clip), stream=Stream(**more))  # type: ignore[arg-type]
    feed = Feed(camera, Tally("a", "p"), clock=SystemClock(), stop=threading.Event())
    feed.doze(NIGHT_S)
    feed.start()
    return feed


def test_a_dozing_reader_wakes_at_once_when_it_is_needed(clip: Path) -> None:
    feed = begun(clip)
    wait_until(lambda: feed.dozing)
    assert feed.tally.packets == 1
    feed.doze(0.0)
    wait_until(lambda: feed.tally.packets > 5)


def test_what_comes_over_udp_is_read_as_it_comes(clip: Path) -> None:
    feed = begun(clip, transport="udp")
    wait_until(lambda: feed.tally.packets > 5)
    assert not feed.dozing


def test_a_reader_tells_when_it_has_handed_over_all_that_came(clip: Path) -> None:
    feed = begun(clip)
    assert feed.ready.wait(PATIENCE_S)
    assert len(feed.backlog) == 1
    feed.ready.clear()
    feed.doze(0.0)
    assert feed.ready.wait(PATIENCE_S)
    assert len(feed.backlog) > 1
