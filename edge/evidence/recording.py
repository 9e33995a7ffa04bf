"""Packets of one event in, its sealed clip in the vault out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from edge.evidence.ledger import Ledger
from edge.evidence.muxing import Muxer, muxer_of
from edge.evidence.sealed import SealedFile
from edge.evidence.vault import Ending, Life, Note, Vault
from edge.feed import Parcel
from edge.stream import Codec
from pipelines.clock import Clock
from pipelines.custody import Custodian
from pipelines.errors import EvidenceError
from pipelines.flow import Facts
from pipelines.sealing import About, Sealer


@dataclass(frozen=True, slots=True)
class Desk:
    """What all recordings of a worker need."""

    vault: Vault
    ledger: Ledger
    custodians: tuple[Custodian, Custodian]
    clock: Clock


@dataclass(slots=True)
class Recording:
    """One clip that is being written. Raises EvidenceError and OSError; then it must be ended.

    lives    that it shows
    first_s  and last_s: when the camera saw the first and the last of its pictures
    """

    desk: Desk
    about: About
    codec: Codec
    file: SealedFile
    muxer: Muxer
    first_s: float
    last_s: float
    lives: dict[Life, None] = field(default_factory=dict)

    def put(self, parcel: Parcel) -> None:
        """Write a packet."""
        self.muxer(parcel)
        self.last_s = max(self.last_s, parcel.captured_s)

    def sync(self) -> None:
        """Have on disk what there is."""
        self.file.sync()

    def end(self, ending: Ending) -> Note:
        """Write the last chunk, the line of the audit and the note, whatever the disk says."""
        ending = self._closed(ending)
        note = Note(
            clip=self.about.clip,
            lives=tuple(self.lives),
            ending=ending,
            ended=datetime.fromtimestamp(self.desk.clock.now_s(), UTC),
            seconds=round(self.last_s - self.first_s, 3),
            frames=self.muxer.frames,
            chunks=self.file.chunks,
            link=self.file.link.hex(),
        )
        told = msgspec.to_builtins(note)
        self.desk.ledger.write("ended", told.pop("clip"), bytes=self.file.length, **told)
        self.desk.vault.end(note)
        return note

    def _closed(self, ending: Ending) -> Ending:
        try:
            self.muxer.close()
        except (OSError, EvidenceError):
            ending = "full" if self.file.trouble else ending
        try:
            self.file.close()
        except OSError:
            ending = "full"
        return "full" if self.file.trouble else ending


def begun(desk: Desk, facts: Facts, first: Parcel, new_id: str) -> Recording:
    """Begin a clip with a keyframe; the audit knows of it before the disk does.

    Raises EvidenceError, SpoolError and OSError; then there is no clip.
    """
    about = About(
        clip=new_id, site=facts.site, camera=facts.camera, place=facts.place, rule=facts.rule,
        begun=datetime.fromtimestamp(first.captured_s, UTC),
    )  # fmt: skip
    sealer = Sealer(about, desk.custodians)
    desk.ledger.write(
        "begun", about.clip, camera=about.camera, place=about.place, rule=about.rule,
        custodians=[each.name for each in desk.custodians],
    )  # fmt: skip
    file = SealedFile(desk.vault.part(about.clip), sealer)
    try:
        muxer = muxer_of(file, first.codec)
    except EvidenceError:
        file.close()
        file.path.unlink()
        raise
    return Recording(desk, about, first.codec, file, muxer, first.captured_s, first.captured_s)
