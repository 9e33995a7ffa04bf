"""A vault and its settings in, clips that nobody ended adopted and old ones destroyed out.

The audit is told first: what stands there as destroyed and still lies on the disk is destroyed at
the next look. Only when the audit cannot be written for want of room does the clip go first.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from edge.evidence.ledger import Ledger
from edge.evidence.settings import Evidence
from edge.evidence.vault import Kept, Note, Vault
from pipelines.clock import Clock
from pipelines.errors import EvidenceError, SpoolError
from pipelines.trouble import Trouble

log = logging.getLogger("tocsin.evidence")

_LOOK_S = 5.0
_GIB = 1 << 30

Why = Literal["time", "quota"]


class Keeper:
    """Looks after one box's vault; `step` does one round."""

    def __init__(self, settings: Evidence, vault: Vault, ledger: Ledger, clock: Clock) -> None:
        self.settings, self.vault = settings, vault
        self.ledger, self.clock = ledger, clock
        self.trouble = Trouble(log, "evidence")

    def keep(self, stop: threading.Event) -> None:
        """Go round until told to stop; trouble is logged when it begins, changes or ends."""
        while not stop.wait(_LOOK_S):
            self.try_step()

    def try_step(self) -> None:
        """One round, whatever the disk says."""
        try:
            self.step()
        except (EvidenceError, SpoolError, OSError) as error:
            self.trouble.note(str(error))
        else:
            self.trouble.note("")

    def step(self) -> None:
        """Adopt, then let go of what is old, then of what is too much."""
        now = datetime.fromtimestamp(self.clock.now_s(), UTC)
        for kept in self.vault.orphans(before_s=self.clock.now_s()):
            self._adopt(kept, now)
        self.vault.sweep(before_s=self.clock.now_s())
        over = [kept for kept in self.vault.clips() if not kept.recording]
        for kept in [kept for kept in over if self._is_old(kept, now)]:
            self._destroy(kept, "time")
            over.remove(kept)
        self._within(over)

    def _adopt(self, kept: Kept, now: datetime) -> None:
        """Give a clip whose writer died its end, and the audit its link."""
        found = self.vault.look(kept)
        clip = kept.about.clip
        self.ledger.write(
            "torn", clip, chunks=found.chunks, link=found.link, bytes=found.length,
            whole=found.whole,
        )  # fmt: skip
        note = Note(clip=clip, ending="torn", ended=now, chunks=found.chunks, link=found.link)
        self.vault.end(note)
        log.warning("clip=%s state=torn chunks=%d", clip, found.chunks)

    def _is_old(self, kept: Kept, now: datetime) -> bool:
        hours = self.settings.hours_of(kept.about.place)
        return kept.hold is None and now - kept.about.begun > timedelta(hours=hours)

    def _within(self, clips: Sequence[Kept]) -> None:
        """Destroy the oldest that no case holds, until the rest is within the quota."""
        size = sum(kept.size for kept in clips)
        for kept in sorted(clips, key=lambda kept: kept.about.begun):
            if size <= self.settings.quota_gib * _GIB:
                return
            if kept.hold is None:
                self._destroy(kept, "quota")
                size -= kept.size

    def _destroy(self, kept: Kept, why: Why) -> None:
        link = kept.note.link if kept.note else ""
        said = {"why": why, "link": link, "bytes": kept.size, "place": kept.about.place}
        try:
            self.ledger.write("destroyed", kept.about.clip, **said)
        except SpoolError:
            self.vault.destroy(kept)
            self.ledger.write("destroyed", kept.about.clip, **said)
        else:
            self.vault.destroy(kept)
        log.info("clip=%s state=destroyed why=%s", kept.about.clip, why)
