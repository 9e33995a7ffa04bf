"""A glance tells brightness, contrast and steepness; light changes none of what it compares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Bytes
from pipelines.healthview import (
    COLUMNS,
    KEYED,
    ROWS,
    TILE,
    TILES,
    Change,
    Glance,
    Likeness,
    Still,
    glance,
)
from pipelines.kernels import Floats
from tests.builders import frame, quick
from tests.pipelines.weather import Luma, blurred, lit, street

SIZES = st.tuples(st.integers(COLUMNS * 6, 400), st.integers(ROWS * 6, 260))


def of(luma: Luma | Bytes, *, padding: int = 0) -> Glance:
    seen = glance(frame(np.clip(luma, 0, 255).astype(np.uint8), padding=padding))
    assert seen is not None
    return seen


def noise(size: tuple[int, int], seed: int) -> Bytes:
    return np.random.default_rng(seed).integers(0, 256, size[::-1]).astype(np.uint8)


def lines_of(luma: Bytes) -> Bytes:
    """The lines that a glance reads, (24, 3, 32, wide)."""
    high, wide = luma.shape[0] // ROWS, luma.shape[1] // COLUMNS
    rows = [[r * high + (2 * n + 1) * high // 6 for n in range(3)] for r in range(ROWS)]
    return luma[np.array(rows), : COLUMNS * wide].reshape(ROWS, 3, COLUMNS, wide)


@quick
@given(SIZES, st.integers(0, 9), st.integers(0, 99))
def test_a_glance_is_like_its_twin(size: tuple[int, int], padding: int, seed: int) -> None:
    luma = noise(size, seed)
    lines = lines_of(luma).astype(np.int64)
    steps = np.abs(lines[..., 2:] - lines[..., :-2]).max(axis=-1)
    quarter = np.sort(steps.ravel())[-(-steps.size // 4) - 1]

    seen = of(luma, padding=padding)

    np.testing.assert_allclose(seen.grid, lines.mean(axis=(1, 3)), rtol=1e-4)
    assert seen.mean == pytest.approx(lines.mean(), rel=1e-4)
    assert seen.noise == quarter
    assert seen.steep == pytest.approx(np.maximum(steps - 1.5 * quarter, 0).mean(), rel=1e-3)
    across, down = (np.abs(np.diff(seen.grid, axis=axis)) for axis in (1, 0))
    both = np.concatenate([across.ravel(), down.ravel()])
    assert seen.contrast == pytest.approx(both.mean(), rel=1e-3)


@pytest.mark.parametrize(("colour", "share"), [((128, 128), 0), ((131, 9), 0), ((124, 128), 1)])
def test_a_glance_tells_a_picture_with_colours_from_one_without(
    colour: tuple[int, int], share: float
) -> None:
    seen = glance(frame(90, width=320, height=240, colour=colour))
    assert seen is not None
    assert seen.tinted == share


def test_light_changes_neither_outline_nor_steepness_by_contrast() -> None:
    full = of(street())
    for factor in (0.4, 0.7, 1.2):
        dim = of(lit(factor)(street(), 0))
        assert np.abs(dim.edges - full.edges).mean() < 0.02
        ratio = (dim.steep / dim.contrast) / (full.steep / full.contrast)
        assert ratio == pytest.approx(1, abs=0.1)


def test_a_blur_takes_the_steepness_and_leaves_the_outline() -> None:
    sharp, soft = of(street()), of(blurred(3)(street(), 0))
    assert soft.steep / soft.contrast < 0.4 * sharp.steep / sharp.contrast
    assert Likeness(soft.edges, sharp.edges).kept >= TILES - 1


def likeness(one: Floats, other: Floats) -> tuple[int, int, int, int]:
    like = Likeness(one, other)
    return like.compared, like.kept, like.upright, like.same


def test_tiles_are_compared_with_signs_and_without() -> None:
    edges = of(street()).edges
    nothing = np.zeros_like(edges)
    assert likeness(edges, edges) == (TILES, TILES, TILES, TILES)
    assert likeness(-edges, edges) == (TILES, TILES, 0, TILES)
    assert likeness(nothing, edges) == (TILES, 0, 0, 0)
    assert likeness(edges, nothing) == (0, 0, 0, 0)


def test_half_of_another_street_is_half_alike() -> None:
    here, there = of(street()).edges, of(street(77)).edges
    half = here.copy()
    half[:, :, COLUMNS // 2 :] = np.roll(there, 5, axis=1)[:, :, COLUMNS // 2 :]
    assert TILES // 2 <= Likeness(half, here).kept < TILES * 3 // 4


@quick
@given(SIZES, st.integers(0, 99), st.sets(st.integers(0, ROWS * COLUMNS - 1), max_size=9))
def test_the_parts_that_changed_are_counted(
    size: tuple[int, int], seed: int, changed: set[int]
) -> None:
    luma, still = noise(size, seed) // 2, Still()
    assert still(frame(luma)) is None
    still.keep(frame(luma))
    after, wide, high = luma ^ np.uint8(1), size[0] // COLUMNS, size[1] // ROWS
    assert still(frame(after)) == Change(0, 0, 0)
    tiles = {(part // COLUMNS // TILE, part % COLUMNS // TILE) for part in changed}
    for much, strong in ((3, False), (KEYED + 2, True)):
        for part in changed:
            at = part // COLUMNS * high, part % COLUMNS * wide + seed % wide
            after[at] = luma[at] + much
        share = len(changed) / (ROWS * COLUMNS)
        assert still(frame(after)) == pytest.approx((share, len(tiles) / TILES, share * strong))


def test_a_picture_that_is_too_small_has_no_glance() -> None:
    assert glance(frame(90, width=64, height=48)) is None
