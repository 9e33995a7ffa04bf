"""A worker's cameras in, a thread that records for all of them out."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.audit import Audit, path_of
from edge.config import Camera, EdgeConfig
from edge.evidence.ledger import Ledger
from edge.evidence.recording import Desk
from edge.evidence.ring import Ring
from edge.evidence.settings import Evidence
from edge.evidence.taking import Taker, Watcher, free_in
from edge.evidence.vault import Vault
from edge.feed import Parcel
from edge.tally import Tally
from pipelines.clock import Clock
from pipelines.flow import Finding
from pipelines.rules import ids_of

_LOOK_S = 0.2
_LATE_S = 10.0  # that a word of a rule may come after its packets
_MIB = 1 << 20

Keep = Callable[[Parcel], None]


class Recorder:
    """Records what rules find; `tell` and what `keep_of` returns never wait for a disk."""

    def __init__(
        self, config: EdgeConfig, settings: Evidence, clock: Clock, watcher: Watcher | None = None
    ) -> None:
        self.settings, self.clock, self.watcher = settings, clock, watcher or Watcher()
        ledger = Ledger(Audit(path_of(Path(config.spool.path))), clock, by=config.box)
        self.desk = Desk(Vault(Path(settings.path)), ledger, settings.custodians, clock)
        self.takers: dict[str, Taker] = {}
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name="evidence", daemon=True)

    def keep_of(self, camera: Camera, tally: Tally) -> Keep | None:
        """Where a camera's packets go; nowhere when it has no evidence, or may watch nothing."""
        names = names_with_evidence(camera)
        if not camera.evidence or camera.why_disarmed:
            return None
        settings = self.settings
        ring = Ring(keep_s=settings.pre_s + _LATE_S, limit=settings.ring_mib * _MIB)
        room = free_in(settings.path)
        taker = Taker(names, ring, settings, self.desk, tally, room, self.watcher)
        tally.evidence = "ready"
        self.takers[camera.id] = taker
        return ring.put

    def tell(self, camera: str, finding: Finding) -> None:
        """Note what a rule has found; any thread may call."""
        taker = self.takers.get(camera)
        if taker is not None:
            taker.tell(finding)

    def start(self) -> None:
        """Begin to record, in a thread of its own."""
        self.thread.start()

    def close(self, *, within_s: float) -> None:
        """End all clips and stop."""
        self.stop.set()
        self.thread.join(within_s)

    def _run(self) -> None:
        takers: Sequence[Taker] = ()
        while not self.stop.wait(_LOOK_S):
            takers = list(self.takers.values())
            for taker in takers:
                taker.step(self.clock.ticks_s())
        for taker in takers:
            taker.close()


def names_with_evidence(camera: Camera) -> frozenset[str]:
    """Ids of a camera's rules that have evidence."""
    named = zip(ids_of(camera.rules), camera.rules, strict=True)
    return frozenset(name for name, rule in named if rule.evidence)
