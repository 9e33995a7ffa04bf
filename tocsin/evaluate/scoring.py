"""Tracks and truth in, measures out."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from tocsin.evaluate.truth import Row
from tocsin.evaluate.workshop import Talk, Workshop

Frames = Sequence[Sequence[Row]]

TRACKEVAL = Workshop(
    "trackeval",
    ("measure.py",),
    # Without what it only needs to draw and for masks, and without a second OpenCV.
    (("install", "--no-deps", "trackeval==1.3.0", "numpy>=2.1,<3", "scipy>=1.14,<2"),),
)


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """How good tracks are; shares are 0..1, boxes agree from an IoU of a half.

    precision    share of the tracked boxes that are right
    recall       share of the true boxes that are tracked
    f1           harmonic mean of both
    hota         higher order tracking accuracy (J. Luiten et al., IJCV 2021), over all IoU
    idf1         share of the boxes that carry the right number throughout
    mota         1 less misses, false boxes and switches per true box; may be below 0
    id_switches  how often a thing's number changes
    """

    precision: float
    recall: float
    f1: float
    hota: float
    idf1: float
    mota: float
    id_switches: int


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """Measures of all clips as one, and of each."""

    pooled: Measures
    clips: tuple[Measures, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """What a tracker made of the clips.

    clips         for each clip and each frame, the rows
    us_per_frame  microseconds that the tracker alone took
    """

    name: str
    clips: tuple[Frames, ...]
    us_per_frame: float
    settings: str = ""


def scored(talk: Talk, truth: Sequence[Frames], followed: Followed) -> Scored:
    """Measure tracks against the truth. Raises ConfigError when trackeval breaks off."""
    pairs = zip(truth, followed.clips, strict=True)
    clips = [{"truth": one, "tracks": other} for one, other in pairs]
    return talk.ask({"clips": clips}, Scored)
