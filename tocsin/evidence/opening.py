"""A sealed clip, two keys and a reason in, a redacted copy out, or the original when asked for."""

import getpass
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.error import FFmpegError
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from rich.console import Console

from edge.audit import Audit, path_of
from edge.clock import SystemClock
from edge.config import EdgeConfig, load
from edge.decoding import frame_of
from edge.evidence.filming import film
from edge.evidence.ledger import Ledger
from edge.evidence.settings import Evidence
from edge.evidence.vault import Kept, Vault
from edge.worker import load_networks
from pipelines.errors import ConfigError, EvidenceError
from pipelines.flow import Frame, Redacted
from pipelines.recording import Survey
from pipelines.redaction import redacted
from pipelines.sealing import unsealed
from pipelines.searching import Search
from tocsin.redacting.bar import bar
from tocsin.redacting.filming import COVERING, LOOKING, Progressed


@dataclass(frozen=True)
class Order:
    """Who asks for what, and why.

    original  as the camera saw it; otherwise nobody can be told out
    """

    keys: Sequence[X25519PrivateKey]
    reason: str
    case: str
    original: bool = False

    @property
    def suffix(self) -> str:
        """Of the file that comes out."""
        return ".mkv" if self.original else ".mp4"


@dataclass(frozen=True)
class Room:
    """A box's evidence, opened by its configuration. Raises ConfigError when it has none."""

    config: EdgeConfig
    settings: Evidence
    vault: Vault
    ledger: Ledger
    audit: Audit


def room_of(path: Path) -> Room:
    """The evidence of the box whose YAML this is."""
    config = load(path)
    if config.evidence is None:
        raise ConfigError(f"{path}: has no evidence - at $.evidence; name two custodians there")
    audit = Audit(path_of(Path(config.spool.path)))
    ledger = Ledger(audit, SystemClock(), by=getpass.getuser())
    return Room(config, config.evidence, Vault(Path(config.evidence.path)), ledger, audit)


def unseal(room: Room, kept: Kept, order: Order, out: Path) -> None:
    """Open a clip into a file that is not there yet; first the line of the audit is on disk.

    Raises ConfigError where the file's name would belie what is in it.
    """
    if out.suffix.lower() != order.suffix:
        what = "the original" if order.original else "a redacted copy"
        raise ConfigError(f"{out}: {what} must end in {order.suffix}")
    check(kept, order, out)
    room.ledger.write(
        "unseal", kept.about.clip, reason=order.reason, case=order.case, original=order.original
    )
    write(room, kept, order, out)


def write(room: Room, kept: Kept, order: Order, out: Path) -> None:
    """Put the opened clip into a file that appears whole or not at all; a bar tells how far."""
    partial = out.with_name(f".{out.name}.partial")
    try:
        with partial.open("wb") as file:
            partial.chmod(0o600)
            if order.original:
                with plain(kept, order) as clip:
                    file.writelines(iter(lambda: clip.read(1 << 16), b""))
            else:
                seconds = kept.note.seconds if kept.note else None
                with bar(out.name, seconds, Console(stderr=True)) as progressed:
                    film(shown(kept, order, searching(room.config), progressed), file)
        partial.rename(out)
    except OSError as error:
        raise EvidenceError(f"{out}: cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def shown(kept: Kept, order: Order, search: Search, progressed: Progressed) -> Iterator[Redacted]:
    """Every picture of a clip on which nobody can be told out, by two passes over all of it.

    progressed  is told how far it has come

    Raises what the networks raise: no redaction, no picture.
    """
    survey = Survey(search)
    with plain(kept, order) as clip:
        for frame in frames(clip):
            survey(frame)
            progressed(LOOKING, frame.captured_s)
    with plain(kept, order) as clip:
        for frame, boxes in zip(frames(clip), survey.covers(), strict=True):
            yield redacted(frame, boxes)
            progressed(COVERING, frame.captured_s)


def searching(config: EdgeConfig) -> Search:
    """Whoever looks for faces and persons with the box's networks."""
    found = load_networks(config.detector).snapshot
    return Search(found.find_faces, found.find_objects, sight=found.sight)


def frames(clip: BinaryIO) -> Iterator[Frame]:
    """Pictures of a clip, decoded one by one, with their seconds from its beginning."""
    try:
        with av.open(clip, "r") as container:
            for picture in container.decode(video=0):
                yield frame_of(picture, picture.time or 0.0)
    except FFmpegError as error:
        raise EvidenceError(f"the clip cannot be decoded: {error}") from error


@contextmanager
def plain(kept: Kept, order: Order) -> Iterator[BinaryIO]:
    """The original as a file to read, in memory a chunk at a time, never on a disk."""
    with kept.path.open("rb") as file:
        yield io.BufferedReader(_Stream(unsealed(file, order.keys)))


def check(kept: Kept, order: Order, out: Path) -> None:
    """See whether it can be done, before it is written down. Raises ConfigError, EvidenceError."""
    if out.exists():
        raise ConfigError(f"{out}: is there already; nothing is replaced")
    if not (order.reason.strip() and order.case.strip()):
        raise ConfigError("--reason and --case must say something; they go into the audit")
    with kept.path.open("rb") as file:
        next(unsealed(file, order.keys), b"")


class _Stream(io.RawIOBase):
    """Chunks as a file that is read from its beginning to its end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks, self.rest = chunks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self.rest:
            chunk = next(self.chunks, None)
            if chunk is None:
                return 0
            self.rest = memoryview(chunk)
        size = min(len(into), len(self.rest))
        into[:size], self.rest = self.rest[:size], self.rest[size:]
        return size
