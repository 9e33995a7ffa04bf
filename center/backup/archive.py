"""Parts in, one file that can be checked out; and such a file in, its parts out.

It is a zip file, which any tool opens. What was written is there whole, or not at all.
"""

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

import msgspec

from center.backup.manifest import NAME, FilePart, Manifest, TablePart
from disk.folders import sync_folder
from pipelines.errors import StoreError

PIECE = 1 << 20
Told = Callable[[str, int, int], None]
"""Is given what is being done, how much of it is done, and how much there is."""


class Pack:
    """A backup that is being written, part by part."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def put(self, name: str, pieces: Iterable[bytes], *, dense: bool = False) -> tuple[int, str]:
        """Write one part; its size and its SHA-256. `dense` is what no longer can be compressed."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if dense else zipfile.ZIP_DEFLATED
        size, digest = 0, hashlib.sha256()
        with self._file.open(info, "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        return size, digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write what the backup says of itself."""
        said = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        self._file.writestr(NAME, said, zipfile.ZIP_DEFLATED)


@contextlib.contextmanager
def packed(path: Path) -> Iterator[Pack]:
    """A new file that only its owner reads. Raises StoreError; then there is none."""
    if path.exists():
        raise StoreError(f"{path}: is there already; name another file")
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with zipfile.ZipFile(out, "w", compresslevel=1) as file:
                yield Pack(file)
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}; is there room, and may one write?") from error
    finally:
        part.unlink(missing_ok=True)


class Unpack:
    """A backup that is being read."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        self.path, self._file = path, file
        try:
            self.manifest = msgspec.json.decode(file.read(NAME), type=Manifest)
        except (KeyError, msgspec.DecodeError) as error:
            raise StoreError(f"{path}: no backup that this Tocsin reads: {error}") from error

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """One part, to read."""
        raw: Any = self._file.open(name)
        with BufferedReader(raw, PIECE) as part:
            yield part

    def pieces(self, name: str) -> Iterator[bytes]:
        """One part, piece by piece."""
        with self.opened(name) as part:
            while piece := part.read(PIECE):
                yield piece

    def check(self, told: Told) -> None:
        """See that each part is there and is what it was. Raises StoreError."""
        known = {part_name(part): part.sha256 for part in self.manifest.parts}
        if sorted(self._file.namelist()) != sorted([*known, NAME]):
            raise StoreError(f"{self.path}: other parts are in it than it says; take another")
        sizes = [self._file.getinfo(name).file_size for name in known]
        for name, sha256, done in zip(known, known.values(), accumulate(sizes), strict=True):
            digest = hashlib.sha256()
            for piece in self.pieces(name):
                digest.update(piece)
            if digest.hexdigest() != sha256:
                raise StoreError(f"{self.path}: {name} is not what was written; take another")
            told("checking", done, sum(sizes))


def part_name(part: TablePart | FilePart) -> str:
    """Under which a part lies in the file."""
    return f"{'rows' if isinstance(part, TablePart) else 'files'}/{part.name}"


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[Unpack]:
    """A backup, to read. Raises StoreError when it is none or cannot be read."""
    try:
        with zipfile.ZipFile(path) as file:
            yield Unpack(path, file)
    except zipfile.BadZipFile as error:
        raise StoreError(f"{path}: no whole backup: {error}; take another") from error
    except OSError as error:
        raise StoreError(f"{error.filename or path}: {error.strerror or error}") from error
