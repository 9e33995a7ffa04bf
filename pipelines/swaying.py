"""Frames that are looked at in, by how much the whole picture has moved since the last one out.

A camera on a pole sways, and one that is turned swings; every box in its picture goes with it. The
picture is cut into four bands, either way, and of each a profile is taken, of mean brightness along
it. Profiles are laid over each other where they differ least (integral projections, K. Ratakonda,
SPIE 3309, 1998). Bands vote: what drives through one of them outvotes nobody. Only frames that a
network is shown are compared, so it costs a hundredth of a look, and nothing where nobody looks.
"""

from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes, Frame
from pipelines.kernels import kernel

Reals = npt.NDArray[np.float64]
Sums = npt.NDArray[np.int32]

BANDS = 4
AGREE = 3  # bands that must tell nearly the same
NEARLY = 1.5  # cells that they may differ by
FINE = 300  # cells along the shorter profile, at least, where the picture has as many pixels
REACH = 0.08  # share of the picture by which it can have moved
LEAST = 0.4  # cells; less is no sway
BETTER = 0.85  # of the difference is left where it is laid right, or it is something else

NEAR = 3  # cells that are tried first
FITS = 0.2  # of a profile's own changes is left where two fit well

STILL = (0.0, 0.0)


class Sway:
    """Remembers the last frame's profiles; a frame of another size begins anew."""

    def __init__(self) -> None:
        self.shape = (0, 0)
        self.across = self.down = np.empty((0, 0))

    def __call__(self, frame: Frame) -> tuple[float, float]:
        """Pixels to the right and down."""
        across, down = profiles_of(frame)
        before, self.shape = self.shape, (frame.width, frame.height)
        earlier, self.across, self.down = (self.across, self.down), across, down
        if before != self.shape:
            return STILL
        dx, dy = displaced(earlier[0], across, REACH), displaced(earlier[1], down, REACH)
        return dx * frame.width, dy * frame.height


def profiles_of(frame: Frame) -> tuple[Reals, Reals]:
    """The profiles of a frame, in cells of some pixels where it is large."""
    step = max(1, min(frame.width, frame.height) // FINE)
    return profiles(frame.y, frame.width, frame.height, step)


def profiles(y: Bytes, width: int, height: int, step: int) -> tuple[Reals, Reals]:
    """Brightness along the bands that lie, and along those that stand."""
    across = np.empty((BANDS, width // step), np.int32)
    down = np.empty((BANDS, height // step), np.int32)
    size = across.shape[1], down.shape[1]
    seen = y[: step * size[1], : step * size[0]]
    cells = seen if step == 1 else cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    project(np.ascontiguousarray(cells, np.uint8), across, down)
    return across.astype(np.float64), down.astype(np.float64)


def displaced(before: Reals, now: Reals, most: float) -> float:
    """Share of the picture by which most bands say that it has moved; 0 when they do not agree.

    before, now  (bands, n) float64  profiles
    most         0..1                share by which it can have moved
    """
    reach, said = max(NEAR, int(most * now.shape[1])), np.empty(BANDS)
    lay(before[:, 1:] - before[:, :-1], now[:, 1:] - now[:, :-1], NEAR, reach, said)
    bands = said.tolist()
    middle = median(bands)
    close = [one for one in bands if abs(one - middle) <= NEARLY]
    if len(close) < AGREE or abs(middle) < LEAST:
        return 0.0
    return float(sum(close) / len(close) / now.shape[1])


@kernel("void(u1[:, ::1], i4[:, ::1], i4[:, ::1])")
def project(luma: Bytes, across: Sums, down: Sums) -> None:
    """Sum up brightness along bands.

    luma    (H, W) uint8       brightness
    across  (bands, W) int32   filled, for bands that lie
    down    (bands, H) int32   filled, for bands that stand
    """
    bands, wide, high = across.shape[0], across.shape[1], down.shape[1]
    across[:], down[:] = 0, 0
    rows, columns = -(-high // bands), -(-wide // bands)
    for row in range(high):
        lying, line = across[row // rows], luma[row]
        for column in range(wide):
            lying[column] += np.int32(line[column])
        for band in range(bands):
            whole = np.int32(0)
            for column in range(band * columns, min(wide, (band + 1) * columns)):
                whole += np.int32(line[column])
            down[band, row] = whole


@kernel("f8(f8[::1], f8[::1], i8, f8)")
def _differs(before: Reals, now: Reals, shift: int, most: float) -> float:
    """Mean difference of two profiles where both are, one of them shifted; each is `most` at most.

    So it counts how much of the picture fits, and not how glaring the rest of it is.
    """
    low, high = max(0, shift), min(now.shape[0], now.shape[0] + shift)
    summed = 0.0
    for place in range(low, high):
        summed += min(abs(now[place] - before[place - shift]), most)
    return float(summed / max(1, high - low))


@kernel("void(f8[:, ::1], f8[:, ::1], i8, i8, f8[::1])")
def lay(before: Reals, now: Reals, near: int, reach: int, said: Reals) -> None:
    """Find where a band's profile lies best on the one before, to a part of a cell.

    before, now  (bands, n)    changes of brightness along each band
    near         ≥ 1           cells either way that are tried first; what fits there well is it
    reach        ≥ near, < n   cells either way that it can have moved
    said         (bands,)      filled: cells; 0 where no place is clearly better than the one before
    """
    for band in range(now.shape[0]):
        said[band] = 0.0
        most = np.abs(now[band]).mean()
        unmoved = _differs(before[band], now[band], 0, most)
        for far in (near, reach):
            differs = np.empty(2 * far + 1)
            for step in range(2 * far + 1):
                differs[step] = _differs(before[band], now[band], step - far, most)
            lowest = int(np.argmin(differs))
            least = differs[lowest]
            if 0 < lowest < 2 * far and least < BETTER * unmoved:
                left, right = differs[lowest - 1], differs[lowest + 1]
                bend = left - 2 * least + right
                part = 0.5 * (left - right) / bend if bend > 0 else 0.0
                said[band] = lowest - far + part
            if least < FITS * most and 0 < lowest < 2 * far:
                break
