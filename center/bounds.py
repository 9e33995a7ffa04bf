"""What a box says in, refused where it is about a place that the box has no camera at, out.

The broker vouches for who speaks of which camera. Where that camera is, a box says itself: one in
wrong hands could say that its camera is anywhere.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from center.config import Speaker
from center.letter import UnfitError
from pipelines.flow import Clip, Facts

_MOST = 1024  # that wait to be told of; more are only rejected


class Claim(NamedTuple):
    """A place that a box spoke of without a right to it."""

    box: str
    site: str
    camera: str
    place: str


class Bounds:
    """The places of boxes that have some listed; `caught` has who overstepped them."""

    def __init__(self, boxes: Sequence[Speaker] = ()) -> None:
        self.caught: deque[Claim] = deque(maxlen=_MOST)
        self._of_camera: dict[tuple[str, str], Speaker] = {}
        self._of_site: dict[str, Speaker] = {}
        for box in (each for each in boxes if each.places):
            for camera in (*box.cameras, box.box):
                self._of_camera[box.site, camera] = box
            if not box.cameras:
                self._of_site[box.site] = box

    def check(self, said: Facts | Clip) -> None:
        """Raise UnfitError where the place is none of the box's own."""
        box = self._of_camera.get((said.site, said.camera)) or self._of_site.get(said.site)
        if box is None or said.place in box.places or said.place == box.box:
            return
        self.caught.append(Claim(box.box, said.site, said.camera, said.place))
        raise UnfitError(f"{box.box} has no camera at {said.place[:64]!r}")
