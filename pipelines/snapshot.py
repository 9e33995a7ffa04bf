"""A finding in, its redacted still out, or an error: no redaction, no picture."""

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.errors import RedactionError, TocsinError
from pipelines.flow import Box, Bytes, Detection, Finding, Frame, Picture, Track
from pipelines.pixels import cut, scaled, whole
from pipelines.redaction import encoded, head_of, patches, redacted
from pipelines.regions import PLAIN, Patch, Sight, Target, to_look_at

Network = Callable[[Bytes], Sequence[Detection]]
PERSON = "person"
HALF = 0.6  # of the width: the two overlap, so that nobody is cut by both
LARGER = 2.2  # times the size that a network knows best: bulky things are known better then
SAME = 0.6  # IoU from which a person who was seen is the one whom a track expects
UNSEEN_MARGIN = 0.3  # where somebody should be and was not seen, more is covered


class Snapshot:
    """Looks over the whole frame for everybody, not only for those whom a rule is about.

    find_faces    a BGR picture in, faces in its pixels out
    find_objects  a BGR picture in, objects in its pixels out, weak ones too
    sight         what `find_objects` sees best
    """

    def __init__(self, *, find_faces: Network, find_objects: Network, sight: Sight = PLAIN) -> None:
        self.find_faces, self.find_objects = find_faces, find_objects
        self.sight = sight

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
        return encoded(redacted(frame, self.boxes(frame, tracks)))

    def boxes(self, frame: Frame, tracks: Sequence[Track]) -> tuple[Box, ...]:
        """What to cover on a frame. Raises RedactionError."""
        try:
            return self._boxes(frame, [each.box for each in tracks if each.label == PERSON])
        except RedactionError:
            raise
        except TocsinError as error:
            raise RedactionError(f"a network failed: {error}") from error

    def _boxes(self, frame: Frame, expected: Sequence[Box]) -> tuple[Box, ...]:
        picture, _ = cut(frame, whole(frame))
        faces = [each.box for each in self.find_faces(picture)]
        parts = _parts(frame, expected, self.sight)
        seen = [box for part in parts for box in self._persons(picture, part)]
        unseen = [box for box in expected if not _is_among(box, seen)]
        about = (head_of(box).grown(UNSEEN_MARGIN) for box in unseen)
        return (*patches(faces, seen), *about)

    def _persons(self, picture: Bytes, part: Patch) -> list[Box]:
        """Persons on one part of the picture, in pixels of the whole."""
        x0, y0, x1, y1 = (int(side) for side in part.region)
        shown = picture[y0:y1, x0:x1]
        if part.scale != 1.0:
            shown = scaled(shown, part.scale)
        across, down = (x1 - x0) / shown.shape[1], (y1 - y0) / shown.shape[0]
        boxes = (each.box for each in self.find_objects(shown) if each.label == PERSON)
        return [
            Box(x0 + b.x0 * across, y0 + b.y0 * down, x0 + b.x1 * across, y0 + b.y1 * down)
            for b in boxes
        ]


def _parts(frame: Frame, expected: Sequence[Box], sight: Sight) -> list[Patch]:
    """The whole in two sizes, its overlapping halves where small ones show, and who is followed.

    What falls between the sizes that a network knows in one of them is seen in another.
    """
    width, height = float(frame.width), float(frame.height)
    halves = [Box(0, 0, HALF * width, height), Box((1 - HALF) * width, 0, width, height)]
    near = [
        part
        for zoom in ((1.0, LARGER) if sight.tall_px else (1.0,))
        for part in to_look_at(
            (Target(box, zoom) for box in expected), sight,
            width=frame.width, height=frame.height, budget=float("inf"),
        )
    ]  # fmt: skip
    small = Patch(whole(frame), sight.side_px / 2 / max(width, height))
    return [*(Patch(region, 1.0) for region in (whole(frame), *halves)), small, *near]


def _is_among(box: Box, seen: Sequence[Box]) -> bool:
    return any(box.iou(each) >= SAME for each in seen)
