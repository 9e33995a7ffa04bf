"""One camera's view between those who look and a box that answers late, never, or with no."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from center.liveview import RENEW_S, LiveError, LiveView
from pipelines.commands import Answer, Fault
from pipelines.liveview import Part, Rate
from tests.center.centre import PATIENCE_S
from tests.center.desks import MovedClock

BEGIN = Part("begin", 1, 1, 0.0, b"ftyp")
BUSY = Fault(type="failed", detail="2 live views are open at rate full", at="$.rate")


class Shown:
    """A view, and a box that answers as `answers` says; None: not at all."""

    def __init__(self) -> None:
        self.clock = MovedClock()
        self.answers: Callable[[Rate], Fault | None] | None = lambda _: None
        self.asked: list[tuple[Rate, float]] = []
        self.view = LiveView("box-1/cam-1", self._ask, self.clock)

    async def _ask(self, rate: Rate, lease_s: float, _by: str) -> Answer | None:
        self.asked.append((rate, lease_s))
        await asyncio.sleep(0)
        if self.answers is None:
            return None
        fault = self.answers(rate)
        now = datetime.now(UTC)
        return Answer(id="1", box="box-1", time=now, ok=fault is None, error=fault)

    async def until(self, fits: Callable[[], bool]) -> None:
        """Let the view go on until something is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not fits():
                self.view.changed.set()
                await asyncio.sleep(0.01)


def told(story: Callable[[Shown], Awaitable[None]]) -> None:
    """Run a story and let go of its view."""

    async def run() -> None:
        shown = Shown()
        try:
            await story(shown)
        finally:
            shown.view.end()

    asyncio.run(run())


def still(number: int) -> Part:
    return Part("still", 0, number, 0.0, b"jpeg%d" % number)


def test_a_still_is_served_while_another_one_has_the_film() -> None:
    async def story(shown: Shown) -> None:
        shown.view.join("seat-4")
        await shown.until(lambda: ("full", 15.0) in shown.asked)
        shown.view.take(BEGIN)
        shown.view.take(Part("piece", 1, 2, 0.0, b"moof", key=True))
        shown.view.take(still(3))
        shown.view.look("seat-5")
        seen = await shown.view.first(within_s=0.01)
        assert seen is not None
        assert seen.data == b"jpeg3"
        assert {rate for rate, _ in shown.asked} == {"full"}

    told(story)


def test_a_box_that_shows_but_does_not_answer_in_time_goes_on_being_shown() -> None:
    async def story(shown: Shown) -> None:
        viewer = shown.view.join("seat-4")
        await shown.until(lambda: len(shown.asked) == 1)
        shown.view.take(still(1))
        shown.answers = None
        shown.clock.at_s += RENEW_S
        await shown.until(lambda: len(shown.asked) >= 3)
        shown.view.look("seat-5")
        assert await shown.view.first(within_s=0.01) is not None
        assert not viewer.over

    told(story)


def test_a_box_that_neither_shows_nor_answers_is_silent() -> None:
    async def story(shown: Shown) -> None:
        shown.answers = None
        viewer = shown.view.join("seat-4")
        await shown.until(lambda: viewer.over)
        with pytest.raises(LiveError, match="does not answer"):
            shown.view.look("seat-5")

    told(story)


def test_where_there_is_no_room_for_a_film_stills_go_on() -> None:
    async def story(shown: Shown) -> None:
        shown.answers = lambda rate: BUSY if rate == "full" else None
        shown.view.look("seat-4")
        await shown.until(lambda: ("low", 15.0) in shown.asked)
        shown.view.take(still(1))
        viewer = shown.view.join("seat-5")
        await shown.until(lambda: viewer.over)
        assert shown.view.fault is not None
        assert shown.view.fault.cause == "busy"
        with pytest.raises(LiveError, match="at rate full"):
            shown.view.join("seat-6")
        shown.view.leave(viewer)
        shown.clock.at_s += RENEW_S
        shown.view.look("seat-4")
        assert await shown.view.first(within_s=0.01) is not None
        await shown.until(lambda: shown.asked[-1] == ("low", 15.0))

    told(story)


def test_who_comes_while_a_view_is_given_back_is_shown_anew() -> None:
    async def story(shown: Shown) -> None:
        giving_back = asyncio.Event()

        def answers(_: Rate) -> Fault | None:
            if shown.asked[-1][1] == 0.0:
                giving_back.set()
                shown.view.look("seat-5")
            return None

        shown.answers = answers
        shown.view.look("seat-4")
        await shown.until(lambda: len(shown.asked) == 1)
        shown.clock.at_s += 60
        await shown.until(giving_back.is_set)
        await shown.until(lambda: shown.asked[-1] == ("low", 15.0))
        assert [lease_s for _, lease_s in shown.asked] == [15.0, 0.0, 15.0]

    told(story)
