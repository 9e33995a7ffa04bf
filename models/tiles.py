"""A network in, the same network shown a picture in overlapping parts out."""

from collections.abc import Callable, Sequence

import numpy as np

from models.boxes import merged
from pipelines.flow import Box, Bytes, Detection
from pipelines.regions import is_cut

Network = Callable[[Bytes], Sequence[Detection]]

_LAP = 0.25  # share of a picture's longer side that two tiles have in common


def tiled(network: Network) -> Network:
    """Show a network the whole and two overlapping halves."""

    def look(picture: Bytes) -> tuple[Detection, ...]:
        height, width = picture.shape[:2]
        return seen(network, picture, parts(width, height))

    return look


def parts(width: int, height: int) -> tuple[Box, Box, Box]:
    """The whole, and two halves that share a quarter of the longer side; in whole pixels."""
    whole = Box(0, 0, width, height)
    if width >= height:
        part = round(width * (1 + _LAP) / 2)
        return whole, Box(0, 0, part, height), Box(width - part, 0, width, height)
    part = round(height * (1 + _LAP) / 2)
    return whole, Box(0, 0, width, part), Box(0, height - part, width, height)


def seen(network: Network, picture: Bytes, regions: Sequence[Box]) -> tuple[Detection, ...]:
    """What a network finds in parts of a picture, in pixels of the picture.

    A box that an inner border cuts counts half, so that the whole one wins where there is one.
    """
    height, width = picture.shape[:2]
    found = []
    for region in regions:
        x0, y0, x1, y1 = (round(side) for side in region)
        for each in network(np.ascontiguousarray(picture[y0:y1, x0:x1])):
            where = Box(each.box.x0 + x0, each.box.y0 + y0, each.box.x1 + x0, each.box.y1 + y0)
            cut = is_cut(where, region, width, height)
            found.append(Detection(where, each.label, each.score * (0.5 if cut else 1.0)))
    return merged(found, overlap=0.5) if len(regions) > 1 else tuple(found)
