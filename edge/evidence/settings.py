"""What a box's file says of evidence: who may open it, how much is kept, and for how long."""

from pathlib import Path
from typing import Annotated

import msgspec

from pipelines.custody import Custodian
from pipelines.settings import Id

Positive = Annotated[float, msgspec.Meta(gt=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=60)]
Grade = Annotated[int, msgspec.Meta(ge=1, le=9)]


class Keep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long clips of a place, of a grade, or of both are kept; the first that fits holds."""

    place: Id | None = None
    grade: Grade | None = None
    hours: Positive


class Preview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The redacted clip beside the sealed one, which the centre gets.

    before_s, after_s  the event, that it shows
    fps                of its pictures; each is looked over for faces and persons
    width              pixels at most
    limit_kib          of its MP4; the broker takes no message over 4 MiB
    """

    before_s: Seconds = 2.0
    after_s: Seconds = 6.0
    fps: Annotated[int, msgspec.Meta(ge=1, le=15)] = 3
    width: Annotated[int, msgspec.Meta(ge=160, le=1280)] = 640
    limit_kib: Annotated[int, msgspec.Meta(ge=64, le=1024)] = 768


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sealed clips of events, and what becomes of them.

    custodians  the two who open a clip together; the box has their public keys only
    path        folder of the clips
    pre_s       before an event that its clip shows, from the keyframe before that
    post_s      after the event, or after its life has ended
    longest_s   of one clip, however long a life goes on
    ring_mib    of packets in memory per camera at most; a pre-roll may be shorter for it
    hours       for which a clip is kept, unless an entry of `keep` fits or a case holds it
    grades      of places, as the centre's watch list has them; for `keep`
    quota_gib   of all clips; beyond it the oldest that no case holds go first
    floor_mib   of free disk, under which nothing is recorded: what is left is for the alerts
    preview     the redacted clip for the centre; none when null
    """

    custodians: tuple[Custodian, Custodian]
    path: str = "evidence"
    pre_s: Seconds = 5.0
    post_s: Seconds = 10.0
    longest_s: Annotated[float, msgspec.Meta(ge=10, le=3600)] = 300.0
    ring_mib: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 32
    hours: Positive = 72.0
    keep: tuple[Keep, ...] = ()
    grades: dict[Id, Grade] = {}
    quota_gib: Positive = 20.0
    floor_mib: Annotated[int, msgspec.Meta(ge=0)] = 1024
    preview: Preview | None = Preview()

    def hours_of(self, place: str) -> float:
        """For how long a clip of a place is kept."""
        grade = self.grades.get(place)
        for keep in self.keep:
            if keep.place in {None, place} and keep.grade in {None, grade}:
                return keep.hours
        return self.hours

    def anchored(self, folder: Path) -> "Evidence":
        """The same with its path made absolute."""
        return msgspec.structs.replace(self, path=str(folder / self.path))
