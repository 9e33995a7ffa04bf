"""Each kernel does what its twin in NumPy does, whatever the shapes."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Bytes
from pipelines.kernels import Counts, Floats, compare, shrink
from tests.builders import quick

seeds = st.integers(0, 2**32 - 1)
small = st.integers(1, 40)


def shrunk(luma: Bytes, cell: int, size: tuple[int, int]) -> Floats:
    """Twin of `shrink`."""
    height, width = size
    cells = luma[: height * cell, : width * cell].astype(np.int64)
    sums = cells.reshape(height, cell, width, cell).sum(axis=(1, 3))
    return np.asarray(sums / cell**2, np.float32)


def compared(
    now: Floats, memory: Floats, rates: Floats, block: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Twin of `compare`: the memory after it, and the counts."""
    slow_mix, fast_mix, floor, times = rates
    slow, fast, noise = memory
    quickly = np.abs(now - fast)
    left = np.minimum(np.abs(now - slow), quickly) > np.maximum(floor, times * noise)
    drifted = np.stack(
        [
            slow + (now - slow) * slow_mix,
            fast + (now - fast) * fast_mix,
            np.where(left, noise, noise + (quickly - noise) * fast_mix),
        ]
    )
    height, width = now.shape
    padded = np.pad(left, ((0, -height % block), (0, -width % block)))
    rows, columns = padded.shape[0] // block, padded.shape[1] // block
    return drifted, padded.reshape(rows, block, columns, block).sum(axis=(1, 3))


def run_compare(now: Floats, memory: Floats, rates: Floats, block: int) -> tuple[Floats, Counts]:
    changed = memory.copy()
    moved = np.full((-(-now.shape[0] // block), -(-now.shape[1] // block)), 99, np.int32)
    compare(now, changed, rates, block, moved)
    return changed, moved


@quick
@given(small, small, st.integers(1, 5), st.integers(0, 9), seeds)
def test_shrink_averages_cells_like_its_twin(
    height: int, width: int, cell: int, padding: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    luma = random.integers(0, 256, (height * cell + padding, width * cell + padding), np.uint8)
    means = np.full((height, width), -1, np.float32)
    shrink(luma, cell, np.empty(width * cell, np.int32), means)
    np.testing.assert_allclose(means, shrunk(luma, cell, (height, width)), rtol=1e-5)


@quick
@given(small, small, st.integers(1, 9), seeds)
def test_compare_counts_and_drifts_like_its_twin(
    height: int, width: int, block: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    now = random.uniform(0, 255, (height, width)).astype(np.float32)
    steps = random.normal(0, 15, (3, height, width))
    memory = np.stack([now + steps[0], now + steps[1], np.abs(steps[2]) / 4]).astype(np.float32)
    rates = np.array([*random.uniform(0, 1, 2), 8.0, 4.0], np.float32)
    drifted, counts = compared(now, memory, rates, block)
    changed, moved = run_compare(now, memory, rates, block)
    np.testing.assert_array_equal(moved, counts)
    np.testing.assert_allclose(changed, drifted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("slow", "fast", "usual", "moved"),
    [
        (100, 100, 0, 0),  # nothing changed
        (80, 80, 0, 1),  # left both backgrounds
        (100, 80, 0, 0),  # what was here before has come back
        (80, 100, 0, 0),  # what came has stopped
        (92, 92, 0, 0),  # a step of just the floor
        (91, 91, 0, 1),  # a step over the floor
        (80, 80, 5, 0),  # a step that is usual here: four times five
        (79, 79, 5, 1),  # and one that is not
    ],
)
def test_a_cell_moves_when_it_has_left_both_backgrounds_by_more_than_usual(
    slow: float, fast: float, usual: float, moved: int
) -> None:
    now = np.full((1, 1), 100, np.float32)
    memory = np.array([[[slow]], [[fast]], [[usual]]], np.float32)
    _, counts = run_compare(now, memory, np.array([0.1, 0.5, 8, 4], np.float32), 8)
    assert counts.tolist() == [[moved]]


def test_what_moves_does_not_count_as_noise() -> None:
    now = np.full((1, 2), 100, np.float32)
    memory = np.array([[[20, 97]], [[20, 97]], [[1, 1]]], np.float32)
    changed, _ = run_compare(now, memory, np.array([0.1, 0.5, 8, 4], np.float32), 8)
    assert changed[2].tolist() == [[1, 2]]
