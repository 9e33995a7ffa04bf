"""A finding in, its redacted still out, or an error: no redaction, no picture."""

from collections.abc import Callable, Sequence

from pipelines.errors import RedactionError, TocsinError
from pipelines.flow import Box, Bytes, Detection, Finding, Frame, Picture
from pipelines.pixels import cut, whole
from pipelines.redaction import covered, encoded, patches

Network = Callable[[Bytes], Sequence[Detection]]
PERSON = "person"


class Snapshot:
    """Looks over the whole frame for everybody, not only for those whom a rule is about.

    find_faces    a BGR picture in, faces in its pixels out
    find_objects  a BGR picture in, objects in its pixels out, weak ones too
    """

    def __init__(self, *, find_faces: Network, find_objects: Network) -> None:
        self.find_faces, self.find_objects = find_faces, find_objects

    def __call__(self, finding: Finding) -> Picture:
        """Cover every face and head and encode what is left.

        Raises RedactionError when any step failed; then there is no picture.
        """
        try:
            return self._redacted(finding)
        except RedactionError:
            raise
        except TocsinError as error:
            raise RedactionError(f"a network failed: {error}") from error

    def _redacted(self, finding: Finding) -> Picture:
        picture, _ = cut(finding.frame, whole(finding.frame))
        faces = [each.box for each in self.find_faces(picture)]
        persons = [*self._persons(picture, finding.frame), *_followed(finding)]
        return encoded(covered(picture, patches(faces, persons)))

    def _persons(self, picture: Bytes, frame: Frame) -> list[Box]:
        """Persons on the whole picture and on its overlapping halves, where small ones show."""
        half, step = int(frame.width * 0.6), int(frame.width * 0.4)
        found = []
        for left, part in ((0, picture), (0, picture[:, :half]), (step, picture[:, step:])):
            boxes = [each.box for each in self.find_objects(part) if each.label == PERSON]
            found += [Box(b.x0 + left, b.y0, b.x1 + left, b.y1) for b in boxes]
        return found


def _followed(finding: Finding) -> list[Box]:
    return [track.box for track in finding.tracks if track.label == PERSON]
