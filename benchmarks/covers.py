"""Patches and faces frame by frame in, what was left uncovered and what was covered needlessly out.

A face counts while at least `VISIBLE` of it is in sight and it is at least 12 pixels high. It is
covered on a frame where the patches lie over `ENOUGH` of what is in sight of it. A face is clean
that is covered on no frame of the clip. Needless is what is covered and lies on nobody's head:
beyond all of a face, with what a scarf or somebody else hides of it, widened by a half of its size
on each side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.throng import HEIGHT, WIDTH, Face
from pipelines.flow import Box, Bytes

LEAST_PX = 12.0
VISIBLE = 0.35
ENOUGH = 0.8
HEAD = 0.5
SMALL_PX, HALF = 24.0, 0.75  # a face that is lower and less in sight is a small, half-hidden one

Patches = Sequence[Sequence[Box]]


@dataclass(frozen=True)
class Tally:
    """What came of a clip, to be added up.

    faces, open          face-frames, and those that were left uncovered
    small, small_open    the same of small, half-hidden faces
    people, clean        faces, and those that were never covered
    pixels, needless     of the clip, and those that were covered on nobody
    """

    faces: int = 0
    open: int = 0
    small: int = 0
    small_open: int = 0
    people: int = 0
    clean: int = 0
    pixels: int = 0
    needless: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        mine, theirs = (list(vars(each).values()) for each in (self, other))
        return Tally(*(a + b for a, b in zip(mine, theirs, strict=True)))

    @property
    def uncovered(self) -> float:
        """Share of face-frames."""
        return self.open / max(1, self.faces)

    @property
    def small_uncovered(self) -> float:
        """Share of small, half-hidden face-frames."""
        return self.small_open / max(1, self.small)

    @property
    def clean_share(self) -> float:
        """Share of faces."""
        return self.clean / max(1, self.people)

    @property
    def needless_share(self) -> float:
        """Share of pixels."""
        return self.needless / max(1, self.pixels)


def tally(patches: Patches, faces: Sequence[Sequence[Face]]) -> Tally:
    """Judge a clip."""
    result = Tally()
    ever: dict[int, bool] = {}
    for boxes, there in zip(patches, faces, strict=True):
        mask = painted(boxes)
        for face in filter(counts, there):
            is_open = share(mask, Box(*face.box)) < ENOUGH
            is_small = face.tall_px < SMALL_PX and face.visible < HALF
            ever[face.who] = ever.get(face.who, False) or not is_open
            result += Tally(1, int(is_open), int(is_small), int(is_open and is_small))
        mask &= ~painted(Box(*face.whole).grown(HEAD) for face in there)
        result += Tally(pixels=WIDTH * HEIGHT, needless=int(np.count_nonzero(mask)))
    return result + Tally(people=len(ever), clean=sum(not each for each in ever.values()))


def counts(face: Face) -> bool:
    """Whether a face is large enough and in sight."""
    return face.tall_px >= LEAST_PX and face.visible >= VISIBLE


def painted(boxes: Iterable[Box]) -> Bytes:
    """(HEIGHT, WIDTH) uint8, 255 within the boxes."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for box in boxes:
        x0, y0, x1, y1 = (round(side) for side in box.clipped(WIDTH, HEIGHT))
        mask[y0:y1, x0:x1] = 255
    return mask


def share(mask: Bytes, box: Box) -> float:
    """How much of a box is painted, 0..1."""
    x0, y0, x1, y1 = (round(side) for side in box.clipped(WIDTH, HEIGHT))
    part = mask[y0:y1, x0:x1]
    return float(part.mean()) / 255 if part.size else 1.0
