"""Who belongs together is decided as twins in NumPy and by trying everything would."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box, Bytes
from pipelines.pairing import NOBODY, Reals, crowd, liken, pair
from tests.builders import quick

seeds = st.integers(0, 2**32 - 1)
few = st.integers(0, 5)


def rows(random: np.random.Generator, count: int) -> Reals:
    """Boxes of up to 60 px in a picture of 100 px, of two kinds."""
    corner, size = random.uniform(0, 100, (count, 2)), random.uniform(1, 60, (count, 2))
    return np.hstack([corner, corner + size, random.integers(0, 2, (count, 1))])


def alike(first: Reals, other: Reals, reach: float, wider: float) -> float:
    """Twin of `liken` for two rows."""
    one, two = Box(*first[:4]), Box(*other[:4])
    common = min(one.y1, two.y1) - max(one.y0, two.y0)
    tall = max(one.y1, two.y1) - min(one.y0, two.y0)
    if first[4] != other[4] or common <= 0:
        return 0.0
    return float(one.grown(reach).iou(two.grown(wider)) * common / tall)


def best_sum(likeness: Reals, near: float, seeks: Bytes, free: Bytes) -> float:
    """The greatest sum of likenesses, by trying every way to join."""
    worth = np.where(likeness >= near, likeness, 0.0)[seeks == 1][:, free == 1]
    worth = worth if worth.shape[0] <= worth.shape[1] else worth.T
    ways = permutations(range(worth.shape[1]), worth.shape[0])
    return max(sum(float(worth[where]) for where in enumerate(way)) for way in ways)


@quick
@given(seeds, few, few, st.floats(0, 1))
def test_likeness_is_that_of_its_twin(seed: int, old: int, new: int, wider: float) -> None:
    random = np.random.default_rng(seed)
    expected, found = rows(random, old), rows(random, new)
    likeness = np.full((old, new), np.nan)
    reach = random.random(old)
    liken(expected, found, reach, wider, likeness)
    twin = [
        [alike(first, other, far, wider) for other in found]
        for first, far in zip(expected, reach, strict=True)
    ]
    assert likeness == pytest.approx(np.array(twin).reshape(old, new))


@quick
@given(seeds, few, few)
def test_a_box_is_covered_as_far_as_its_twin_says(seed: int, count: int, sure: int) -> None:
    boxes = rows(np.random.default_rng(seed), count)
    covered = np.full(count, np.nan)
    crowd(boxes, min(sure, count), covered)
    for index, row in enumerate(boxes):
        box = Box(*row[:4])
        others = [Box(*b[:4]) for place, b in enumerate(boxes[:sure]) if place != index]
        most = max((box.overlap(other) for other in others), default=0.0)
        assert covered[index] == pytest.approx(most / box.area)


@quick
@given(seeds, few, few, st.floats(0.05, 0.6))
def test_no_other_way_to_join_is_better(seed: int, old: int, new: int, near: float) -> None:
    random = np.random.default_rng(seed)
    likeness = random.random((old, new)) ** 2
    seeks, free = (random.random(count) < 0.8 for count in (old, new))
    asked, left = seeks.astype(np.uint8), free.astype(np.uint8)
    partner = np.full(old, 99)
    pair(likeness, near, asked, left, partner)
    joined = {row: place for row, place in enumerate(partner) if place not in (NOBODY, 99)}
    assert [place == 99 for place in partner] == [not one for one in seeks]
    assert len(set(joined.values())) == len(joined)
    assert all(likeness[pair_] >= near and free[pair_[1]] for pair_ in joined.items())
    assert set(np.flatnonzero(left)) == set(np.flatnonzero(free)) - set(joined.values())
    total = sum(likeness[pair_] for pair_ in joined.items())
    assert total == pytest.approx(best_sum(likeness, near, asked, free.astype(np.uint8)))


def test_the_nearest_pair_alone_does_not_decide() -> None:
    likeness, partner = np.array([[0.9, 0.8], [0.8, 0.1]]), np.zeros(2, np.int64)
    pair(likeness, 0.05, np.ones(2, np.uint8), np.ones(2, np.uint8), partner)
    assert partner.tolist() == [1, 0]
