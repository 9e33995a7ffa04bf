"""Frames in, coarse facts about the picture out: a glance costs next to nothing.

A glance reads three lines of each of 32 × 24 parts. Steps between the parts' brightness, as shares
of the mean step, are an outline that light does not change; tiles of 8 × 8 parts are compared by
the normalised correlation of their outlines (J. P. Lewis, Fast normalized cross-correlation, 1995,
without the search), once with signs and once without, since infrared turns dark into bright.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from pipelines.flow import Bytes, Frame
from pipelines.healthkernels import differ, outline, resemble, survey
from pipelines.kernels import Floats
from pipelines.zones import Zone

ROWS, COLUMNS, TILE = 24, 32, 8
TILES = ROWS * COLUMNS // TILE**2
LEAST_PX = 6
"""Width of a part below which a picture is too small to be judged."""

FAINT = 0.6  # grey levels: a step between parts that is none
WHOLE = 2.0  # times the mean step: one that counts fully
BEYOND = 6  # eighths of a part: masks are black some pixels beyond their border
KEYED = 32  # grey levels by which a keyframe may change a picture that stands
ALIKE = 0.45  # correlation from which a tile shows the same


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """What one look at a picture told.

    grid      (24, 32) float32         mean brightness of its parts
    parts     (n,) float32             the same of those that no mask touches
    edges     (2, 24, 32) float32      its outline, -1..1
    contrast  grey levels              mean step between neighbouring parts
    steep     grey levels              mean of the steepest steps within two pixels, less noise
    noise     grey levels              steepest steps where the picture is smoothest
    mean      grey levels              brightness
    tinted    0..1                     share of the picture that has a colour
    tiles     1..12                    that show something else than masks
    """

    grid: Floats
    parts: Floats
    edges: Floats
    contrast: float
    steep: float
    noise: float
    mean: float
    tinted: float
    tiles: int

    @property
    def clarity(self) -> float:
        """Contrast for its brightness: less light changes it little, a veil much."""
        return self.contrast / max(self.mean, 1.0)


def shown_beside(masks: Sequence[Zone]) -> Bytes:
    """(24, 32) uint8: 0 for the parts of a picture that a privacy mask touches, or nearly."""
    fine = np.zeros((ROWS * TILE, COLUMNS * TILE), np.uint8)
    for mask in masks:
        corners = np.asarray(mask.polygon, np.float64) * (fine.shape[1], fine.shape[0])
        cv2.fillPoly(fine, [np.round(corners).astype(np.int32)], 1)
    wider = cv2.dilate(fine, np.ones((2 * BEYOND + 1, 2 * BEYOND + 1), np.uint8))
    parts = wider.reshape(ROWS, TILE, COLUMNS, TILE).any(axis=(1, 3))
    return np.where(parts, np.uint8(0), np.uint8(1))


ALL = shown_beside(())


def glance(frame: Frame, shown: Bytes = ALL) -> Glance | None:
    """Look at a frame, at the parts of it that `shown` has; None when it is too small."""
    wide, high = frame.width // COLUMNS, frame.height // ROWS
    if wide < LEAST_PX or high < LEAST_PX or not shown.any():
        return None
    grid = np.empty((ROWS, COLUMNS), np.float32)
    edges, told = np.empty((2, ROWS, COLUMNS), np.float32), np.empty(5, np.float32)
    survey(frame.y, frame.u, wide, high, grid, np.empty(256, np.int64), told[:4])
    outline(grid, shown, FAINT, WHOLE, edges, told[4:])
    steep, noise, mean, tinted, contrast = told.tolist()
    parts, tiles = grid.ravel(), TILES
    if shown is not ALL:
        parts = grid[shown > 0]
        mean = float(parts.mean())
        tiles = int(shown.reshape(ROWS // TILE, TILE, COLUMNS // TILE, TILE).any((1, 3)).sum())
    return Glance(grid, parts, edges, contrast, steep, noise, mean, tinted, tiles)


class Likeness:
    """How an outline compares with another one, in how many tiles.

    compared  the other one shows something
    kept      and the one shows the same
    upright   and no darker where it was lighter
    same      the one shows something, and the other the same
    """

    __slots__ = ("compared", "kept", "same", "upright")

    def __init__(self, one: Floats, other: Floats, *, alike: float = ALIKE) -> None:
        told = np.empty(4, np.int64)
        resemble(one, other, TILE, alike, told)
        self.compared, self.kept, self.upright, self.same = told.tolist()


class Change(NamedTuple):
    """How two pictures differ, on one line of each of their parts.

    parts   share of the parts that are other by more than a grey level: by less, an encoder goes on
            bettering a picture that stands
    tiles   share of the tiles that have such a part
    strong  share of the parts that are other by more than a keyframe makes of a picture that stands
    """

    parts: float
    tiles: float
    strong: float


class Still:
    """Keeps some lines of a picture, and says how the next one differs."""

    def __init__(self) -> None:
        self.kept: Bytes = np.empty((0, 0), np.uint8)
        self.tiles = np.empty((ROWS // TILE, COLUMNS // TILE), np.uint8)
        self.told = np.zeros(3, np.int64)

    def keep(self, frame: Frame) -> None:
        """Remember this picture."""
        wide, high = frame.width // COLUMNS, frame.height // ROWS
        self.kept = frame.y[: ROWS * high : high, : COLUMNS * wide].copy()

    def __call__(self, frame: Frame) -> Change | None:
        """How it differs from the kept one; None: there is none of its size."""
        wide, high = frame.width // COLUMNS, frame.height // ROWS
        if self.kept.shape != (ROWS, COLUMNS * wide):
            return None
        differ(frame.y, self.kept, high, wide, TILE, KEYED, self.tiles, self.told)
        parts, tiles, strong = self.told.tolist()
        return Change(parts / (ROWS * COLUMNS), tiles / TILES, strong / (ROWS * COLUMNS))
