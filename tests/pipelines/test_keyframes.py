"""Keyframes that do not come any more, and packets that are decoded in vain, are noticed."""

from pipelines.keyframes import RARE, Keyframes
from pipelines.starving import LEAST, STARVED_S, Starving


def sent(keys: Keyframes, *, after: int) -> None:
    """A keyframe, and so many packets without one."""
    keys(key=True)
    for _ in range(after):
        keys(key=False)


def test_a_stream_with_a_keyframe_now_and_then_is_well() -> None:
    keys = Keyframes()
    for _ in range(3):
        sent(keys, after=RARE - 1)
    assert not keys.rare


def test_after_two_minutes_without_a_keyframe_they_are_too_rare() -> None:
    keys = Keyframes()
    sent(keys, after=RARE)
    assert keys.rare


def test_the_keyframe_that_a_new_connection_begins_with_promises_no_other() -> None:
    keys = Keyframes()
    sent(keys, after=RARE)
    keys.begin()
    sent(keys, after=50)
    assert keys.rare
    sent(keys, after=50)
    assert not keys.rare


def test_packets_of_which_no_picture_comes_for_a_while_are_in_vain_and_it_is_said_once() -> None:
    starving = Starving()
    assert not starving(100, 90, 0.0)
    assert not starving(100 + LEAST, 91, STARVED_S - 0.1)
    assert starving(100 + LEAST, 91, STARVED_S)
    assert not starving(100 + LEAST, 91, STARVED_S + 1)


def test_who_decodes_little_or_nothing_and_who_sees_something_does_not_starve() -> None:
    idle, few, well = Starving(), Starving(), Starving()
    for second in range(60):
        assert not idle(5, 5, float(second))
        assert not few(second // 3, 0, float(second))
        assert not well(25 * second, 25 * second - 3, float(second))
