"""What was asked of the box and what came of it in, a file that only grows out."""

import os
from datetime import datetime
from pathlib import Path

import msgspec

from pipelines.errors import SpoolError


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line: who asked for what, when, and what came of it.

    asked   the command as it was read, or what could be read of it
    result  `ok`, or the type of the fault and its detail
    """

    time: datetime
    id: str
    by: str
    asked: msgspec.Raw
    result: str


class Audit:
    """JSON lines, each on disk before `append` returns. Raises SpoolError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Entry) -> None:
        """Write one line."""
        line = msgspec.json.encode(entry) + b"\n"
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, line)
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise SpoolError(f"{self.path}: cannot be written: {error}") from error


def path_of(spool: Path) -> Path:
    """Where the audit lies: beside the spool."""
    return spool.with_name("audit.jsonl")
