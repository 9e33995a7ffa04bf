"""Packets of a clip that is being recorded in, a small redacted clip of its event out.

One thread, with less right to the processor than all others: an event is told without its preview,
and one that cannot be redacted, or for which there is no time, is left out and counted.
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from edge.decoding import Decoder
from edge.evidence.filming import Redact, film_within, redacted_all
from edge.evidence.recording import Recording
from edge.evidence.settings import Preview
from edge.evidence.taking import Watcher
from edge.feed import Parcel
from edge.naming import new_id
from edge.stepping import step_back
from edge.tally import Tally
from pipelines.errors import TocsinError
from pipelines.flow import Clip, ClipEvent, ClipLife, Frame
from pipelines.wire import clip_event

log = logging.getLogger("tocsin.evidence")

_WAITING = 4  # previews
_MOST = 24 << 20  # bytes of packets of one
_NICE = 10
_EARLY_S = 0.01  # by which a picture comes before its time


@dataclass(slots=True)
class _Job:
    """A preview to be made; `size`: bytes of its packets."""

    recording: Recording
    at_s: float
    parcels: list[Parcel] = field(default_factory=list)
    size: int = 0


class Previews(Watcher):
    """Makes previews, one after the other.

    redactor  makes the one function that redacts, for one camera's pictures
    put       takes what is made
    lost      counts one that is not made
    """

    def __init__(
        self, settings: Preview, redactor: Callable[[], Redact], put: Callable[[ClipEvent], None]
    ) -> None:
        self.settings, self.redactor, self.put = settings, redactor, put
        self.open: dict[str, _Job] = {}
        self.ready: queue.Queue[_Job | None] = queue.Queue(_WAITING)
        self.lost = 0
        self.thread = threading.Thread(target=self._run, name="previews", daemon=True)
        self.thread.start()

    def began(self, recording: Recording, at_s: float) -> None:
        """A clip has begun for what was seen at a time."""
        self.open[recording.about.clip] = _Job(recording, at_s)

    def came(self, recording: Recording, parcel: Parcel) -> None:
        """Keep a packet while it may be shown; when it is later than that, make the preview."""
        job = self.open.get(recording.about.clip)
        if job is None:
            return
        early = parcel.captured_s < job.at_s - self.settings.before_s
        if parcel.key and early:
            job.parcels, job.size = [], 0
        if parcel.captured_s > job.at_s + self.settings.after_s or job.size > _MOST:
            self.ended(recording)
            return
        job.parcels.append(parcel)
        job.size += parcel.packet.size

    def ended(self, recording: Recording) -> None:
        """No more will come."""
        job = self.open.pop(recording.about.clip, None)
        if job is None:
            return
        try:
            self.ready.put_nowait(job)
        except queue.Full:
            self._lose(job, "too many wait")

    def close(self, *, within_s: float) -> None:
        """Make those that wait, and stop."""
        try:
            self.ready.put_nowait(None)
        except queue.Full:
            return
        self.thread.join(within_s)

    def _run(self) -> None:
        step_back(_NICE)
        while (job := self.ready.get()) is not None:
            try:
                self.put(self._made(job))
            except TocsinError as error:
                self._lose(job, str(error))

    def _made(self, job: _Job) -> ClipEvent:
        about, settings = job.recording.about, self.settings
        shown = redacted_all(self._chosen(job), self.redactor())
        made, data = film_within(shown, settings.limit_kib << 10, width=settings.width)
        lives = tuple(
            ClipLife(rule=life.rule, episode=life.episode)
            for life in list(job.recording.lives)
            if life.episode is not None
        )
        clip = Clip(
            site=about.site, camera=about.camera, place=about.place, clip=about.clip, lives=lives,
            width=made.width, height=made.height, seconds=round(made.seconds, 3), data=data,
        )  # fmt: skip
        return clip_event(clip, happened_s=job.at_s, new_id=new_id)

    def _chosen(self, job: _Job) -> Iterator[Frame]:
        """Pictures of the preview's seconds, so many of each; all are decoded, few are shown."""
        decode = Decoder(job.recording.codec, Tally("preview", ""))
        begin_s, due_s = job.at_s - self.settings.before_s, 0.0
        for parcel in job.parcels:
            for frame in decode(parcel.packet, parcel.captured_s):
                if frame.captured_s >= max(begin_s, due_s) - _EARLY_S:
                    due_s = frame.captured_s + 1 / self.settings.fps
                    yield frame

    def _lose(self, job: _Job, why: str) -> None:
        self.lost += 1
        log.warning("camera=%s preview=none why=%s", job.recording.about.camera, why)
