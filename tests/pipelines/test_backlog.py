"""Late packets go by whole rests of a group, never alone, and no camera goes without pictures."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from pipelines.backlog import Backlog

GOP, FPS = 25, 25


@dataclass(frozen=True)
class Item:
    number: int
    key: bool
    captured_s: float
    arrived_s: float


def item(number: int, *, gop: int = GOP) -> Item:
    return Item(number, number % gop == 0, number / FPS, number / FPS)


def drained(backlog: Backlog[Item], now_s: float) -> list[Item]:
    taken = []
    while (each := backlog.take(now_s)) is not None:
        taken.append(each)
    return taken


def test_who_is_in_time_gets_every_packet_in_order() -> None:
    backlog: Backlog[Item] = Backlog()
    taken = []
    for number in range(200):
        backlog.put(item(number))
        taken += drained(backlog, number / FPS + 0.1)
    assert [each.number for each in taken] == list(range(200))
    assert backlog.skipped == 0


@given(
    gop=st.integers(1, 60), count=st.integers(1, 300), late_s=st.floats(0, 20),
    most=st.integers(1, 400),
)  # fmt: skip
def test_after_a_skipped_packet_nothing_is_taken_before_a_keyframe(
    gop: int, count: int, late_s: float, most: int
) -> None:
    backlog: Backlog[Item] = Backlog(most=most)
    for number in range(count):
        backlog.put(item(number, gop=gop))
    numbers = [each.number for each in drained(backlog, count / FPS + late_s)]
    for before, after in zip([-1, *numbers], numbers, strict=False):
        assert after == before + 1 or after % gop == 0
    assert len(numbers) + backlog.skipped == count


def test_who_is_always_late_still_gets_a_picture_for_every_second() -> None:
    backlog: Backlog[Item] = Backlog()
    for number in range(10 * FPS):
        backlog.put(item(number, gop=2 * FPS))
    taken = drained(backlog, 1000.0)
    assert 10 <= len(taken) < 10 * FPS
    assert sum(each.key for each in taken) == 5


def test_a_keyframe_is_never_too_late() -> None:
    backlog: Backlog[Item] = Backlog()
    backlog.put(item(0))
    assert backlog.take(99.0) == item(0)


def test_no_more_is_held_than_agreed_and_the_overflow_is_counted() -> None:
    backlog: Backlog[Item] = Backlog(most=30)
    for number in range(100):
        backlog.put(item(number))
    assert len(backlog) == 30
    assert backlog.skipped == 70


def test_a_backlog_that_overflowed_goes_on_with_a_keyframe_when_there_is_room() -> None:
    backlog: Backlog[Item] = Backlog(most=30, late_s=1e9)
    for number in range(40):
        backlog.put(item(number))
    drained(backlog, 0.0)
    for number in range(40, 60):
        backlog.put(item(number))
    assert [each.number for each in drained(backlog, 0.0)] == list(range(50, 60))
