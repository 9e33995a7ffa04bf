"""Frames in, what moved out: two backgrounds tell what moves from what has stopped.

Each cell keeps a slow and a fast running mean and the usual step between still frames. A cell
moves when it has left both. A light step changes the picture's mean at once: both backgrounds
follow it by gain, and the threshold is raised for a second. Running means as backgrounds:
C. Wren et al., Pfinder, PAMI 19 (1997); two of them: F. Porikli et al., Robust detection of
abandoned and removed objects, AVSS 2008.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Box, Frame, Motion
from pipelines.kernels import Counts, compare, shrink
from pipelines.kernels import Floats as Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionSettings:
    """What counts as movement; one set serves all cameras.

    slow_s, fast_s  time constants of the two backgrounds
    floor           grey levels under which a step never counts
    times           the usual noise of a cell, above which a step counts
    cells           of a block's 64 that must move
    light_step      relative change of the mean that counts as a light step
    calm_s          after a light step or the start, in which only large changes count
    """

    slow_s: float = 60.0
    fast_s: float = 2.5
    floor: float = 8.0
    times: float = 4.0
    cells: int = 5
    light_step: float = 0.05
    calm_s: float = 1.0


STILL = Motion(regions=(), share=0.0, mean=0.0, detail=0.0)
BLOCK = 8


class MotionDetector:
    """Remembers one camera's backgrounds; call it with each frame in turn."""

    def __init__(self, settings: MotionSettings | None = None) -> None:
        self.settings = settings or MotionSettings()
        self.shape = (0, 0)
        self.seen_s = 0.0
        self.calm_until_s = 0.0
        self.before: npt.NDArray[np.bool_] | None = None

    def __call__(self, frame: Frame) -> Motion:
        """Compare a frame with what usually stands there."""
        if self.shape != (frame.height, frame.width):
            return self._begin(frame)
        passed_s = min(max(frame.captured_s - self.seen_s, 0.001), 1.0)
        self.seen_s = frame.captured_s
        shrink(frame.y, self.cell, self.sums, self.now)
        self._follow_light(frame.captured_s)
        compare(self.now, self.memory, self._rates(frame.captured_s, passed_s), BLOCK, self.moved)
        return self._motion(frame)

    def _begin(self, frame: Frame) -> Motion:
        """The first frame, or the first of another size: all of it is background."""
        self.shape, self.seen_s = (frame.height, frame.width), frame.captured_s
        self.cell = cell_of(frame.width)
        size = frame.height // self.cell, frame.width // self.cell
        self.now: Grid = np.empty(size, np.float32)
        self.sums: Counts = np.empty(frame.width, np.int32)
        shrink(frame.y, self.cell, self.sums, self.now)
        usual_step = np.full(size, 2.0, np.float32)
        self.memory: Grid = np.stack([self.now, self.now, usual_step])
        self.moved: Counts = np.zeros((-(-size[0] // BLOCK), -(-size[1] // BLOCK)), np.int32)
        self.level, self.before = float(self.now.mean()), None
        self.calm_until_s = frame.captured_s + self.settings.calm_s
        return self._motion(frame)

    def _follow_light(self, captured_s: float) -> None:
        """When the whole picture turned lighter or darker, so did the backgrounds."""
        level = float(self.now.mean())
        gain = (level + 1.0) / (self.level + 1.0)
        self.level = level
        if abs(gain - 1.0) > self.settings.light_step:
            self.memory[0] *= np.float32(gain)
            self.memory[1] = self.now
            self.calm_until_s = captured_s + self.settings.calm_s

    def _rates(self, captured_s: float, passed_s: float) -> Grid:
        """What `compare` takes as `rates`, for a frame `passed_s` after the one before."""
        settings = self.settings
        calm = 0 < self.calm_until_s - captured_s <= settings.calm_s  # unless the clock went back
        floor = settings.floor * (3.0 if calm else 1.0)
        mixes = [passed_s / settings.slow_s, passed_s / settings.fast_s]
        return np.array([*mixes, floor, settings.times], np.float32)

    def _motion(self, frame: Frame) -> Motion:
        hot = self.moved >= self.settings.cells
        steady = hot & _spread(self.before) if self.before is not None else np.zeros_like(hot)
        self.before = hot
        return Motion(
            regions=_regions(steady, BLOCK * self.cell, frame),
            share=float(steady.mean()),
            mean=self.level,
            detail=_detail(self.now),
        )


def cell_of(width: int) -> int:
    """Side of a cell in pixels: a cell is about a 320th of the picture's width."""
    return 1 if width < 640 else 2 if width < 1280 else 4


def _spread(hot: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Blocks that are hot or touch one: what moves may cross into the next block."""
    return cv2.dilate(hot.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_)


def _regions(hot: npt.NDArray[np.bool_], block_px: int, frame: Frame) -> tuple[Box, ...]:
    """Boxes, in pixels, around blocks that hang together, the largest first."""
    if not hot.any():
        return ()
    joined = _spread(hot).view(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [
        Box(x, y, x + width, y + height)
        for x, y, width, height in (stats[1:, :4] * float(block_px)).tolist()
    ]
    clipped = (box.clipped(frame.width, frame.height) for box in boxes)
    return tuple(sorted(clipped, key=lambda box: -box.area))


def _detail(now: Grid) -> float:
    """Mean step between neighbouring blocks: noise averages out, edges of a scene stay."""
    rows, columns = now.shape[0] // BLOCK, now.shape[1] // BLOCK
    if min(rows, columns) < 2:
        return 0.0
    blocks = now[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    means = blocks.mean(axis=(1, 3))
    return float(
        (np.abs(np.diff(means, axis=1)).mean() + np.abs(np.diff(means, axis=0)).mean()) / 2
    )
