"""How much later one stream comes than the other, from what is known of both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.aligning import (
    BELIEVED_S,
    Correlator,
    Series,
    Times,
    block_means,
    lag_s,
    points_of,
    skew_by_reports,
)
from tests.builders import frame, quick


@quick
@given(st.floats(-1e6, 1e6), st.floats(0, 1.4), st.floats(0, 1.4))
def test_however_wrong_a_cameras_clock_is_its_streams_tell_their_difference(
    wrong_s: float, main_delay_s: float, small_delay_s: float
) -> None:
    skew_s = skew_by_reports(wrong_s - main_delay_s, wrong_s - small_delay_s)
    assert skew_s == pytest.approx(main_delay_s - small_delay_s, abs=1e-6)


def test_without_reports_on_both_streams_they_tell_nothing() -> None:
    assert skew_by_reports(None, 1.0) is None
    assert skew_by_reports(1.0, None) is None


def test_reports_that_put_a_cameras_streams_hours_apart_are_not_believed() -> None:
    assert skew_by_reports(0.0, BELIEVED_S + 0.1) is None
    assert skew_by_reports(3600.0, 0.0) is None


BLOCKS = 144


def walk(seed: int, times: Times) -> Series:
    """Brightness of blocks before which something passes, each in its turn, at exact times."""
    dice = np.random.default_rng(seed)
    still = dice.uniform(60, 180, BLOCKS)
    passed_s, lasts_s = dice.uniform(1, 7, BLOCKS), dice.uniform(0.2, 0.8, BLOCKS)
    deep = np.where(dice.uniform(size=BLOCKS) < 0.2, dice.uniform(-60, 60, BLOCKS), 0.0)
    near = np.exp(-(((times[:, None] - passed_s) / lasts_s) ** 2))
    return np.asarray(still + deep * near, np.float32)


def every(step_s: float, *, start_s: float, end_s: float) -> Times:
    return np.arange(start_s, end_s, step_s)


@quick
@given(st.integers(0, 1000), st.floats(-1.2, 1.2), st.sampled_from([5, 12.5]))
def test_the_lag_of_what_passes_is_found_to_a_part_of_a_frame(
    seed: int, lag: float, fps: float
) -> None:
    main_s = every(1 / fps, start_s=2.0, end_s=7.0)
    small_s = every(0.1, start_s=-1.0, end_s=9.0)
    found = lag_s(main_s, walk(seed, main_s - lag), small_s, walk(seed, small_s))
    assert found == pytest.approx(lag, abs=0.02)


def noise(seed: int, times: Times, *, grey: float) -> Series:
    still = walk(1, np.full(times.shape, -100.0))
    return still + np.random.default_rng(seed).normal(0, grey, still.shape).astype(np.float32)


@pytest.mark.parametrize("grey", [0.0, 1.0, 20.0])
def test_where_nothing_moves_or_the_streams_are_not_alike_nothing_is_told(grey: float) -> None:
    times = every(0.1, start_s=0.0, end_s=8.0)
    assert lag_s(times, noise(2, times, grey=grey), times, noise(3, times, grey=grey)) is None


def test_what_swings_has_no_lag_of_its_own() -> None:
    times = every(0.08, start_s=0.0, end_s=8.0)
    swings = (128 + 40 * np.sin(2 * np.pi * times[:, None] + np.arange(BLOCKS))).astype(np.float32)
    assert lag_s(times, swings, times, swings) is None


def test_a_lag_beyond_what_is_tried_is_not_told() -> None:
    main_s, small_s = every(0.1, start_s=0.0, end_s=8.0), every(0.1, start_s=-3.0, end_s=11.0)
    assert lag_s(main_s, walk(5, main_s - 2.5), small_s, walk(5, small_s)) is None


def test_means_are_those_of_the_blocks_whatever_the_size_and_the_padding() -> None:
    blocks = np.arange(BLOCKS, dtype=np.uint8).reshape(9, 16)
    for scale, padding in ((40, 0), (40, 24), (120, 0)):
        luma = np.kron(blocks, np.ones((scale, scale), np.uint8))
        points = points_of(frame(luma, padding=padding))
        assert block_means(points) == pytest.approx(np.arange(144), abs=0.5)


def test_two_streams_are_compared_as_their_frames_come() -> None:
    correlator, found = Correlator(), None
    for number in range(200):
        at_s = number / 20
        luma = np.full((90, 160), 90, np.uint8)
        x = int(20 * (at_s % 8))
        luma[20:60, x : x + 20] = 220
        if number % 2 == 0:
            correlator.see_small(frame(luma, at_s=at_s))
        if 3.0 <= at_s <= 7.0:
            correlator.see_main(frame(np.repeat(luma, 2, axis=1), at_s=at_s + 0.5))
        found = found or correlator.skew_s()
    assert found == pytest.approx(0.5, abs=0.04)
    correlator.see_main(frame(luma, at_s=0.0))
    assert correlator.main[-1][0] > 0.0
