"""What is to end ends, and what one centre at a time does is begun and ended with its lease."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

import pytest

from center import duty
from center.ending import alone, ended, first_of


class Deaf:
    """Work that misses the first words to end, as where a wait ended in that moment."""

    def __init__(self, missed: int) -> None:
        self.missed = missed

    async def run(self) -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if self.missed <= 0:
                    raise
                self.missed -= 1


async def failing() -> None:
    raise ValueError("its own")


async def whole() -> None:
    """Ends by itself."""


def test_the_first_that_ends_ends_all_and_its_error_is_raised() -> None:
    deaf = Deaf(1)
    with pytest.raises(ValueError, match="its own"):
        asyncio.run(first_of(deaf.run(), failing(), again_s=0.01))
    assert deaf.missed == 0
    asyncio.run(first_of(Deaf(2).run(), whole(), again_s=0.01))


def test_a_program_ends_though_what_it_left_behind_missed_that_it_is_over() -> None:
    deaf, left = Deaf(2), []

    async def work() -> None:
        left.append(asyncio.create_task(deaf.run()))
        await asyncio.sleep(0)

    asyncio.run(alone(work(), again_s=0.01))
    assert (deaf.missed, left[0].cancelled()) == (0, True)


class Lease:
    """Ours or not, as a test says; and the work that it is about."""

    def __init__(self) -> None:
        self.is_ours, self.running, self.begun = False, 0, 0

    async def work(self) -> None:
        self.begun += 1
        self.running += 1
        try:
            await Deaf(1).run()
        finally:
            self.running -= 1

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():  # noqa: ASYNC110 -- it is only counted
            await asyncio.sleep(0.01)


def test_a_duty_is_done_while_it_is_ours_and_begun_anew_when_it_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duty, "LOOK_S", 0.01)
    monkeypatch.setattr(duty, "ended", partial(ended, again_s=0.01))

    async def through() -> Lease:
        lease = Lease()
        keeping = asyncio.create_task(duty.while_ours(lambda: lease.is_ours, lease.work))
        try:
            async with asyncio.timeout(30):
                for number in range(2):
                    assert lease.begun == number
                    lease.is_ours = True
                    await lease.until(lambda: lease.running == 1)
                    lease.is_ours = False
                    await lease.until(lambda: lease.running == 0)
        finally:
            await ended(keeping)
        return lease

    assert asyncio.run(through()).begun == 2


def test_what_a_duty_raises_is_not_swallowed() -> None:
    with pytest.raises(ValueError, match="its own"):
        asyncio.run(duty.while_ours(lambda: True, failing))


def test_a_duty_ends_with_who_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty, "ended", partial(ended, again_s=0.01))
    lease = Lease()

    async def through() -> None:
        keeping = asyncio.create_task(duty.while_ours(lambda: True, lease.work))
        await lease.until(lambda: lease.running == 1)
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping

    asyncio.run(through())
    assert lease.running == 0
