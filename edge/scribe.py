"""Findings of a worker's cameras in, events on their way to the disk out.

Redacting a picture takes a tenth of a second and more; here it delays no camera.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping

from edge.reporting import Reporter
from pipelines.flow import Event, Finding

log = logging.getLogger("tocsin.scribe")

_HELD = 32  # findings, each with its frame; a full desk sends events without pictures


class Scribe:
    """Makes events in a thread of its own, one finding after the other.

    reporters  one per camera
    put        takes the events
    prepare    is called first, in that thread
    """

    def __init__(
        self,
        reporters: Mapping[str, Reporter],
        put: Callable[[Event], None],
        *,
        prepare: Callable[[], object],
    ) -> None:
        self.reporters, self.put, self.prepare = reporters, put, prepare
        self.findings: queue.Queue[tuple[str, Finding] | None] = queue.Queue(_HELD)
        self.thread = threading.Thread(target=self._run, name="scribe", daemon=True)
        self.thread.start()

    def tell(self, camera: str, finding: Finding) -> None:
        """Hand a finding over; when too many wait, its event goes out at once and bare."""
        try:
            self.findings.put_nowait((camera, finding))
        except queue.Full:
            log.warning("camera=%s picture=none why=too many findings wait", camera)
            self.put(self.reporters[camera].bare(finding))

    def close(self, *, within_s: float) -> None:
        """Write what is left and stop."""
        self.findings.put(None)
        self.thread.join(within_s)

    def _run(self) -> None:
        self.prepare()
        while (next_one := self.findings.get()) is not None:
            camera, finding = next_one
            self.put(self.reporters[camera](finding))
