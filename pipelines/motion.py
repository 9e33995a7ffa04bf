"""Frames in, what moved out: two backgrounds tell what moves from what has stopped.

Each cell keeps a slow and a fast background; it moves when it has left both. The slow one is a
range, spanned by the cell's neighbours, so that an edge that sways or trembles by a cell moves
nothing. What a step must exceed is learnt for each block of 8 × 8 cells: from its brightness, from
its noise, and from how often it nearly moved. When the light changes, the slow background follows
by gain. docs/design/0006-motion.md says why.

Running means as backgrounds: C. Wren et al., Pfinder, PAMI 19 (1997); two of them: F. Porikli
et al., Robust detection of abandoned and removed objects, AVSS 2008; a neighbourhood's values as
one cell's model: O. Barnich and M. Van Droogenbroeck, ViBe, TIP 20 (2011).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.flow import STILL, Box, Bytes, Frame, Motion, Standing
from pipelines.kernels import (
    BLOCK,
    STEP,
    UNIT,
    Cells,
    Fences,
    Floats,
    Words,
    average,
    brighten,
    fence,
    group,
    judge,
    learn,
    look,
    scan,
    settle,
    shrink,
    weigh,
)
from pipelines.zones import Zone

Grid = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionSettings:
    """What counts as movement; one set serves all cameras.

    fast_s      time constant of the fast background: what has stood so long is still
    follow_s    time constant at which the slow background follows what hardly differs from it
    adopt_s     after which it takes over what stands
    drift_s     from one update of the fast background to the next
    settle_s    from one update of the slow background, and of what is learnt, to the next, while
                the light is steady; otherwise `drift_s`
    noise_s     time constant of a block's noise
    forget_s    time constant at which a block forgets how high its gap had to be
    floor       grey levels that a step must exceed where the picture is bright
    dim_floor   and where it is dark; between them `relative` of the brightness
    relative    to a block's brightness: a step that counts
    times       of a block's noise: a step that counts
    reach       quarters of the way to the neighbours' extremes that the slow background explains
    cells       of a block's 64 that must move, with a block nearby that did lately
    alone       of a block's 64 that suffice at once, below `sparse_s`
    sparse_s    from frame to frame, above which one frame may suffice
    light_step  relative change that counts as a light step
    calm        times the change of light that a step must exceed, while the picture
    calm_s      calms down: light is no pure gain, the more it changed the less of one
    mute_s      after the first frame, in which nothing is told
    doubt       times the floor is the gap at first; it is forgotten like what was learnt
    grow        by which a block's gap grows in each second in which it moves or nearly moves
    eager       more than that at first, fading within `eager_s`
    sensitivity of the camera: 2 halves each gap
    """

    fast_s: float = 1.5
    follow_s: float = 4.0
    adopt_s: float = 60.0
    drift_s: float = 0.4
    settle_s: float = 1.0
    noise_s: float = 8.0
    forget_s: float = 20.0
    floor: float = 8.0
    dim_floor: float = 3.0
    relative: float = 0.1
    times: float = 4.0
    reach: int = 3
    cells: int = 4
    alone: int = 8
    sparse_s: float = 0.15
    light_step: float = 0.05
    calm_s: float = 1.0
    calm: float = 3.0
    mute_s: float = 2.0
    doubt: float = 2.5
    most: float = 5.0
    grow: float = 0.3
    eager: float = 2.0
    eager_s: float = 4.0
    sensitivity: float = 1.0


NOISE = 1.5
FLICKER, STEADY = 0.003, 0.005
CROWD, STIR = 0.1, 0.025
SETTLE_S = 5.0  # after the first frame
WHOLE = 32768
ALIKE = 30 * STEP


class MotionDetector:
    """Remembers one camera's backgrounds; call it with each frame in turn.

    masks    zones in which nothing ever moves
    zones    zones with a sensitivity of their own, which multiplies the camera's
    """

    def __init__(
        self,
        settings: MotionSettings | None = None,
        *,
        masks: Sequence[Zone] = (),
        zones: Sequence[tuple[Zone, float]] = (),
    ) -> None:
        self.settings = settings or MotionSettings()
        self.masks, self.zones = tuple(masks), tuple(zones)
        self.shape = (0, 0)
        self.seen_s = 0.0

    def __call__(self, frame: Frame) -> Motion:
        """Compare a frame with what usually stands there."""
        if self.shape != (frame.height, frame.width):
            return self._begin(frame)
        passed_s = min(max(frame.captured_s - self.seen_s, 0.001), 1.0)
        self.seen_s = frame.captured_s
        self.age_s += passed_s
        self.undrifted_s += passed_s
        self.unsettled_s += passed_s
        luma = _words(frame.y)
        self._look(luma, passed_s)
        moving = self.counts[4] > 0 and self.age_s >= self.settings.mute_s
        if self.unsettled_s >= self.settles_s:
            self._settle(luma)
        return self._motion(frame) if moving else STILL

    def __deepcopy__(self, _: dict[int, object]) -> "MotionDetector":
        """Another one that remembers the same; settings and zones never change and are shared."""
        other = object.__new__(MotionDetector)
        for name, value in vars(self).items():
            setattr(other, name, value.copy() if isinstance(value, np.ndarray) else value)
        return other

    def standing(self, least_s: float) -> tuple[Standing, ...]:
        """What changed and has stood for `least_s`; after `adopt_s` it is background. Reads only.

        What differs since the first seconds is left out: what moved then is taken for background.
        The boxes have a block more on each side than what changed.
        """
        if self.shape == (0, 0) or not (self.known[1] >= least_s).any():
            return ()
        stands = (self.known[1] >= least_s) & (self.known[1] <= self.age_s - SETTLE_S)
        stood = np.asarray(stands, np.uint8)
        return tuple(self._standing(*sides) for sides in group(stood, 1).tolist())

    def _standing(self, left: int, top: int, right: int, bottom: int) -> Standing:
        """One of them, from its place among the blocks."""
        blocks = np.s_[top:bottom, left:right]
        rows, columns = self.now.shape
        y0, y1 = BLOCK * max(top - 1, 0), min(BLOCK * (bottom + 1), rows)
        x0, x1 = BLOCK * max(left - 1, 0), min(BLOCK * (right + 1), columns)
        before, after = self.memory[:, y0:y1, x0:x1].astype(np.float32) / np.float32(STEP)
        return Standing(
            Box(*(float(self.cell * side) for side in (x0, y0, x1, y1))),
            float(self.known[1][blocks].max()), before, after,
        )  # fmt: skip

    def _begin(self, frame: Frame) -> Motion:
        """The first frame, or the first of another size: all of it is background."""
        settings = self.settings
        self.shape, self.seen_s = (frame.height, frame.width), frame.captured_s
        self.cell = cell_of(frame.width)
        self.now: Cells = np.empty((frame.height // self.cell, frame.width // self.cell), np.int16)
        shrink(_words(frame.y), self.cell, 0, self.now)
        size = self.now.shape
        blocks = -(-size[0] // BLOCK), -(-size[1] // BLOCK)
        self.memory: Cells = np.stack([self.now, self.now])
        self.fences: Fences = np.empty((2, *size), np.uint16)
        self.masked = masked(self.masks, size) if self.masks else np.empty((0, 0), np.uint8)
        self.means: Floats = np.empty((2, *blocks), np.float32)
        self.marks: Bytes = np.zeros((blocks[0], 2, blocks[1]), np.uint8)
        self.hot: Bytes = np.zeros((5, *blocks), np.uint8)
        self.held: Bytes = np.zeros(blocks, np.uint8)
        self.known: Floats = np.zeros((2, *blocks), np.float32)
        self.known[0] = NOISE
        self.rules = rules_of(settings)
        self.bins = np.zeros(4096, np.int64)
        self.found: Floats = np.zeros((2, *blocks), np.float32)
        self.strip: Cells = np.empty((blocks[0] + 3 * BLOCK + 2, BLOCK * blocks[1]), np.int16)
        self.gaps: Cells = np.empty(blocks, np.int16)
        self.age_s, self.unrest = 0.0, 0.0
        self.undrifted_s, self.unsettled_s, self.settles_s = 0.0, 0.0, settings.settle_s
        self.crowd, self.stir = (max(1, int(part * self.held.size)) for part in (CROWD, STIR))
        self.counts = np.array([settings.cells, 0, self.crowd, 0, 0, 0], np.int64)
        for means in self.means:
            average(self.now, means)
        factors = factor_of(self.zones, blocks) / np.float32(settings.sensitivity)
        lowest = np.clip(self.means[0] * settings.relative, settings.dim_floor, settings.floor)
        self.limits: Floats = np.stack([lowest * settings.doubt, lowest, factors], dtype=np.float32)
        self._measure()
        return STILL

    def _look(self, luma: Words, passed_s: float) -> None:
        """Find the blocks that move; when there are very many, it may be the light."""
        settings, counts = self.settings, self.counts
        counts[1] = settings.alone if passed_s >= settings.sparse_s else BLOCK * BLOCK + 1
        growth, mix = 1.0, 0
        if self.unrest < STEADY:
            eager = settings.eager * math.exp(-self.age_s / settings.eager_s)
            growth += passed_s * (settings.grow + eager)
        if self.undrifted_s >= settings.drift_s and self.unsettled_s < self.settles_s:
            mix = _share(self.undrifted_s / settings.fast_s)
            self.undrifted_s = 0.0
        look(
            luma, self.cell, self.fences, self.memory, settings.reach, self.masked, self.gaps,
            self.marks, self.strip, mix, self.hot, self.held, self.limits, growth, counts,
        )  # fmt: skip
        if counts[3] > self.crowd:
            self._look_again(luma, growth)
        elif counts[4] and counts[5] > self.stir:
            self._look_again(luma, 1.0)

    def _look_again(self, luma: Words, growth: float) -> None:
        """Many blocks move or nearly move: let the light pass, and judge what is left."""
        if self.counts[5] > self.crowd:
            self.hot[4] = 0
        if self._relit(luma):
            scan(
                luma, self.cell, self.fences, self.memory, self.settings.reach, self.masked,
                self.gaps, self.settings.cells, self.marks, self.strip, 0,
            )  # fmt: skip
        elif self.counts[3] <= self.crowd:
            return
        self.counts[2] = self.held.size
        judge(self.marks, self.hot, self.held, self.limits, growth, self.gaps, self.counts)
        self.counts[2] = self.crowd

    def _gain(self, luma: Words) -> float:
        """By how much all of the picture is brighter than the slow background."""
        settings = self.settings
        gain = weigh(luma, self.cell, self.now, self.means, self.bins)
        change = abs(gain - 1.0)
        if change <= FLICKER:
            return 1.0
        self.unrest = min(self.unrest + max(change - STEADY, 0.0), settings.light_step)
        return gain

    def _relit(self, luma: Words) -> bool:
        """Let the backgrounds follow the light at once, if it was the light that changed."""
        gain = self._gain(luma)
        if gain == 1.0:
            return False
        settings, (slow, fast) = self.settings, self.memory
        brighten(slow, round(UNIT * gain))
        if abs(gain - 1.0) > settings.light_step:
            alike = np.abs(self.now - slow) < ALIKE
            slow[alike] = self.now[alike]
            fast[:] = self.now
        else:
            brighten(fast, round(UNIT * gain))
        average(slow, self.means[1])
        self._measure()
        return True

    def _settle(self, luma: Words) -> None:
        """Let both backgrounds drift, and learn each block's noise."""
        settings, passed_s, undrifted_s = self.settings, self.unsettled_s, self.undrifted_s
        self.unsettled_s = self.undrifted_s = 0.0
        gain = self._gain(luma)
        self.settles_s = settings.drift_s if abs(gain - 1.0) > STEADY else settings.settle_s
        self._calm(passed_s)
        slow, fast = _share(passed_s / settings.follow_s), _share(undrifted_s / settings.fast_s)
        settle(
            self.now, self.memory, round(UNIT * gain), slow, fast, settings.reach, self.masked,
            self.fences, self.gaps, self.held, self.found, self.means, self.known, self.limits,
            self.rules,
        )  # fmt: skip

    def _measure(self) -> None:
        """Set the gaps."""
        self._calm(0.0)
        learn(self.found, self.means[0], self.known, self.held, self.limits, self.gaps, self.rules)
        fence(self.memory[0], self.settings.reach, self.masked, self.gaps, self.fences)

    def _calm(self, passed_s: float) -> None:
        """Doubt the picture less, the longer ago its light changed."""
        self.unrest *= math.exp(-passed_s / self.settings.calm_s)
        self.rules[0], self.rules[7] = passed_s, self.settings.calm * self.unrest

    def _motion(self, frame: Frame) -> Motion:
        return Motion(
            regions=_regions(self.hot[0], BLOCK * self.cell, frame),
            share=float(self.counts[4] / self.held.size),
        )


def rules_of(settings: MotionSettings) -> Floats:
    """What `learn` takes as `rules`."""
    s = settings
    share = s.cells / BLOCK**2
    return np.array(
        [
            0,
            s.noise_s,
            s.forget_s,
            s.dim_floor,
            s.floor,
            s.relative,
            s.times,
            1,
            s.most,
            share,
            s.adopt_s,
        ],
        np.float32,
    )


def cell_of(width: int) -> int:
    """Side of a cell in pixels: a cell is about a 320th of the picture's width."""
    return 1 if width < 640 else 2 if width < 1280 else 4


def _share(part: float) -> int:
    """A share as kernels take it."""
    return round(WHOLE * min(part, 1.0))


def _words(luma: Bytes) -> Words:
    """Four pixels to a word; FFmpeg's rows allow it as they are, others are copied."""
    spare = -luma.shape[1] % 4
    whole = np.pad(luma, ((0, 0), (0, spare))) if spare else luma
    words = whole.view(np.uint32)
    return words if words.flags.aligned else words.copy()


def masked(zones: Sequence[Zone], size: tuple[int, ...]) -> Bytes:
    """1 for each cell whose middle lies in one of the zones."""
    return np.asarray(sum((inside(zone, size) for zone in zones), np.zeros(size)) > 0, np.uint8)


def factor_of(zones: Sequence[tuple[Zone, float]], size: tuple[int, ...]) -> Grid:
    """By what the gap of each block is multiplied; where zones overlap, all of them count."""
    factors = np.ones(size, np.float32)
    for zone, sensitivity in zones:
        factors[inside(zone, size)] /= sensitivity
    return factors


def inside(zone: Zone, size: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Whether the middle of each part of a grid lies in a zone."""
    rows, columns = size
    return np.array(
        [
            [zone.holds((x + 0.5) / columns, (y + 0.5) / rows) for x in range(columns)]
            for y in range(rows)
        ]
    )


def _regions(moving: Bytes, block_px: int, frame: Frame) -> tuple[Box, ...]:
    """Boxes, in pixels, around blocks that hang together and a block beyond, the largest first."""
    across, down = float(frame.width), float(frame.height)
    boxes = [
        Box(
            max(float(block_px * (x0 - 1)), 0.0), max(float(block_px * (y0 - 1)), 0.0),
            min(float(block_px * (x1 + 1)), across), min(float(block_px * (y1 + 1)), down),
        )
        for x0, y0, x1, y1 in group(moving, 3).tolist()
    ]  # fmt: skip
    return tuple(sorted(boxes, key=_area, reverse=True)) if len(boxes) > 1 else tuple(boxes)


def _area(box: Box) -> float:
    return box.area
