"""A frame and who is thought to be where in, whom two networks find there out.

Persons are looked for on the whole frame, on its halves and where somebody is expected. Faces are
looked for on heads, at a scale at which small ones are found, and now and then on all of the frame.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil, inf

from pipelines.flow import Box, Detection, Frame, Look
from pipelines.pixels import whole
from pipelines.regions import PLAIN, Patch, Sight, Target, to_look_at
from pipelines.seeing import Network, distinct, seen_on

PERSON = "person"
HALF = 0.6  # of the width: two parts overlap, so that nobody is cut by both
SHOWN_PX = 1280.0  # side of the largest picture that is shown to the network for faces
LAP_PX = 48.0  # that two parts of a sweep have in common: a small face is whole on one of them

HEADS = Sight(side_px=960, free=True, tall_px=80)
"""How heads are shown: a face of 12 px twice as large as it is, a large one smaller."""

Spread = Callable[[Callable[[Patch], list[Detection]], Iterable[Patch]], Iterable[list[Detection]]]
"""Does something to each of several patches, as `map` does; several at once if it likes."""


class Search:
    """Shows two networks what they shall see.

    find_faces    a BGR picture in, faces in its pixels out
    find_objects  a BGR picture in, objects in its pixels out, weak ones too
    sight         what `find_objects` sees best
    """

    def __init__(
        self, find_faces: Network, find_objects: Network, *, sight: Sight = PLAIN,
        spread: Spread = map,
    ) -> None:  # fmt: skip
        self.find_faces, self.find_objects = find_faces, find_objects
        self.sight, self.spread = sight, spread

    def persons(self, frame: Frame, near: Iterable[Box], turns: Iterable[int]) -> Look:
        """Look for persons around boxes, and on parts of the frame.

        turns  0 is the whole, 1 and 2 are its halves
        """
        width, height = float(frame.width), float(frame.height)
        regions = (
            whole(frame), Box(0, 0, HALF * width, height), Box((1 - HALF) * width, 0, width, height)
        )  # fmt: skip
        shown = [_fitted(regions[turn], self.sight.side_px) for turn in turns]
        targets = (Target(box) for box in near)
        shown += to_look_at(targets, self.sight, width=frame.width, height=frame.height)
        return self._look(frame, shown, self.find_objects, PERSON)

    def faces(self, frame: Frame, near: Iterable[Box], sweeps: Iterable[float] = ()) -> Look:
        """Look for faces around boxes, and over all of the frame.

        sweeps  scales: 2 shows the frame twice as large as it is, in parts
        """
        targets = (Target(box) for box in near)
        size = {"width": frame.width, "height": frame.height}
        shown = list(to_look_at(targets, HEADS, **size, budget=inf))
        shown += (part for scale in sweeps for part in parts(frame.width, frame.height, scale))
        return self._look(frame, shown, self.find_faces)

    def _look(
        self, frame: Frame, shown: Sequence[Patch], network: Network, label: str = ""
    ) -> Look:
        """What was shown, and what was found of one kind."""
        found = self.spread(lambda part: seen_on(frame, part, network), shown)
        every = distinct(each for some in found for each in some)
        wanted = tuple(each for each in every if not label or each.label == label)
        return Look(tuple(part.region for part in shown), wanted)


def parts(width: int, height: int, scale: float) -> list[Patch]:
    """A frame in parts that overlap, each as large as the network for faces may be shown."""
    across, down = (_pieces(side, SHOWN_PX / scale) for side in (width, height))
    return [Patch(Box(x0, y0, x1, y1), scale) for y0, y1 in down for x0, x1 in across]


def _pieces(length: float, most: float) -> list[tuple[float, float]]:
    """A length in equal pieces of at most `most`, each of which shares some with the next."""
    if length <= most:
        return [(0.0, length)]
    lap = min(LAP_PX, most / 4)
    number = ceil((length - lap) / (most - lap))
    piece = (length + (number - 1) * lap) / number
    return [(index * (piece - lap), index * (piece - lap) + piece) for index in range(number)]


def _fitted(region: Box, side_px: float) -> Patch:
    """A region, shrunk to what a network takes."""
    return Patch(region, min(1.0, side_px / max(region.width, region.height)))
