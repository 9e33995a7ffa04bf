"""Each kernel does what its twin in NumPy does, whatever the shapes."""

from types import ModuleType

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core.dispatcher import Dispatcher

from pipelines import healthkernels, kernels, pairing, swaying
from pipelines.flow import Bytes
from pipelines.kernels import (
    BLOCK,
    STEP,
    Cells,
    comparing,
    enclosing,
    grouping,
    leaving,
    looking,
    settling,
    shrinking,
    weighing,
)
from tests.builders import quick

Numbers = npt.NDArray[np.int64]
seeds = st.integers(0, 2**32 - 1)
small = st.integers(1, 40)
BRIGHTEST = 255 * STEP


def shrunk(luma: Bytes, cell: int, size: tuple[int, int]) -> Numbers:
    """Twin of `shrink`."""
    height, width = size
    cells = luma[: height * cell, : width * cell].astype(np.int64)
    sums = cells.reshape(height, cell, width, cell).sum(axis=(1, 3))
    return np.asarray(sums * STEP // cell**2, np.int64)


def by_block(cells: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Cells (h, w) as blocks (m, n, 64); cells that a block lacks are not numbers."""
    height, width = cells.shape
    spare = (0, -height % BLOCK), (0, -width % BLOCK)
    padded = np.pad(cells.astype(np.float64), spare, constant_values=np.nan)
    rows, columns = padded.shape[0] // BLOCK, padded.shape[1] // BLOCK
    blocks = padded.reshape(rows, BLOCK, columns, BLOCK).transpose(0, 2, 1, 3)
    return blocks.reshape(rows, columns, BLOCK * BLOCK)


def to_cells(blocks: npt.NDArray[np.generic], size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Each cell's value of its block."""
    spread = np.kron(blocks.astype(np.float64), np.ones((BLOCK, BLOCK)))
    return np.asarray(spread[: size[0], : size[1]], np.float64)


def compared(now: Cells, bounds: Cells, fast: Cells, gaps: Cells) -> Numbers:
    """Twin of `compare`."""
    value, gap = now.astype(np.int64), to_cells(gaps, now.shape).astype(np.int64)
    slowly = np.maximum(value - bounds[0], bounds[1] - value)
    step = np.minimum(slowly, np.abs(value - fast))
    sure, near = step > gap, step > (gap >> 1) + (gap >> 3)
    counts = [np.nansum(by_block(over), axis=2) for over in (sure, near)]
    return np.stack(counts, axis=1).astype(np.int64)


def enclosed(slow: Cells, share: int) -> Numbers:
    """Twin of `enclose`."""
    own, padded = slow.astype(np.int64), np.pad(slow.astype(np.int64), 1, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    upper = own + (around.max(axis=(2, 3)) - own >> 2) * share
    lower = own - (own - around.min(axis=(2, 3)) >> 2) * share
    return np.asarray(np.stack([upper, lower]), np.int64)


def grid(random: np.random.Generator, *size: int) -> Cells:
    return random.integers(0, BRIGHTEST, size, np.int16, endpoint=True)


def blocks_of(height: int, width: int) -> tuple[int, int]:
    return -(-height // BLOCK), -(-width // BLOCK)


def run_compare(now: Cells, bounds: Cells, fast: Cells, gaps: Cells) -> Bytes:
    rows, columns = gaps.shape
    marks = np.full((rows, 2, columns), 99, np.uint8)
    room = np.full((2, BLOCK * columns), 99, np.int16)
    for row in range(rows):
        first = BLOCK * row
        part, ranges = now[first : first + BLOCK], bounds[:, first : first + BLOCK].copy()
        for begin, end in ((0, columns // 2), (columns // 2, columns)):
            kernels.compare(part, first, begin, end, ranges, fast, gaps[row], marks[row], room)
    return marks


def run_enclose(slow: Cells, share: int) -> Cells:
    """The ranges of a whole picture, told in four parts."""
    height, width = slow.shape
    bounds = np.full((2, height, width), -1, np.int16)
    for first, until in ((0, height // 2), (height // 2, height)):
        part = bounds[:, first:until].copy()
        for begin, end in ((0, width // 3), (width // 3, width)):
            if begin < end:
                kernels.enclose(slow, first, begin, end, share, part)
        bounds[:, first:until] = part
    return bounds


def left_by_much(now: Numbers, bounds: Numbers, gaps: Cells) -> npt.NDArray[np.float64]:
    """Twin of `fence` and `leave`: cells of each block that left a range by 5/8 of a gap."""
    gap = to_cells(gaps, now.shape).astype(np.int64)
    left = np.maximum(now - bounds[0], bounds[1] - now) > (gap >> 1) + (gap >> 3)
    return np.asarray(np.nansum(by_block(left), axis=2), np.float64)


def filmed(random: np.random.Generator, cell: int, size: tuple[int, int], padding: int) -> Bytes:
    """Noise for so many cells, in rows of whole words with some to spare."""
    height, width = size
    wide = (width * cell + 3) // 4 * 4 + 4 * padding
    return random.integers(0, 256, (height * cell + padding, wide), np.uint8)


sides = st.sampled_from([1, 2, 4])


@quick
@given(small, small, sides, st.integers(0, 3), seeds)
def test_cells_are_averaged_like_by_their_twin(
    height: int, width: int, cell: int, padding: int, seed: int
) -> None:
    luma = filmed(np.random.default_rng(seed), cell, (height, width), padding)
    cells = np.full((height, width), -1, np.int16)
    kernels.shrink(luma.view(np.uint32), cell, 0, cells)
    whole = shrunk(luma, cell, (height, width))
    np.testing.assert_array_equal(cells, whole)
    kernels.shrink(luma.view(np.uint32), cell, height // 2, cells[height // 2 :])
    np.testing.assert_array_equal(cells, whole)


@quick
@given(
    small, small, sides, st.floats(0, 1), st.integers(0, 2**15), st.sampled_from([0.0, 0.5]), seeds
)
def test_scan_counts_like_compare_and_lets_the_fast_background_follow(
    height: int, width: int, cell: int, moving: float, mix: int, hidden: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    size, blocks = (height, width), blocks_of(height, width)
    luma = filmed(random, cell, size, 1)
    now = shrunk(luma, cell, size)
    near = now + random.normal(0, 8 * STEP, (2, *size)) * (random.random(size) < moving)
    memory = near.clip(0, BRIGHTEST).astype(np.int16)
    bounds = enclosed(memory[0], 3)
    masked = np.empty((0, 0), np.uint8)
    if hidden:
        masked = (random.random(size) < hidden).astype(np.uint8)
        bounds[0][masked > 0], bounds[1][masked > 0] = 32767, 0
    gaps = random.integers(16, 30 * STEP, blocks, np.int16)
    marks = np.full((blocks[0], 2, blocks[1]), 99, np.uint8)
    strip = np.full((blocks[0] + 3 * BLOCK + 2, BLOCK * blocks[1]), 7, np.int16)
    fences = np.full((2, *size), 7, np.uint16)
    many = np.asarray(left_by_much(now, bounds, gaps) >= 4, np.bool_)
    followed = memory[1] + (now - memory[1]) * mix / 2**15
    expected = compared(now.astype(np.int16), bounds.astype(np.int16), memory[1], gaps)

    kernels.fence(memory[0], 3, masked, gaps, fences)
    count = kernels.scan(
        luma.view(np.uint32), cell, fences, memory, 3, masked, gaps, 4, marks, strip, mix
    )

    assert count == many.any(axis=1).sum()
    order = np.arange(blocks[1])
    for row, hot in enumerate(many):
        found = order[hot]
        shown = (order >= found.min()) & (order <= found.max()) if hot.any() else hot
        np.testing.assert_array_equal(marks[row], expected[row] * shown)
    np.testing.assert_allclose(memory[1], followed, atol=1)


@quick
@given(small, small, st.integers(0, 60), seeds)
def test_compare_counts_like_its_twin(height: int, width: int, step: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    now = grid(random, height, width)
    near = random.normal(now, max(step * STEP, 1), (3, height, width)).clip(0, BRIGHTEST)
    fast, *bounds = near.astype(np.int16)
    bounds = [np.maximum(*bounds), np.minimum(*bounds)]
    gaps = random.integers(0, 40 * STEP, blocks_of(height, width), np.int16)
    marks = run_compare(now, np.stack(bounds), fast, gaps)
    np.testing.assert_array_equal(marks, compared(now, np.stack(bounds), fast, gaps))


@quick
@given(small, small, st.integers(0, 4), seeds)
def test_enclose_spans_ranges_like_its_twin(height: int, width: int, share: int, seed: int) -> None:
    slow = grid(np.random.default_rng(seed), height, width)
    np.testing.assert_array_equal(run_enclose(slow, share), enclosed(slow, share))


def test_everything_is_explained_under_a_mask() -> None:
    bounds = np.array([[[5, 6]], [[3, 4]]], np.int16)
    kernels.mask(bounds, np.array([[0, 0], [1, 0]], np.uint8), 1)
    assert bounds.tolist() == [[[32767, 6]], [[0, 4]]]


@quick
@given(small, small, seeds)
def test_average_is_each_blocks_mean(height: int, width: int, seed: int) -> None:
    cells = grid(np.random.default_rng(seed), height, width)
    means = np.full(blocks_of(height, width), -1, np.float32)
    kernels.average(cells, means)
    np.testing.assert_allclose(means, np.nanmean(by_block(cells), axis=2) / STEP, rtol=1e-4)


@quick
@given(small, small, st.floats(0, 4), seeds)
def test_brighten_multiplies_up_to_white(height: int, width: int, gain: float, seed: int) -> None:
    cells = grid(np.random.default_rng(seed), height, width)
    lit = np.minimum(cells * gain, BRIGHTEST)
    kernels.brighten(cells, round(8192 * gain))
    np.testing.assert_allclose(cells, lit, atol=4)


@quick
@given(small, small, seeds)
def test_drift_follows_and_measures_like_its_twin(height: int, width: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    size, blocks = (height, width), blocks_of(height, width)
    now, memory = grid(random, *size), grid(random, 2, *size)
    near = random.integers(0, 2, size).astype(bool)
    memory[0][near] = now[near]
    gaps = random.integers(STEP, 40 * STEP, blocks, np.int16)
    held = random.integers(0, 3, blocks, np.uint8)
    slow_mix, fast_mix = (int(part) for part in random.integers(0, 2**15, 2, endpoint=True))
    slow, fast = memory.astype(np.float64)
    gap, keep = to_cells(gaps, size), to_cells(held, size)
    differs = np.abs(now - slow) > gap
    noise = np.minimum(np.abs(now - fast), 2 * gap)
    new_fast = fast + (now - fast) * fast_mix / 2**15
    new_slow = slow + (now - slow) * np.where(differs & (keep == 1), 0, slow_mix) / 2**15
    new_slow = np.where(keep == 2, new_fast, new_slow)
    found, means = np.full((2, *blocks), -1, np.float32), np.full(blocks, -1, np.float32)

    kernels.drift(now, memory, gaps, held, slow_mix, fast_mix, found, means)

    np.testing.assert_allclose(memory, np.stack([new_slow, new_fast]), atol=1)
    np.testing.assert_allclose(found[0], np.nanmean(by_block(noise), axis=2) / STEP, atol=0.1)
    np.testing.assert_allclose(found[1], np.nanmean(by_block(differs), axis=2), rtol=1e-3)
    np.testing.assert_allclose(means, np.nanmean(by_block(memory[0]), axis=2) / STEP, rtol=1e-4)


@quick
@given(st.integers(1, 12), st.integers(1, 12), st.floats(0.1, 3.9), seeds)
def test_balance_finds_the_gain_of_most_blocks(
    rows: int, columns: int, gain: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    before = random.uniform(10, 200, (rows, columns)).astype(np.float32)
    means = (before + 1) * np.float32(gain) - 1
    others = random.permutation(means.size)[: (means.size - 1) // 2]
    means.ravel()[others] = random.uniform(0, 255, others.size)
    found = kernels.balance(means, before, np.full(4096, 9, np.int64))
    assert found == pytest.approx(gain, abs=0.002)


@quick
@given(small, small, sides, seeds)
def test_weigh_tells_the_brightness_and_by_how_much_it_rose(
    height: int, width: int, cell: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    size, blocks = (height, width), blocks_of(height, width)
    luma, now = filmed(random, cell, size, 0), np.zeros(size, np.int16)
    means = random.uniform(1, 255, (2, *blocks)).astype(np.float32)
    bins, before = np.zeros(4096, np.int64), means[1].copy()
    gain = kernels.weigh(luma.view(np.uint32), cell, now, means, bins)
    np.testing.assert_array_equal(now, shrunk(luma, cell, size))
    np.testing.assert_allclose(means[0], np.nanmean(by_block(now), axis=2) / STEP, rtol=1e-4)
    np.testing.assert_array_equal(means[1], before)
    assert gain == kernels.balance(means[0], means[1], bins)


@quick
@given(small, small, st.sampled_from([0.8, 1.0, 1.3]), seeds)
def test_settle_is_brighten_drift_learn_and_fence(
    height: int, width: int, gain: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    size, blocks = (height, width), blocks_of(height, width)
    now, memory, unit = grid(random, *size), grid(random, 2, *size), round(kernels.UNIT * gain)
    fences, gaps = np.zeros((2, *size), np.uint16), random.integers(99, 9999, blocks, np.int16)
    masked = (random.random(size) < 0.1).astype(np.uint8)
    held = random.integers(0, 3, blocks, np.uint8)
    found, known = np.zeros((2, *blocks), np.float32), np.ones((2, *blocks), np.float32)
    means, limits = (random.uniform(1, 9, (n, *blocks)).astype(np.float32) for n in (2, 3))
    rules = np.array([0.2, 8, 20, 3, 8, 0.06, 4, 0.05, 5, 0.5, 50], np.float32)
    mine, ranges, wide, keep = memory.copy(), fences.copy(), gaps.copy(), held.copy()
    told, learnt, limit, light = found.copy(), known.copy(), limits.copy(), means.copy()
    kernels.brighten(memory[0], unit)
    kernels.drift(now, memory, gaps, held, 99, 999, found, means[1])
    kernels.learn(found, means[0], known, held, limits, gaps, rules)
    kernels.fence(memory[0], 3, masked, gaps, fences)

    kernels.settle(
        now, mine, unit, 99, 999, 3, masked, ranges, wide, keep, told, light, learnt, limit, rules
    )

    same = [(mine, memory), (ranges, fences), (wide, gaps), (keep, held), (light, means)]
    for one, other in [*same, (told, found), (learnt, known), (limit, limits)]:
        np.testing.assert_allclose(one, other, rtol=1e-5)


@pytest.mark.parametrize(
    ("high", "low", "fast", "moved"),
    [
        (100, 100, 100, 0),  # nothing changed
        (80, 80, 80, 1),  # left both backgrounds
        (100, 100, 80, 0),  # what was here before has come back
        (80, 80, 100, 0),  # what came has stopped
        (120, 80, 80, 0),  # what its neighbours show has swayed here
        (92, 92, 92, 0),  # a step of just the gap
        (91, 91, 91, 1),  # a step over the gap, upwards
        (109, 109, 109, 1),  # and downwards
    ],
)
def test_a_cell_moves_when_it_has_left_both_backgrounds_by_more_than_the_gap(
    high: int, low: int, fast: int, moved: int
) -> None:
    now, last = (np.full((1, 1), grey * STEP, np.int16) for grey in (100, fast))
    bounds = np.array([[[high * STEP]], [[low * STEP]]], np.int16)
    marks = run_compare(now, bounds, last, np.full((1, 1), 8 * STEP, np.int16))
    assert marks[0, 0, 0] == moved


def judged(
    marks: list[tuple[int, int]],
    before: list[int],
    *,
    moved: int = 0,
    growth: float = 1.0,
    borne: int = 99,
) -> tuple[Bytes, Bytes, Cells, list[int]]:
    """One row of blocks through `judge`: which are hot or move, or held; their gaps; the counts."""
    columns = len(marks)
    hot, held = np.zeros((5, 1, columns), np.uint8), np.zeros((1, columns), np.uint8)
    hot[2], hot[4] = before, moved
    limits = np.ones((3, 1, columns), np.float32) * np.array([[[0]], [[20]], [[1]]], np.float32)
    gaps = np.full((1, columns), 10 * STEP, np.int16)
    counts = np.array([4, 9, borne, -1, -1, -1], np.int64)
    shown = np.array(marks, np.uint8).T[None].copy()
    kernels.judge(shown, hot, held, limits, growth, gaps, counts)
    return hot[:2, 0], held[0], gaps[0] // STEP, counts[3:].tolist()


@pytest.mark.parametrize(
    ("before", "cells", "moves"),
    [
        ([0, 0, 0], 4, 0),  # for the first time
        ([0, 1, 0], 4, 1),  # for the second time
        ([1, 0, 0], 4, 1),  # came from the next block
        ([0, 1, 0], 3, 0),  # too few cells
        ([0, 0, 0], 9, 1),  # so many that once is enough
    ],
)
def test_a_block_moves_when_one_nearby_was_hot_lately(
    before: list[int], cells: int, moves: int
) -> None:
    (moving, _), held, _, counts = judged([(0, 0), (cells, cells), (0, 0)], before)
    assert moving.tolist() == [0, moves, 0]
    assert held.tolist() == [0, int(cells >= 4), 0]
    assert counts == [int(cells >= 4), moves, int(cells >= 4)]


@pytest.mark.parametrize(
    ("cells", "near", "before", "moved", "moves"),
    [
        (0, 4, 1, 1, 1),  # moved, and nearly moves
        (0, 3, 1, 1, 0),  # moved, and has all but stopped
        (0, 4, 1, 0, 0),  # was hot, but did not move
        (0, 4, 0, 1, 0),  # moved, but nothing has been hot for two frames
    ],
)
def test_what_moved_goes_on_moving_while_it_nearly_moves(
    cells: int, near: int, before: int, moved: int, moves: int
) -> None:
    (moving, _), held, _, _ = judged([(cells, near)], [before], moved=moved)
    assert moving.tolist() == held.tolist() == [moves]


def test_where_very_many_nearly_move_it_is_the_light() -> None:
    (moving, _), _, _, _ = judged([(0, 4), (0, 4)], [1, 1], moved=1, borne=1)
    assert moving.tolist() == [0, 0]


def test_gaps_grow_where_it_moves_or_nearly_moves_but_not_beside_what_moves() -> None:
    _, _, gaps, _ = judged([(9, 9), (0, 9), (0, 0), (0, 9)], [0, 0, 0, 0], growth=1.5)
    assert gaps.tolist() == [15, 10, 10, 15]


def test_gaps_grow_up_to_a_limit() -> None:
    _, _, gaps, _ = judged([(9, 9)], [0], growth=3)
    assert gaps.tolist() == [20]


def test_when_half_the_picture_is_hot_it_is_only_counted() -> None:
    hot, held, gaps, counts = judged([(9, 9), (9, 9)], [1, 1], growth=2, borne=1)
    assert hot.tolist() == [[0, 0], [1, 1]]
    assert held.tolist() == [0, 0]
    assert gaps.tolist() == [10, 10]
    assert counts == [2, 0, 2]


def test_look_remembers_two_frames_and_shows_what_moves() -> None:
    blocks, size = (1, 2), (8, 16)
    luma = np.full((8, 16), 90, np.uint8)
    memory, fences = np.full((2, *size), 90 * STEP, np.int16), np.zeros((2, *size), np.uint16)
    masked = np.empty((0, 0), np.uint8)
    gaps, marks = np.full(blocks, 8 * STEP, np.int16), np.zeros((1, 2, 2), np.uint8)
    strip, hot = np.zeros((27, 16), np.int16), np.zeros((5, *blocks), np.uint8)
    held, limits = np.zeros(blocks, np.uint8), np.ones((3, *blocks), np.float32)
    counts, moved = np.array([4, 65, 9, 0, 0, 0], np.int64), []
    kernels.fence(memory[0], 3, masked, gaps, fences)
    for x in (0, 4, 99):
        shown = luma.copy()
        shown[:, x : x + 4] = 160
        kernels.look(
            shown.view(np.uint32), 1, fences, memory, 3, masked, gaps, marks, strip, 0, hot, held,
            limits, 1.0, counts,
        )  # fmt: skip
        moved.append(counts[4])
    assert moved == [0, 1, 0]
    assert hot.tolist() == [[[0, 0]], [[0, 0]], [[1, 0]], [[1, 0]], [[1, 0]]]


@quick
@given(st.integers(1, 20), st.integers(1, 20), st.floats(0, 0.3), st.sampled_from([1, 3]), seeds)
def test_blocks_are_grouped_like_by_opencv(
    rows: int, columns: int, filled: float, reach: int, seed: int
) -> None:
    blocks = (np.random.default_rng(seed).random((rows, columns)) < filled).astype(np.uint8)
    grown = np.ones((reach // 2 * 2 + 1,) * 2, np.uint8)
    _, labels = cv2.connectedComponents(cv2.dilate(blocks, grown), connectivity=8)
    parts = [np.argwhere(blocks * labels == label) for label in range(1, labels.max() + 1)]
    expected = {(x0, y0, x1 + 1, y1 + 1) for (y0, x0), (y1, x1) in map(corners, parts)}
    before = blocks.copy()
    assert {tuple(box) for box in kernels.group(blocks, reach).tolist()} == expected
    np.testing.assert_array_equal(blocks, before)


def corners(spots: Numbers) -> tuple[list[int], list[int]]:
    """Least and greatest row and column."""
    return spots.min(axis=0).tolist(), spots.max(axis=0).tolist()


@quick
@given(st.integers(1, 6), st.integers(1, 6), seeds)
def test_learn_sets_gaps_like_its_twin(rows: int, columns: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    size = rows, columns
    found, known = (random.uniform(0, 6, (2, *size)).astype(np.float32) for _ in range(2))
    found[1] /= 6
    known[1] *= 10
    means = random.uniform(0, 255, size).astype(np.float32)
    limits = random.uniform(1, 30, (3, *size)).astype(np.float32)
    limits[2] = random.uniform(0.5, 2, size)
    rules = np.array([0.2, 8, 20, 3, 8, 0.06, 4, 0.05, 5, 0.5, 50], np.float32)
    noise = known[0] + (found[0] - known[0]) * (0.2 / 8)
    stood = np.where(found[1] >= 0.5, known[1] + np.float32(0.2), 0)
    kept = np.where(stood > 50, 2, found[1] >= 0.5)
    lowest = np.clip(means * 0.06, 3, 8)
    learnt = limits[0] * (1 - 0.2 / 20)
    gap = np.maximum(np.maximum(lowest + 0.05 * means, noise * 4), learnt) * limits[2]
    held, gaps = np.full(size, 9, np.uint8), np.empty(size, np.int16)

    kernels.learn(found, means, known, held, limits, gaps, rules)

    np.testing.assert_allclose(gaps, gap * STEP, atol=1)
    np.testing.assert_array_equal(held, kept)
    np.testing.assert_allclose(known[0], noise, rtol=1e-4)
    np.testing.assert_allclose(limits[1], lowest * 5, rtol=1e-4)


def test_what_is_held_is_not_let_go_while_no_time_passes() -> None:
    found, known = np.zeros((2, 1, 1), np.float32), np.zeros((2, 1, 1), np.float32)
    held, gaps = np.ones((1, 1), np.uint8), np.zeros((1, 1), np.int16)
    limits, means = np.ones((3, 1, 1), np.float32), np.ones((1, 1), np.float32)
    for passed_s, kept in ((0, 1), (0.8, 0)):
        rules = np.array([passed_s, 8, 20, 3, 8, 0.06, 4, 0, 5, 0.5, 60], np.float32)
        kernels.learn(found, means, known, held, limits, gaps, rules)
        assert held.tolist() == [[kept]]


def test_learn_takes_over_what_has_stood_long_enough() -> None:
    known = np.array([[[1]], [[59.9]]], np.float32)
    found = np.ones((2, 1, 1), np.float32)
    held, gaps = np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.int16)
    rules = np.array([0.2, 8, 20, 3, 8, 0.06, 4, 0, 5, 0.5, 60], np.float32)
    limits, means = np.ones((3, 1, 1), np.float32), np.ones((1, 1), np.float32)
    kernels.learn(found, means, known, held, limits, gaps, rules)
    assert held.tolist() == [[2]]
    assert known[1].tolist() == [[0]]


HOLD_KERNELS = (
    shrinking, enclosing, leaving, comparing, weighing, settling, looking, grouping,
    healthkernels, pairing, swaying,
)  # fmt: skip


@pytest.mark.parametrize("module", HOLD_KERNELS)
def test_every_kernel_has_one_signature_and_lets_other_threads_run(module: ModuleType) -> None:
    made = {name: each for name, each in vars(module).items() if isinstance(each, Dispatcher)}
    assert made
    for name, each in made.items():
        assert len(each.signatures) == 1, name
        assert each.targetoptions["nogil"], name
