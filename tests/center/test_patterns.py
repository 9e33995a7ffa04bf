"""The kernels of patterns, each beside the plainest way to say the same."""

from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from center.happening import Happening
from center.patterns import Crossing, bursts, chains, crossings, stretches, unbadged
from tests.builders import quick


def happening(at_s: float, number: int, camera: str = "a") -> Happening:
    return Happening(
        at_s=at_s, id=f"{number:03d}", site="s", camera=camera, place="p", rule="motion"
    )


def drawn(most: int = 9) -> st.SearchStrategy[list[Happening]]:
    times = st.lists(st.tuples(st.integers(0, 40), st.sampled_from("abc")), max_size=most)
    return times.map(
        lambda some: sorted(
            happening(float(at_s), number, camera) for number, (at_s, camera) in enumerate(some)
        )
    )


def linked(groups: Sequence[Sequence[Happening]]) -> list[set[str]]:
    """Groups that share a member, as one; by their members."""
    whole: list[set[str]] = []
    for group in groups:
        mine = {each.id for each in group}
        whole, apart = [each for each in whole if not each & mine], whole
        whole.append(mine.union(*(each for each in apart if each & mine)))
    return sorted(whole, key=sorted)


def ids(groups: Sequence[Sequence[Happening]]) -> list[set[str]]:
    return sorted(({each.id for each in group} for group in groups), key=sorted)


@quick
@given(drawn(5), drawn(5), drawn(5), st.integers(0, 9), st.integers(0, 9))
def test_chains_are_all_that_any_choice_of_one_of_each_leg_makes(
    first: list[Happening], second: list[Happening], third: list[Happening], soon: int, later: int
) -> None:
    legs = [
        [each._replace(id=f"{name}{each.id}") for each in leg]
        for name, leg in zip("xyz", (first, second, third), strict=True)
    ]
    plain = [
        (a, b, c)
        for a, b, c in product(*legs)
        if 0 <= b.at_s - a.at_s <= soon and 0 <= c.at_s - b.at_s <= later
    ]
    assert ids(chains(legs, [soon, later])) == linked(plain)


@quick
@given(drawn(), st.integers(2, 3), st.integers(0, 12))
def test_stretches_are_all_windows_with_enough_different_ones(
    some: list[Happening], least: int, within_s: int
) -> None:
    windows = [
        [each for each in some if 0 <= each.at_s - first.at_s <= within_s and each >= first]
        for first in some
    ]
    plain = [window for window in windows if len({each.camera for each in window}) >= least]
    found = stretches(some, lambda each: each.camera, least=least, within_s=within_s)
    assert ids(found) == linked(plain)


@quick
@given(drawn(6), drawn(5), st.integers(0, 10), st.integers(0, 2))
def test_no_other_way_of_sharing_out_badges_leaves_fewer_over(
    over: list[Happening], grants: list[Happening], window_s: int, ahead_s: int
) -> None:
    crossed = [Crossing(each.at_s, each) for each in over]
    left = unbadged(crossed, grants, window_s=window_s, ahead_s=ahead_s)
    most = max(
        len(pairs)
        for number in range(min(len(over), len(grants)) + 1)
        for pairs in _sharings(over, grants, number, window_s, ahead_s)
    )
    assert len(left) == len(over) - most


def _sharings(
    over: list[Happening], grants: list[Happening], number: int, window_s: int, ahead_s: int
) -> list[list[tuple[Happening, Happening]]]:
    """Some crossings with as many grants, each pair in reach; nothing when there is no such way."""
    found: list[list[tuple[Happening, Happening]]] = [[]] if number == 0 else []
    for some in combinations(over, number):
        for others in combinations(grants, number):
            # for windows of one length, if any pairing works the one in order does
            pairs = list(zip(some, others, strict=True))
            if all(-ahead_s <= a.at_s - g.at_s <= window_s for a, g in pairs):
                found.append(pairs)
    return found


def test_a_life_numbers_its_crossings_and_what_has_no_life_stands_for_itself() -> None:
    life: dict[str, Any] = {"episode": "e", "phase": "begin", "rule": "line-crossing"}
    told = [
        happening(1, 1)._replace(**life, number=2, crossed=2),
        happening(5, 2)._replace(**life | {"phase": "update"}, number=1, crossed=3),
        happening(5, 3)._replace(**life | {"phase": "update"}, number=1, crossed=3, again=True),
        happening(9, 4)._replace(**life | {"phase": "end"}, number=0, crossed=3),
        happening(7, 5)._replace(number=2),
    ]
    assert [each.at_s for each in crossings(told)] == [1, 1, 5, 7, 7]


def test_crossings_near_to_each_other_are_one_burst() -> None:
    over = [Crossing(at_s, happening(at_s, 0)) for at_s in (0.0, 5.0, 11.0)]
    assert [len(burst) for burst in bursts(over, gap_s=5)] == [2, 1]
    assert bursts([], gap_s=5) == []
