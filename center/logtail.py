"""A file that grows and is now and then put aside in, the lines that were added out."""

import os
from pathlib import Path
from typing import BinaryIO

MOST = 4 << 20
"""Bytes that are read at once: who writes faster than we read is counted in part."""


class LogTail:
    """Reads what is added from now on; half a line waits for its other half."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._half = b""
        if self._open():
            self._reader.seek(0, 2)

    def lines(self) -> list[str]:
        """What was added since the last call."""
        if self._file is None and not self._open():
            return []
        added = self._reader.read(MOST)
        if len(added) < MOST and self._is_put_aside():
            added += self._reader.read(MOST)
            self.close()
            if self._open():
                added += self._reader.read(MOST)
        *whole, self._half = (self._half + added).split(b"\n")
        return [line.decode(errors="replace") for line in whole]

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def _reader(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("the file is not open")
        return self._file

    def _open(self) -> bool:
        try:
            self._file = self.path.open("rb")
        except OSError:
            return False
        return True

    def _is_put_aside(self) -> bool:
        """Whether the name leads to another file by now."""
        try:
            return os.fstat(self._reader.fileno()).st_ino != self.path.stat().st_ino
        except OSError:
            return False
