"""Events of many cameras in, few commits out: one thread writes what all have to say."""

import logging
import queue
import threading

from edge.spool import Spool
from pipelines.errors import SpoolError
from pipelines.flow import ClipEvent, Event

log = logging.getLogger("tocsin.spool")

_HELD = 4096  # events in memory while the disk does not take any
_AT_ONCE = 256
_AGAIN_S = 1.0
_CLIPS_UPTO = 0.5  # share of the spool beyond which no clip goes in: the rest is for events
_ENVELOPE = 4096  # bytes around a clip's own

Told = Event | ClipEvent


class Writer:
    """Puts events into the spool from its own thread, so that a slow disk stops no camera."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.events: queue.Queue[Told | None] = queue.Queue(_HELD)
        self.refused = self.clips_refused = 0
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self.thread.start()

    def put(self, event: Told) -> None:
        """Hand an event over; it is on disk some milliseconds later."""
        try:
            self.events.put_nowait(event)
        except queue.Full:
            self.refused += 1
            log.critical("spool=stuck lost_in_memory=%d", self.refused)

    def close(self, *, within_s: float) -> None:
        """Write what is left and stop."""
        self.closing.set()
        self.events.put(None)
        self.thread.join(within_s)

    def _run(self) -> None:
        while (event := self.events.get()) is not None:
            self._write([event, *self._more()])

    def _write(self, batch: list[Told]) -> None:
        """Try until the disk takes it; once more when the end has come, then it counts as lost."""
        last = False
        while not self._written(batch):
            if last:
                self.refused += len(batch)
                log.critical("spool=closed lost_in_memory=%d", self.refused)
                return
            last = self.closing.wait(_AGAIN_S)

    def _more(self) -> list[Told]:
        """What else is waiting; the mark of the end is put back."""
        more: list[Told] = []
        while len(more) < _AT_ONCE and not self.events.empty():
            event = self.events.get_nowait()
            if event is None:
                self.events.put(None)
                break
            more.append(event)
        return more

    def _written(self, batch: list[Told]) -> bool:
        try:
            self.spool.put(self._fitting(batch))
        except SpoolError as error:
            log.critical("spool=refuses why=%s", error)
            return False
        return True

    def _fitting(self, batch: list[Told]) -> list[Told]:
        """The batch, without clips once the spool fills: they must not push events out."""
        if not any(isinstance(each, ClipEvent) for each in batch):
            return batch
        fitting, room = list[Told](), self.spool.room(_CLIPS_UPTO)
        for each in batch:
            if isinstance(each, ClipEvent):
                room -= len(each.data.data) * 4 // 3 + _ENVELOPE
                if room < 0:
                    self.clips_refused += 1
                    continue
            fitting.append(each)
        if len(fitting) < len(batch):
            log.warning("spool=filling clips_refused=%d", self.clips_refused)
        return fitting
