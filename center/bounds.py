"""What a box says in, refused where it is of a camera or a place that is none of its own, out.

The broker vouches for who speaks of which camera, but for what comes in a batch. Where that camera
is, a box says itself: one in wrong hands could say that its camera is anywhere, and it could say
too much. That is told of.
"""

from collections import Counter, deque
from collections.abc import Sequence
from typing import NamedTuple

from center.config import Speaker
from center.letter import UnfitError
from center.overreach import What
from pipelines.flow import Clip, Facts

_MOST = 1024  # that wait to be told of; more are only rejected
FRESH_S = 60.0
"""What is older comes from a spool that is emptied: as much of it as the line carries is right."""


class Claim(NamedTuple):
    """What a box said without a right to it: of which camera, as a subject, or of which place.

    Or that it was too much.
    """

    box: str
    what: What
    subject: str


class Bounds:
    """The cameras and places of boxes, and how much they say of them.

    caught  who overstepped that, until somebody takes it out
    told    events of each box since the start
    """

    def __init__(self, boxes: Sequence[Speaker] = ()) -> None:
        self.caught: deque[Claim] = deque(maxlen=_MOST)
        self.told = Counter({box.box: 0 for box in boxes})
        self._minute, self._lately = 0, Counter[str]()
        self._known = {box.site for box in boxes}
        self._of_camera: dict[tuple[str, str], Speaker] = {}
        self._of_site: dict[str, Speaker] = {}
        for box in boxes:
            for camera in (*box.cameras, box.box):
                self._of_camera[box.site, camera] = box
            if not box.cameras:
                self._of_site[box.site] = box

    def check(self, said: Facts | Clip, *, by: str = "") -> None:
        """Raise UnfitError where the place is none of the box's own.

        by  who said it in a batch, as the broker knows: then neither may the camera be another's
        """
        box = self._speaker(said.site, said.camera)
        if by and not self._may_speak(by, said, box):
            teller = self._speaker(said.site, by)
            if teller is not None:
                self.caught.append(Claim(teller.box, "publish", f"evt.{said.site}.{said.camera}"))
            raise UnfitError(f"{by} has no camera {said.camera[:64]!r}")
        if box is None or not box.places or said.place in box.places or said.place == box.box:
            return
        self.caught.append(Claim(box.box, "place", said.place))
        raise UnfitError(f"{box.box} has no camera at {said.place[:64]!r}")

    def count(self, said: Facts, *, happened_s: float, now_s: float) -> None:
        """Take note of an event, and of the one that is too much within a minute of the clock."""
        box = self._speaker(said.site, said.camera)
        if box is None:
            return
        self.told[box.box] += 1
        if now_s - happened_s > FRESH_S:
            return
        if (minute := int(now_s // 60)) != self._minute:
            self._minute, self._lately = minute, Counter()
        self._lately[box.box] += 1
        if self._lately[box.box] == box.most_per_min + 1:
            too_much = f"more than {box.most_per_min} events within a minute"
            self.caught.append(Claim(box.box, "flood", too_much))

    def _speaker(self, site: str, camera: str) -> Speaker | None:
        """Whose a camera is."""
        return self._of_camera.get((site, camera)) or self._of_site.get(site)

    def _may_speak(self, by: str, said: Facts | Clip, box: Speaker | None) -> bool:
        """As the broker's rights have it; of a site that we do not know, another broker vouches.

        Under the name of its own camera a box may say what that camera says, and no more.
        """
        own = said.camera == by or (box is not None and box.box == by)
        return own or said.site not in self._known
