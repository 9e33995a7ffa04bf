"""Two streams of one camera in, how much later the large one comes than the small one out.

Sender reports tell it, and where there are none the pictures do: the brightness of their blocks
goes the same way in both, and the lag at which it does so best is the answer. Videos brought into
line by what they show: Y. Caspi and M. Irani, Spatio-temporal alignment of sequences, PAMI 24
(2002).
"""

import math
from collections import deque

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes, Frame

Series = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]
Gathered = deque[tuple[float, Bytes]]

BELIEVED_S = 3.0
"""Streams of one camera never lie further apart; reports that say so are wrong."""

COLUMNS, ROWS, POINTS = 16, 9, 80
MOST_S, STEP_S = 1.5, 0.05  # lags that are tried
ENOUGH_S, ENOUGH, COVERED = 3.0, 15, 0.6  # seconds and samples; the share that both streams show
STILL = 2.0  # grey levels: a block that deviates less shows nothing
ALIKE, CLEAR, NEAR_S = 0.8, 0.08, 0.3  # correlation, and by how much above any lag that is not near
HELD_S, THIN_S, AGAIN_S = 8.0, 0.075, 1.0


def skew_by_reports(main_ahead_s: float | None, small_ahead_s: float | None) -> float | None:
    """Seconds by which the large stream comes later than the small one; None when unknown.

    Each figure is the camera's clock minus the box's, as one stream has it: less by what the stream
    is delayed. The camera has but one clock, so that their difference is the streams' own.
    """
    if main_ahead_s is None or small_ahead_s is None:
        return None
    skew_s = small_ahead_s - main_ahead_s
    return skew_s if abs(skew_s) <= BELIEVED_S else None


class Correlator:
    """Gathers what both streams show, and says how much later the large one shows it.

    The small one is shown all its frames, the large one those that are decoded anyhow.
    """

    def __init__(self) -> None:
        self.main: Gathered = deque()
        self.small: Gathered = deque()
        self.due_s = float("-inf")

    def see_small(self, frame: Frame) -> None:
        """Take in a frame of the small stream."""
        _gather(self.small, frame, HELD_S + 2 * MOST_S)

    def see_main(self, frame: Frame) -> None:
        """Take in a frame of the large stream; many are passed over."""
        if not self.main or frame.captured_s - self.main[-1][0] >= THIN_S:
            _gather(self.main, frame, HELD_S)

    def skew_s(self) -> float | None:
        """Seconds by which the large stream comes later; None while that cannot be told.

        Asked at will: it does nothing until there is something new to go by.
        """
        if len(self.main) < ENOUGH or not self.small:
            return None
        newest_s = self.main[-1][0]
        if newest_s < self.due_s or newest_s - self.main[0][0] < ENOUGH_S:
            return None
        self.due_s = newest_s + AGAIN_S
        return lag_s(*_series(self.main), *_series(self.small))


def lag_s(main_s: Times, main: Series, small_s: Times, small: Series) -> float | None:
    """By how much the same change comes later in one series than in another, in seconds.

    main_s, small_s  (n,), (m,) float64, rising    when each sample was seen
    main, small      (n, b), (m, b) float32        brightness of the same blocks, 0..255

    None when too little moves, when they are not alike at any lag up to 1.5 s, or when they are at
    two that lie apart, as with a pendulum. The least error is a small part of a frame's time.
    """
    moves = (main.std(axis=0) > STILL) & (small.std(axis=0) > STILL)
    if not moves.any():
        return None
    lags = np.arange(-MOST_S, MOST_S + STEP_S / 2, STEP_S)
    main, small = main[:, moves], small[:, moves]
    likeness = np.array([_likeness(main_s - lag, main, small_s, small) for lag in lags])
    best = int(likeness.argmax())
    far = np.abs(lags - lags[best]) > NEAR_S
    if likeness[best] < max(ALIKE, likeness[far].max() + CLEAR) or not 0 < best < len(lags) - 1:
        return None
    before, peak, after = (float(each) for each in likeness[best - 1 : best + 2])
    beside = (before - after) / (2 * (before - 2 * peak + after) - 1e-9)
    return float(lags[best]) + STEP_S * beside


def points_of(frame: Frame) -> Bytes:
    """Brightness at a sparse grid of points, about 64 of them in a row."""
    step = max(1, frame.width // POINTS)
    return frame.y[step // 2 : frame.height : step, step // 2 : frame.width : step].copy()


def block_means(points: Bytes) -> Series:
    """(144,) float32: brightness of 16 × 9 blocks of a grid of points, 0..255."""
    means = cv2.resize(points, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return means.reshape(-1).astype(np.float32)


def _likeness(at_s: Times, main: Series, small_s: Times, small: Series) -> float:
    """Correlation, -1..1, of the large stream with the small one at other times."""
    known = (at_s >= small_s[0]) & (at_s <= small_s[-1])
    if known.mean() < COVERED or len(small_s) < 2:
        return -1.0
    after = np.clip(np.searchsorted(small_s, at_s[known]), 1, len(small_s) - 1)
    share = (at_s[known] - small_s[after - 1]) / (small_s[after] - small_s[after - 1])
    weight = share.astype(np.float32)[:, None]
    there = small[after - 1] * (1 - weight) + small[after] * weight
    here = main[known] - main[known].mean(axis=0)
    there -= there.mean(axis=0)
    power = float((here * here).sum()) * float((there * there).sum())
    return float((here * there).sum()) / (math.sqrt(power) + 1e-9)


def _gather(into: Gathered, frame: Frame, held_s: float) -> None:
    """Keep what a frame shows for so long; of a time that was before, nothing is gathered."""
    at_s = frame.captured_s
    if into and at_s <= into[-1][0]:
        return
    into.append((at_s, points_of(frame)))
    while at_s - into[0][0] > held_s:
        into.popleft()


def _series(gathered: Gathered) -> tuple[Times, Series]:
    return np.array([at_s for at_s, _ in gathered]), np.stack([block_means(p) for _, p in gathered])
