"""A clip's bytes in, a sealed file on disk out, chunk by chunk; nothing readable lies there."""

import fcntl
import os
from pathlib import Path

from disk.folders import sync_folder
from pipelines.sealing import CHUNK, Sealer


class SealedFile:
    """Where a muxer writes; its last chunk makes the file whole, and its end releases the lock.

    length   bytes up to the end of the last whole chunk, `chunks` of them, and its `link`
    trouble  what the disk said when it took no more; the file is then torn there

    Raises OSError when the disk refuses.
    """

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self.path, self.sealer = path, sealer
        self.waiting = bytearray()
        self.length, self.chunks, self.link, self.trouble = 0, 0, sealer.link, ""
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        self._put(sealer.head)
        self.sync()
        sync_folder(path.parent)

    def write(self, data: bytes) -> int:
        """Seal what fills a chunk, keep the rest for now."""
        self.waiting += data
        while len(self.waiting) > CHUNK:
            self._seal(CHUNK)
        return len(data)

    def sync(self) -> None:
        """Seal what is there, and have it on disk."""
        if self.waiting:
            self._seal(len(self.waiting))
        os.fsync(self.file)

    def close(self) -> None:
        """Write the last chunk, unless the disk has refused before."""
        try:
            if not self.trouble:
                self._put(self.sealer(bytes(self.waiting), last=True))
                os.fsync(self.file)
        finally:
            os.close(self.file)

    def _seal(self, size: int) -> None:
        chunk, self.waiting = bytes(self.waiting[:size]), self.waiting[size:]
        self._put(self.sealer(chunk))

    def _put(self, sealed: bytes) -> None:
        """All of it or none: what the disk takes in part is cut off again."""
        try:
            view = memoryview(sealed)
            while view:
                view = view[os.write(self.file, view) :]
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__
            os.ftruncate(self.file, self.length)
            raise
        self.length += len(sealed)
        self.chunks, self.link = self.sealer.chunks, self.sealer.link
