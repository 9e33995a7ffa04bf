"""A folder of sealed clips in, what there is in it out; clips end there, are held there, and go.

CLIP.part     is being written, and locked by whoever writes it
CLIP.sealed   is over
CLIP.json     its `Note`, readable: which events it is of, how it ended
CLIP.hold     the case that keeps it
"""

import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec

from disk.folders import sync_folder
from pipelines.errors import EvidenceError
from pipelines.flow import Rule
from pipelines.sealing import About, Seen, head_of, seen

Told = TypeVar("Told")

_MOMENT_S = 5.0

Ending = Literal["over", "limit", "stream", "full", "stopped", "torn"]
"""Its lives were over; it was as long as may be; the stream broke; the disk was full; the box was
stopped; or it was torn: nobody ended it."""


class Life(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the lives that a clip shows."""

    rule: Rule
    rule_id: str | None = None
    episode: str | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a clip that is over.

    seconds  between its first and last picture
    link     of its last chunk, hexadecimal; the audit has it, too
    """

    clip: str
    lives: tuple[Life, ...] = ()
    ending: Ending
    ended: datetime
    seconds: float = 0.0
    frames: int = 0
    chunks: int
    link: str


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Why a clip is kept beyond its time."""

    case: str
    by: str
    reason: str
    time: datetime


class Kept(NamedTuple):
    """A clip in the vault; without a note while it is written, or when nobody ended it."""

    path: Path
    about: About
    note: Note | None
    hold: Hold | None
    size: int

    @property
    def recording(self) -> bool:
        """It is being written, or its writer has died."""
        return self.path.suffix == ".part"


class Vault:
    """One box's folder of clips. Raises EvidenceError when the disk does not do its part."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise EvidenceError(f"{folder}: no clip can be kept here: {error}") from error

    def part(self, clip: str) -> Path:
        """Where a clip is written."""
        return self.folder / f"{clip}.part"

    def clips(self) -> Iterator[Kept]:
        """All clips, oldest first; what is none is passed over."""
        for path in sorted([*self.folder.glob("*.sealed"), *self.folder.glob("*.part")]):
            try:
                yield self._kept(path)
            except (EvidenceError, FileNotFoundError):
                continue  # it went while we looked, or its keys are destroyed

    def clip(self, name: str) -> Kept:
        """A clip by its name, or by a beginning that only it has."""
        found = [each for each in self.clips() if each.about.clip.startswith(name)]
        if len(found) != 1 or not name:
            many = f"{len(found)} clips begin so" if found and name else "there is none"
            raise EvidenceError(f"{self.folder}: {name!r}: {many}; see `tocsin evidence list`")
        return found[0]

    def end(self, note: Note) -> None:
        """A clip is over: its note is written, then it gets its name."""
        self._write(self.folder / f"{note.clip}.json", msgspec.json.encode(note))
        try:
            self.part(note.clip).rename(self.folder / f"{note.clip}.sealed")
            sync_folder(self.folder)
        except OSError as error:
            raise EvidenceError(f"{self.folder}: {note.clip} cannot be named: {error}") from error

    def hold(self, clip: str, hold: Hold | None) -> None:
        """Keep a clip for a case, or let go of it."""
        path = self.folder / f"{clip}.hold"
        if hold is None:
            path.unlink(missing_ok=True)
            sync_folder(self.folder)
        else:
            self._write(path, msgspec.json.encode(hold))

    def look(self, kept: Kept) -> Seen:
        """Check a clip by its links, its name and its note. Raises EvidenceError."""
        try:
            with kept.path.open("rb") as file:
                found = seen(file)
        except OSError as error:
            raise EvidenceError(f"{kept.path}: cannot be read: {error}") from error
        if found.header.about.clip != kept.path.stem:
            raise EvidenceError(f"{kept.path}: holds another clip, {found.header.about.clip}")
        if kept.note is not None and kept.note.link != found.link:
            raise EvidenceError(f"{kept.path}: does not end as it was noted when it ended")
        return found

    def destroy(self, kept: Kept) -> None:
        """Overwrite a clip's wrapped keys, have that on disk, then remove all of it."""
        try:
            with kept.path.open("r+b") as file:
                _, head = head_of(file)
                file.seek(0)
                file.write(bytes(len(head)))
                file.flush()
                os.fsync(file.fileno())
            for path in (kept.path, *(kept.path.with_suffix(end) for end in (".json", ".hold"))):
                path.unlink(missing_ok=True)
            sync_folder(self.folder)
        except OSError as error:
            raise EvidenceError(f"{kept.path}: cannot be destroyed: {error}") from error

    def orphans(self, *, before_s: float) -> list[Kept]:
        """Clips whose writer is gone; `before_s`: now, as Unix time. A writer locks in a moment."""
        return [
            kept
            for kept in self.clips()
            if kept.recording and _is_left(kept.path, before_s) and not _is_locked(kept.path)
        ]

    def sweep(self, *, before_s: float) -> None:
        """Remove what a writer or a destroyer that died has left: files without keys."""
        for path in [*self.folder.glob("*.sealed"), *self.folder.glob("*.part")]:
            if _is_left(path, before_s) and not _is_locked(path) and _is_blank(path):
                for each in (path, path.with_suffix(".json"), path.with_suffix(".hold")):
                    each.unlink(missing_ok=True)

    def _kept(self, path: Path) -> Kept:
        with path.open("rb") as file:
            header, _ = head_of(file)
        note = _read(path.with_suffix(".json"), Note)
        hold = _read(path.with_suffix(".hold"), Hold)
        return Kept(path, header.about, note, hold, path.stat().st_size)

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all."""
        partial = path.with_name(f".{path.name}")
        try:
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
            sync_folder(self.folder)
        except OSError as error:
            raise EvidenceError(f"{path}: cannot be written: {error}") from error


def _read(path: Path, kind: type[Told]) -> Told | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise EvidenceError(f"{path}: cannot be read: {error}") from error


def _is_left(path: Path, now_s: float) -> bool:
    """Nobody has written for a while."""
    try:
        return now_s - path.stat().st_mtime > _MOMENT_S
    except FileNotFoundError:
        return False


def _is_blank(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head_of(file)
    except FileNotFoundError:
        return False
    except EvidenceError:
        return True
    return False


def _is_locked(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return True  # it has just got its name
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
