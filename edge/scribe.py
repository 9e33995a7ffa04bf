"""Findings of a worker's cameras in, events on their way to the disk out.

Redacting a picture takes a tenth of a second and more; here it delays no camera, and no word of a
life: that goes out at once, and its picture follows, by a thread that steps back behind those that
watch.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from functools import partial

from edge.reporting import Reporter, goes_ahead
from edge.stepping import step_back
from pipelines.errors import RedactionError
from pipelines.flow import Event, Finding, Picture

log = logging.getLogger("tocsin.scribe")

_HELD = 32  # findings, each with its frame; a full desk leaves pictures out
_NICE = 5


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
        self.work: queue.Queue[Callable[[], None] | None] = queue.Queue(_HELD)
        self.thread = threading.Thread(target=self._run, name="scribe", daemon=True)
        self.thread.start()

    def tell(self, camera: str, finding: Finding) -> None:
        """Send what can be said at once; hand over what has a picture, unless too many wait."""
        reporter = self.reporters[camera]
        if not finding.pictured or goes_ahead(finding):
            self.put(reporter.at_once(finding))
        if finding.pictured:
            try:
                self.work.put_nowait(partial(self._write, camera, finding))
            except queue.Full:
                log.warning("camera=%s picture=none why=too many findings wait", camera)
                self._put(reporter.without(finding))

    def shoot(self, camera: str, finding: Finding, taken: Callable[[Picture | str], None]) -> None:
        """Take a picture that no event is about; `taken` gets it, or why there is none."""
        try:
            self.work.put_nowait(partial(self._shoot, camera, finding, taken))
        except queue.Full:
            taken("too many findings wait")

    def close(self, *, within_s: float) -> None:
        """Write what is left and stop."""
        self.work.put(None)
        self.thread.join(within_s)

    def _run(self) -> None:
        step_back(_NICE)
        self.prepare()
        while (work := self.work.get()) is not None:
            work()

    def _write(self, camera: str, finding: Finding) -> None:
        self._put(self.reporters[camera](finding))

    def _put(self, event: Event | None) -> None:
        if event is not None:
            self.put(event)

    def _shoot(self, camera: str, finding: Finding, taken: Callable[[Picture | str], None]) -> None:
        try:
            picture = self.reporters[camera].take_picture(finding)
        except RedactionError as error:
            taken(f"it could not be redacted: {error}")
        else:
            taken(picture)
