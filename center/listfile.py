"""The watch list's file and its map in, what they hold and whether they changed out; written whole.

A centre that shares its store notes what it last saw of its file. So it knows, also after a
restart, an edit from a copy that is merely old.
"""

import hashlib
import logging
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

import msgspec

from center.watchlist import files_of
from disk.texts import text_in
from pipelines.errors import ConfigError

Stamp = tuple[int, int, int] | None
_log = logging.getLogger("center.listing")


class Content(NamedTuple):
    """What the file says, and its map, where that can be read."""

    text: str
    drawn: bytes | None

    @property
    def mark(self) -> str:
        """Of both, hexadecimal."""
        return hashlib.sha256(self.text.encode() + b"\0" + (self.drawn or b"")).hexdigest()


class Seen(msgspec.Struct, frozen=True):
    """What a centre last saw: the version that it had in force, and the mark of its file then."""

    version: int
    mark: str


class ListFile:
    """The file at a path; `memory` is where a centre that shares its store notes what it saw."""

    def __init__(self, path: Path, memory: Path | None = None) -> None:
        self.path, self.memory = path, memory
        self.files, self.seen = [path], tuple[Stamp, ...]()

    def has_changed(self) -> bool:
        """Whether the file, or its map, has changed since it was read or written here."""
        return self._stamps() != self.seen

    def read(self) -> Content:
        """What stands there; the map that it names is looked at from now on. ConfigError."""
        self.seen = self._stamps()
        self.files = files_of(text_in(self.path), self.path)
        self.seen = self._stamps()
        return self.with_map(text_in(self.path))

    def _stamps(self) -> tuple[Stamp, ...]:
        return tuple(_stamp(file) for file in self.files)

    def with_map(self, text: str) -> Content:
        """A text, with the map that it names."""
        files = files_of(text, self.path)
        try:
            return Content(text, files[1].read_bytes() if files[1:] else None)
        except OSError:
            return Content(text, None)

    def changed_s(self) -> float:
        """Unix time at which the file, or its map, was last written."""
        return max((each[0] / 1e9 for each in self._stamps() if each), default=0.0)

    def remembered(self) -> Seen | None:
        """What was noted last; nothing where that cannot be read."""
        try:
            kept = self.memory.read_bytes() if self.memory else b""
            return msgspec.json.decode(kept, type=Seen)
        except (OSError, msgspec.DecodeError):
            return None

    def remember(self, version: int) -> None:
        """Note what stands there now, beside the version that is in force."""
        if self.memory is None:
            return
        try:
            seen = Seen(version, self.with_map(text_in(self.path)).mark)
            write_whole(self.memory, msgspec.json.encode(seen))
        except ConfigError as error:
            _log.warning("watch_list=unnoted why=%r", str(error))

    def replace(self, content: Content, *, kept: str = "") -> None:
        """Write both, where they differ. Raises ConfigError.

        kept  end of the name under which what stands there stays; nothing when it need not
        """
        if kept and self.path.exists():
            write_whole(self.path.with_name(self.path.name + kept), self.path.read_bytes())
        files = files_of(content.text, self.path)
        if content.drawn is not None:
            self._draw(files[1], content.drawn)
        _write_other(self.path, content.text.encode())
        self.files = files
        self.seen = self._stamps()

    def _draw(self, file: Path, drawn: bytes) -> None:
        """A map lies beside the list, or is left to whoever put it elsewhere."""
        if file.resolve().is_relative_to(self.path.parent.resolve()):
            _write_other(file, drawn)


def _stamp(file: Path) -> Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _write_other(path: Path, content: bytes) -> None:
    try:
        is_there = path.read_bytes() == content
    except OSError:
        is_there = False
    if not is_there:
        write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once, whole. Raises ConfigError."""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(file.name).chmod(path.stat().st_mode & 0o777)
        Path(file.name).replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}; let the centre's user write there, or "
            "edit it where it is kept"
        ) from error
