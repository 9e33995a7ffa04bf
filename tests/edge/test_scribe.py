"""Events are made beside the cameras, in order, and none is lost when too many come at once."""

import threading

from edge.reporting import Reporter
from edge.scribe import Scribe
from edge.tally import Tally
from pipelines.errors import RedactionError
from pipelines.flow import Event, Finding, Picture
from tests.builders import facts, frame

PICTURE = Picture(width=1, height=1, data=b"j")


def finding(at_s: float) -> Finding:
    return Finding(facts(), frame(at_s=at_s), ())


def nothing() -> None:
    """Nothing to prepare."""


def test_findings_become_events_in_their_order() -> None:
    events: list[Event] = []
    tally = Tally("a", "p")
    scribe = Scribe({"a": Reporter(lambda _: PICTURE, tally)}, events.append, prepare=nothing)
    for second in range(20):
        scribe.tell("a", finding(1000.0 + second))
    scribe.close(within_s=30)
    assert [event.time.timestamp() for event in events] == [1000.0 + s for s in range(20)]
    assert all(event.data.picture == PICTURE for event in events)
    assert tally.events == 20


def test_when_too_many_wait_events_go_out_bare_and_none_is_lost() -> None:
    events: list[Event] = []
    go_on, tally = threading.Event(), Tally("a", "p")

    def slow(_: Finding) -> Picture:
        go_on.wait(30)
        return PICTURE

    scribe = Scribe({"a": Reporter(slow, tally)}, events.append, prepare=nothing)
    for second in range(100):
        scribe.tell("a", finding(1000.0 + second))
    go_on.set()
    scribe.close(within_s=30)
    assert len(events) == 100
    assert tally.bare == sum(event.data.picture is None for event in events) > 0


def test_a_picture_that_cannot_be_redacted_is_left_out_and_counted() -> None:
    events: list[Event] = []
    tally = Tally("a", "p")

    def fails(_: Finding) -> Picture:
        raise RedactionError("no network")

    scribe = Scribe({"a": Reporter(fails, tally)}, events.append, prepare=nothing)
    scribe.tell("a", finding(1000.0))
    scribe.close(within_s=30)
    assert [event.data.picture for event in events] == [None]
    assert tally.bare == 1


def test_the_networks_are_warmed_before_the_first_picture_is_taken() -> None:
    order: list[str] = []

    def take(_: Finding) -> Picture:
        order.append("picture")
        return PICTURE

    def prepare() -> None:
        order.append("warm")

    scribe = Scribe({"a": Reporter(take, Tally("a", "p"))}, lambda _: None, prepare=prepare)
    scribe.tell("a", finding(1000.0))
    scribe.close(within_s=30)
    assert order == ["warm", "picture"]
