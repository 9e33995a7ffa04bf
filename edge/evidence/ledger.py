"""What becomes of a clip in, a line of the box's audit out."""

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from edge.audit import Audit
from pipelines.chain import Entry
from pipelines.clock import Clock
from pipelines.flow import AuditHead

Deed = Literal[
    "begun", "ended", "torn", "destroyed", "held", "released", "unseal", "export", "exported"
]
"""What is done to a clip; `unseal` and `export` are written before a byte comes out."""


class Ledger:
    """Writes about clips. Raises SpoolError or EvidenceError when the line is not on disk."""

    def __init__(self, audit: Audit, clock: Clock, *, by: str) -> None:
        self.audit, self.clock, self.by = audit, clock, by

    def write(self, deed: Deed, clip: str, **more: Any) -> AuditHead:
        """Write one line; when this returns, it is on disk."""
        asked = msgspec.json.encode({"evidence": deed, **more})
        now = datetime.fromtimestamp(self.clock.now_s(), UTC)
        entry = Entry(time=now, id=clip, by=self.by, asked=msgspec.Raw(asked), result="ok")
        return self.audit.append(entry)
