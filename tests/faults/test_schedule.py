"""The same seed deals the same faults, and all kinds come."""

from itertools import islice

import pytest

from tests.faults.schedule import ALONE, rounds

KINDS = ("kill.a", "kill.b", "net.cut", "net.slow", "disk.edge", "freeze.a", "old.broker")


def test_a_seed_deals_the_same_rounds_again_and_another_deals_others() -> None:
    one, again, other = (list(islice(rounds(seed, KINDS, kills=3), 20)) for seed in (5, 5, 6))
    assert one == again
    assert one != other


def test_each_kind_comes_before_any_comes_twice() -> None:
    dealt = [f.kind for each in islice(rounds(1, KINDS, kills=2), 3) for f in each.faults]
    assert {kind for kind in dealt if not kind.startswith("kill.")} == set(KINDS[2:])


def test_what_must_be_alone_is_alone() -> None:
    for each in islice(rounds(3, KINDS, kills=4), 30):
        dealt = [fault.kind for fault in each.faults]
        assert len(dealt) == 1 or not ALONE.intersection(dealt)


def test_a_round_has_its_kills_in_the_order_of_their_moments() -> None:
    first = next(rounds(8, KINDS, kills=3))
    moments = [fault.at_s for fault in first.faults]
    assert moments == sorted(moments)
    assert sum(fault.kind.startswith("kill.") for fault in first.faults) == 3


def test_what_is_cheap_to_start_again_is_killed_more_often() -> None:
    dealt = [f.kind for each in islice(rounds(2, KINDS, kills=5, often={"kill.a": 4}), 30)
             for f in each.faults if f.kind.startswith("kill.")]  # fmt: skip
    assert dealt.count("kill.a") == pytest.approx(4 * dealt.count("kill.b"), abs=4)


def test_some_parts_are_killed_in_one_moment_and_some_are_not() -> None:
    moments = [
        [fault.at_s for fault in each.faults if fault.kind.startswith("kill.")]
        for each in islice(rounds(4, KINDS, kills=6), 20)
        if len(each.faults) > 1
    ]
    assert any(len(set(each)) < len(each) for each in moments)
    assert all(len(set(each)) > 1 for each in moments)
