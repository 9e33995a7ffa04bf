"""A canvas in, the points at which a network without anchors looks for things out."""

import functools
import itertools

import numpy as np

from models.boxes import Floats
from pipelines.errors import ModelError

STRIDES = ((8, 16, 32), (8, 16, 32, 64))


def counts(width: int, height: int) -> dict[int, tuple[int, ...]]:
    """How many points a canvas has, for each set of strides that a network may use."""
    return {
        sum(-(-width // stride) * -(-height // stride) for stride in strides): strides
        for strides in STRIDES
    }


@functools.cache
def grid(width: int, height: int, count: int) -> Floats:
    """(count, 3) column, row and stride of each point, row by row, the finest stride first.

    Raises ModelError when no set of strides has so many points.
    """
    strides = counts(width, height).get(count)
    if strides is None:
        raise ModelError(
            f"a network with {count} points does not fit a canvas of {width}x{height}; "
            f"there it should have {' or '.join(map(str, counts(width, height)))}"
        )
    points = [
        (column, row, stride)
        for stride in strides
        for row, column in itertools.product(
            range(-(-height // stride)), range(-(-width // stride))
        )
    ]
    made = np.array(points, np.float32)
    made.setflags(write=False)
    return made
