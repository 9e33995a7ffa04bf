"""A finding in, its redacted still out, or an error: no redaction, no picture."""

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.errors import RedactionError, TocsinError
from pipelines.flow import Box, Bytes, Detection, Finding, Frame, Picture, Track
from pipelines.pixels import cut, whole
from pipelines.redaction import covered, encoded, head_of, patches
from pipelines.regions import to_look_at

Network = Callable[[Bytes], Sequence[Detection]]
PERSON = "person"
HALF = 0.6  # of the width: the two overlap, so that nobody is cut by both
SAME = 0.6  # IoU from which a person who was seen is the one whom a track expects
UNSEEN_MARGIN = 0.3  # where somebody should be and was not seen, more is covered


class Snapshot:
    """Looks over the whole frame for everybody, not only for those whom a rule is about.

    find_faces    a BGR picture in, faces in its pixels out
    find_objects  a BGR picture in, objects in its pixels out, weak ones too
    """

    def __init__(self, *, find_faces: Network, find_objects: Network) -> None:
        self.find_faces, self.find_objects = find_faces, find_objects

    def warm_up(self) -> None:
        """Let the networks take their memory now, not when the first picture is waited for."""
        blank = np.zeros((720, 1280, 3), np.uint8)
        self.find_faces(blank)
        self.find_objects(blank)

    def __call__(self, finding: Finding) -> Picture:
        """The still of a finding's frame; see `still`."""
        return self.still(finding.frame, finding.tracks)

    def still(self, frame: Frame, tracks: Sequence[Track]) -> Picture:
        """Cover every face and head and encode what is left.

        Raises RedactionError when any step failed; then there is no picture.
        """
        try:
            return self._redacted(frame, tracks)
        except RedactionError:
            raise
        except TocsinError as error:
            raise RedactionError(f"a network failed: {error}") from error

    def _redacted(self, frame: Frame, tracks: Sequence[Track]) -> Picture:
        picture, _ = cut(frame, whole(frame))
        expected = [track.box for track in tracks if track.label == PERSON]
        faces = [each.box for each in self.find_faces(picture)]
        seen = [box for part in _parts(frame, expected) for box in self._persons(picture, part)]
        unseen = [box for box in expected if not _is_among(box, seen)]
        about = [head_of(box).grown(UNSEEN_MARGIN) for box in unseen]
        return encoded(covered(picture, [*patches(faces, seen), *about]))

    def _persons(self, picture: Bytes, part: Box) -> list[Box]:
        """Persons on one part of the picture, in pixels of the whole."""
        x0, y0, x1, y1 = (int(side) for side in part)
        found = self.find_objects(picture[y0:y1, x0:x1])
        boxes = (each.box for each in found if each.label == PERSON)
        return [Box(b.x0 + x0, b.y0 + y0, b.x1 + x0, b.y1 + y0) for b in boxes]


def _parts(frame: Frame, expected: Sequence[Box]) -> list[Box]:
    """The whole, its overlapping halves where small ones show, and whoever is followed, large."""
    width, height = float(frame.width), float(frame.height)
    halves = [Box(0, 0, HALF * width, height), Box((1 - HALF) * width, 0, width, height)]
    near = to_look_at(expected, width=frame.width, height=frame.height)
    return [Box(0, 0, width, height), *halves, *near]


def _is_among(box: Box, seen: Sequence[Box]) -> bool:
    return any(box.iou(each) >= SAME for each in seen)
