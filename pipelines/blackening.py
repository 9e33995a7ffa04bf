"""A frame and privacy masks in, a frame on which there is nothing under them out.

The planes are copied, never written into: they are what a decoder predicts its next pictures from.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes, Frame
from pipelines.zones import Zone

BLACK, FULL_RANGE_BLACK, GREY = 16, 0, 128  # ITU-T H.273: brightness, and colour that is none
_FINE = 4  # bits of a pixel's fraction that OpenCV draws lines with

Grid = npt.NDArray[np.bool_]
Key = tuple[int, int, bool]


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """One mask on one plane: of what lies within its box, `kept` bits stay and `painted` are set.

    box      rows and columns of the plane
    kept     as the box, uint8  255 outside the mask, 0 under it
    painted  as the box, uint8  0 outside the mask, black under it
    """

    box: tuple[slice, slice]
    kept: Bytes
    painted: Bytes


class Blackener:
    """Blackens what lies under privacy masks; call it with each frame of one stream.

    Whatever a mask touches is black, and up to four pixels around it: colour has half the
    resolution, and a pixel is black with all its colour or not at all. Corners are shares of the
    picture, so a mask lies at the same place in streams of any size. A border that crosses itself
    leaves no hole, unless it was drawn round it the other way (the nonzero rule, as in SVG).
    """

    def __init__(self, masks: Sequence[Zone]) -> None:
        self.masks = tuple(masks)
        self.key: Key | None = None
        self.brightness: list[_Patch] = []
        self.colour: list[_Patch] = []

    def __call__(self, frame: Frame, *, full_range: bool = False) -> Frame:
        """The same frame where there are no masks, else a copy that is black under them.

        full_range  brightness is 0..255 in the stream, not 16..235
        """
        if not self.masks:
            return frame
        key = frame.width, frame.height, full_range
        if key != self.key:
            self.key = key
            self._cut(frame, FULL_RANGE_BLACK if full_range else BLACK)
        return Frame(
            frame.captured_s, frame.width, frame.height,
            _painted(frame.y, self.brightness),
            _painted(frame.u, self.colour),
            _painted(frame.v, self.colour),
        )  # fmt: skip

    def _cut(self, frame: Frame, black: int) -> None:
        """Make the patches for frames of this size."""
        size = (frame.height + 1) // 2, (frame.width + 1) // 2
        grids = [covered(mask, size, frame) for mask in self.masks]
        doubled = [grid.repeat(2, axis=0).repeat(2, axis=1) for grid in grids]
        self.colour = [_patch(grid, GREY) for grid in grids]
        self.brightness = [_patch(grid[: frame.height, : frame.width], black) for grid in doubled]


def _painted(plane: Bytes, patches: Sequence[_Patch]) -> Bytes:
    copied = plane.copy()
    for patch in patches:
        part = copied[patch.box]
        part &= patch.kept
        part |= patch.painted
    return copied


def _patch(hidden: Grid, black: int) -> _Patch:
    """The smallest box around what is hidden; a mask always hides something."""
    rows, columns = (np.flatnonzero(hidden.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return _Patch(box, _where(hidden[box], 0, 255), _where(hidden[box], black, 0))


def _where(hidden: Grid, then: int, otherwise: int) -> Bytes:
    return np.where(hidden, np.uint8(then), np.uint8(otherwise))


def covered(mask: Zone, size: tuple[int, int], frame: Frame) -> Grid:
    """Whether a mask touches each place of a grid of pairs of pixels, or one beside it.

    size  rows and columns of the grid
    """
    scale = np.array([frame.width / 2, frame.height / 2])
    corners = np.asarray(mask.polygon, np.float64) * scale
    drawn = np.asarray(_inside(corners, size), np.uint8)
    line = np.round((corners - 0.5) * (1 << _FINE)).astype(np.int32)
    cv2.polylines(drawn, [line], isClosed=True, color=1, shift=_FINE)
    return np.asarray(cv2.dilate(drawn, np.ones((3, 3), np.uint8))) > 0


def _inside(corners: npt.NDArray[np.float64], size: tuple[int, int]) -> Grid:
    """Whether the middle of each place is wound around by a border.

    The winding number: D. Sunday, Inclusion of a Point in a Polygon (2001).
    """
    down, across = np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5
    winds: npt.NDArray[np.int16] = np.zeros(size, np.int16)
    for (x0, y0), (x1, y1) in itertools.pairwise([*corners, corners[0]]):
        turns = (y0 <= down).astype(np.int16) - (y1 <= down)
        rows = np.flatnonzero(turns)
        crossing = x0 + (down[rows] - y0) * (x1 - x0) / (y1 - y0) if len(rows) else down[rows]
        winds[rows] += turns[rows, None] * (across < crossing[:, None])
    return np.not_equal(winds, 0)
