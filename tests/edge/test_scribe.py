"""Events are made beside the cameras, in order, and none is lost when too many come at once."""

import os
import sys
import threading

import msgspec
import pytest

from edge.reporting import Reporter, TakePicture
from edge.scribe import Scribe
from edge.tally import Tally
from pipelines.errors import RedactionError
from pipelines.flow import Event, Finding, Phase, Picture
from tests.builders import facts, frame
from tests.edge.conftest import PATIENCE_S

PICTURE = Picture(width=1, height=1, data=b"j")


def finding(at_s: float, phase: Phase | None = "begin", *, pictured: bool = True) -> Finding:
    told = msgspec.structs.replace(facts(), phase=phase, episode="life")
    return Finding(told, frame(at_s=at_s), (), pictured=pictured)


def nothing() -> None:
    """Nothing to prepare."""


def slow(go_on: threading.Event) -> TakePicture:
    """Whoever takes pictures waits until he may go on."""

    def take(_: Finding) -> Picture:
        go_on.wait(PATIENCE_S)
        return PICTURE

    return take


def times(events: list[Event]) -> list[float]:
    return [event.time.timestamp() for event in events]


def test_what_begins_is_told_at_once_and_its_picture_follows() -> None:
    events: list[Event] = []
    go_on, tally = threading.Event(), Tally("a", "p")
    scribe = Scribe({"a": Reporter(slow(go_on), tally)}, events.append, prepare=nothing)
    for second in range(20):
        scribe.tell("a", finding(1000.0 + second))
    scribe.tell("a", finding(1030.0, "end", pictured=False))
    assert times(events) == [*(1000.0 + s for s in range(20)), 1030.0]
    assert all(event.data.picture is None for event in events)
    go_on.set()
    scribe.close(within_s=PATIENCE_S)
    followed = events[21:]
    assert times(followed) == [1000.0 + s for s in range(20)]
    assert {(event.data.phase, event.data.picture) for event in followed} == {("update", PICTURE)}
    assert {event.data.again for event in followed} == {True}
    assert not any(event.data.again for event in events[:21])
    assert {event.data.episode for event in events} == {"life"}
    assert len({event.id for event in events}) == tally.events == 41
    assert tally.bare == 0


def test_news_of_what_goes_on_does_not_wait_for_its_picture_either() -> None:
    events: list[Event] = []
    go_on, tally = threading.Event(), Tally("a", "p")
    scribe = Scribe({"a": Reporter(slow(go_on), tally)}, events.append, prepare=nothing)
    scribe.tell("a", finding(1000.0, "update"))
    assert [(event.data.again, event.data.picture) for event in events] == [(False, None)]
    go_on.set()
    scribe.close(within_s=PATIENCE_S)
    first, second = events
    assert (second.data.again, second.data.picture) == (True, PICTURE)
    assert (first.data.phase, second.data.phase) == ("update", "update")
    assert first.time == second.time


def test_what_has_no_life_is_told_once_with_its_picture() -> None:
    events: list[Event] = []
    scribe = Scribe(
        {"a": Reporter(lambda _: PICTURE, Tally("a", "p"))}, events.append, prepare=nothing
    )
    scribe.tell("a", finding(1000.0, None))
    scribe.close(within_s=PATIENCE_S)
    assert [(event.data.phase, event.data.picture) for event in events] == [(None, PICTURE)]


def test_when_too_many_wait_pictures_are_left_out_and_no_event_is_lost() -> None:
    events: list[Event] = []
    go_on, tally = threading.Event(), Tally("a", "p")
    scribe = Scribe({"a": Reporter(slow(go_on), tally)}, events.append, prepare=nothing)
    for second in range(100):
        scribe.tell("a", finding(1000.0 + second, "update" if second % 2 else "begin"))
    go_on.set()
    scribe.close(within_s=PATIENCE_S)
    assert set(times(events)) == {1000.0 + second for second in range(100)}
    pictured = sum(event.data.picture is not None for event in events)
    assert tally.bare == 100 - pictured > 0


def test_a_picture_that_cannot_be_redacted_is_left_out_and_counted() -> None:
    events: list[Event] = []
    tally = Tally("a", "p")

    def fails(_: Finding) -> Picture:
        raise RedactionError("no network")

    scribe = Scribe({"a": Reporter(fails, tally)}, events.append, prepare=nothing)
    scribe.tell("a", finding(1000.0))
    scribe.tell("a", finding(1001.0, "update"))
    scribe.close(within_s=PATIENCE_S)
    assert [event.data.phase for event in events] == ["begin", "update"]
    assert [event.data.picture for event in events] == [None, None]
    assert tally.bare == 2


def test_the_networks_are_warmed_before_the_first_picture_is_taken() -> None:
    order: list[str] = []

    def take(_: Finding) -> Picture:
        order.append("picture")
        return PICTURE

    def prepare() -> None:
        order.append("warm")

    scribe = Scribe({"a": Reporter(take, Tally("a", "p"))}, lambda _: None, prepare=prepare)
    scribe.tell("a", finding(1000.0))
    scribe.close(within_s=PATIENCE_S)
    assert order == ["warm", "picture"]


def test_whoever_takes_pictures_gives_way_to_those_that_watch() -> None:
    if sys.platform != "linux":
        pytest.skip("threads have a priority of their own on Linux only")
    found: list[int] = []

    def take(_: Finding) -> Picture:
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return PICTURE

    usual = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    scribe = Scribe({"a": Reporter(take, Tally("a", "p"))}, lambda _: None, prepare=nothing)
    scribe.tell("a", finding(1000.0))
    scribe.close(within_s=PATIENCE_S)
    assert found == [min(usual + 5, 19)]
