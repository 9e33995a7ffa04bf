"""Pauses grow, are bounded, and are forgiven."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.backoff import Backoff
from tests.builders import quick


def longest() -> Backoff:
    return Backoff(lambda: 1.0, first_s=0.5, most_s=30.0, healthy_s=20.0)


def test_each_pause_is_longer_until_the_longest() -> None:
    backoff = longest()
    assert [backoff.pause_s(0) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_healthy_stretch_is_forgiven_what_came_before() -> None:
    backoff = longest()
    for _ in range(5):
        backoff.pause_s(1)
    assert backoff.pause_s(19.9) == 16
    assert backoff.pause_s(20.0) == 0.5


def test_boxes_that_lost_the_same_broker_do_not_all_return_at_once() -> None:
    dice = iter((0.0, 0.3, 0.9))
    pauses = {Backoff(lambda: next(dice)).pause_s(0) for _ in range(3)}
    assert len(pauses) == 3


def test_a_year_of_failures_does_not_overflow() -> None:
    backoff = longest()
    backoff.failures = 10**7
    assert backoff.pause_s(0) == 30


@quick
@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 1)), max_size=20))
def test_a_pause_is_never_nothing_and_never_more_than_the_most(
    attempts: list[tuple[float, float]],
) -> None:
    dice = iter([number for _, number in attempts])
    backoff = Backoff(lambda: next(dice), first_s=0.5, most_s=5)
    for lasted_s, _ in attempts:
        assert 0.25 <= backoff.pause_s(lasted_s) <= 5
