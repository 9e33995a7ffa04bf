"""Frames and their tracks in, one at a time; each comes out redacted at once, or not at all.

There is no looking ahead. So the head of everybody who is followed is covered, found or not: by
the tracks that come with the frame, and by our own, which begin at the first weak sign. Faces are
looked for on heads, at the scale at which small ones are found, and now and then on the whole
frame, for those of whom nothing else shows. What is found is followed over frames on which nobody
looked, or looked in vain.
"""

from collections.abc import Sequence
from itertools import cycle
from math import inf

from pipelines.errors import RedactionError, TocsinError
from pipelines.flow import Box, Detection, Frame, Look, Redacted, Track
from pipelines.redaction import PLAIN_STYLE, Style, head_of, patches, redacted
from pipelines.regions import PLAIN, Sight
from pipelines.searching import HALF, PERSON, SHOWN_PX, Search
from pipelines.seeing import Network
from pipelines.tracking import Tracker, TrackSettings

LOOK_S = 0.12  # between looks while somebody is there: at a walk a face moves by its width in .3 s
IDLE_S = 0.25  # between looks while nobody is
SWEEP_S = 1.0  # between looks for faces over the whole frame
FRESH_S = 2.0  # without a frame, after which all is looked for anew; where each is looked over
APART_S = 0.5  # so long
SAME = 0.6  # IoU from which somebody whom a track expects was seen
UNSEEN_MARGIN = 0.3  # where somebody should be and was not seen, more is covered
CUT_PX = 4.0  # from the edge of a part; whoever ends there is cut by it
EARLY_S = 0.01  # by which frames come before their time

OF_FACES = TrackSettings(
    hits=1, sure=0.2, weak=0.2, lost_s=0.8, forgotten_s=2.0, widen=0.8, lean=0.0
)
OF_PERSONS = TrackSettings(hits=1, sure=0.3, weak=0.2, lost_s=0.8, forgotten_s=3.0, lean=0.0)


class LiveRedactor:
    """Redacts one camera's pictures as they come; call it with each frame that shall be shown.

    find_faces    a BGR picture in, faces in its pixels out
    find_objects  a BGR picture in, objects in its pixels out, weak ones too
    sight         what `find_objects` sees best
    each          nothing is shown that was not looked over, for whoever has just come in
    """

    def __init__(
        self, find_faces: Network, find_objects: Network, *, sight: Sight = PLAIN,
        style: Style = PLAIN_STYLE, each: bool = False,
    ) -> None:  # fmt: skip
        self.search = Search(find_faces, find_objects, sight=sight)
        self.style, self.each = style, each
        self.faces, self.persons = Tracker(OF_FACES), Tracker(OF_PERSONS)
        self.turns = cycle(range(3))
        self.looked_s = self.swept_s = self.came_s = -inf

    def __call__(self, frame: Frame, tracks: Sequence[Track] = ()) -> Redacted:
        """Cover everybody's face or head.

        tracks  of this camera, where they are at the frame's time
        Raises RedactionError when any step failed; then there is no picture.
        """
        return redacted(frame, self.boxes(frame, tracks), self.style.cover)

    def boxes(self, frame: Frame, tracks: Sequence[Track] = ()) -> tuple[Box, ...]:
        """What to cover on a frame. Raises RedactionError."""
        try:
            return self._boxes(frame, [each.box for each in tracks if each.label == PERSON])
        except RedactionError:
            raise
        except TocsinError as error:
            raise RedactionError(f"a network failed: {error}") from error

    def _boxes(self, frame: Frame, expected: list[Box]) -> tuple[Box, ...]:
        now_s = frame.captured_s
        if not 0 <= now_s - self.came_s <= (APART_S if self.each else FRESH_S):
            self.looked_s = self.swept_s = -inf
        if self._is_due(now_s, anybody=bool(expected)):
            self._look(frame, expected)
        self.came_s = now_s
        faces = [each.box for each in self.faces(now_s, None)]
        own = [each.box for each in self.persons(now_s, None)]
        unseen = [box for box in expected if not any(box.iou(each) >= SAME for each in own)]
        about = [head_of(box).grown(UNSEEN_MARGIN) for box in unseen]
        return (*patches(faces, own, self.style), *patches([], unseen, self.style), *about)

    def _is_due(self, now_s: float, *, anybody: bool) -> bool:
        anybody = anybody or bool(self.faces.followed or self.persons.followed)
        pause_s = LOOK_S if anybody else IDLE_S
        return self.each or now_s - self.looked_s >= pause_s - EARLY_S

    def _look(self, frame: Frame, expected: list[Box]) -> None:
        """Look for persons on a part of the frame, then for faces on all heads."""
        now_s, fresh = frame.captured_s, self.looked_s == -inf
        self.looked_s = now_s
        known = [*expected, *(each.box for each in self.persons(now_s, None))]
        turns = range(3) if fresh else {next(self.turns)}.union({0} if self.each else ())
        look = self.search.persons(frame, known, turns)
        self.persons(now_s, without_cut(look, known, frame.width))
        heads = [head_of(each.box) for each in self.persons(now_s, None)]
        heads += [head_of(box) for box in expected]
        lately = [each.box.grown(1.0) for each in self.faces(now_s, None)]
        self.faces(now_s, self.search.faces(frame, [*heads, *lately], self._sweeps(frame)))

    def _sweeps(self, frame: Frame) -> list[float]:
        """At which scale all of the frame is searched for faces now, if it is."""
        if frame.captured_s - self.swept_s < SWEEP_S - EARLY_S:
            return []
        self.swept_s = frame.captured_s
        return [min(1.0, SHOWN_PX / max(frame.width, frame.height))]


def without_cut(look: Look, known: Sequence[Box], width: int) -> Look:
    """What was found, but for parts of those who are known and whom the edge of a half cuts.

    Their boxes would shrink to what lies within.
    """
    edges = (HALF * width, (1 - HALF) * width)

    def is_cut(found: Detection) -> bool:
        box = found.box
        ends = abs(box.x1 - edges[0]) <= CUT_PX or abs(box.x0 - edges[1]) <= CUT_PX
        return ends and any(box.iou(each) > 0 for each in known)

    return Look(look.regions, tuple(each for each in look.found if not is_cut(each)))
