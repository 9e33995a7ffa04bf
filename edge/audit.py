"""What was asked of the box and what came of it in, a chained file that only grows out."""

from pathlib import Path

from disk.chained import Chained
from pipelines.errors import SpoolError


class Audit(Chained):
    """JSON lines, each on disk before `append` returns; several processes may write.

    Raises SpoolError when the disk refuses, EvidenceError when the last line is none of ours.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, SpoolError)


def path_of(spool: Path) -> Path:
    """Where the audit lies: beside the spool."""
    return spool.with_name("audit.jsonl")
