"""Trying again: as often as needed, never after the end, and bugs are not hidden."""

from dataclasses import dataclass, field

import pytest

from edge.forever import forever
from pipelines.backoff import Backoff
from pipelines.errors import StreamError


@dataclass
class World:
    """A clock that moves when somebody waits, and attempts that follow a script."""

    script: list[object]
    now: float = 0.0
    lasts_s: float = 1.0
    pauses: list[float] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def now_s(self) -> float:
        return self.now

    def ticks_s(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def attempt(self) -> bool:
        step = self.script.pop(0)
        self.now += self.lasts_s
        if isinstance(step, Exception):
            raise step
        return bool(step)

    def run(self) -> None:
        forever(
            self.attempt, name="camera=a", clock=self, backoff=Backoff(lambda: 1.0),
            stopped=lambda: not self.script, wait=self.wait, lost=self.reasons.append,
        )  # fmt: skip


def test_a_stream_that_breaks_is_opened_again_after_growing_pauses() -> None:
    world = World([StreamError("gone"), StreamError("gone"), StreamError("gone"), False, True])
    world.run()
    assert world.pauses == [0.5, 1.0, 2.0]
    assert world.reasons == ["gone"] * 3


def test_the_log_says_what_is_new_and_not_each_attempt(caplog: pytest.LogCaptureFixture) -> None:
    gone, refused = StreamError("gone"), StreamError("refused")
    world = World([gone, gone, refused, refused, refused, gone, False, True])
    world.run()
    assert [said.getMessage().partition("why=")[2] for said in caplog.records] == [
        "gone", "refused", "gone",
    ]  # fmt: skip
    assert len(world.reasons) == 6


def test_a_stream_that_was_sound_for_a_while_is_said_to_break_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World([StreamError("gone"), StreamError("gone"), False, True])
    world.lasts_s = 20.0
    world.run()
    assert len(caplog.records) == 2


def test_a_file_that_ended_is_played_again_at_once() -> None:
    world = World([True, True, False, True])
    world.run()
    assert world.pauses == []
    assert len(world.script) == 1


def test_a_bug_is_not_taken_for_a_broken_stream() -> None:
    world = World([KeyError("bug"), True])
    with pytest.raises(KeyError):
        world.run()
