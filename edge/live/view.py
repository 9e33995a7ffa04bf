"""One camera's frames and packets in, while somebody looks; its redacted parts out.

Threads that are in a hurry only hand over: the newest is shown, what there is no time for is
counted. Whatever cannot be redacted is left out, and the view says so.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from edge.decoding import Decoder
from edge.evidence.filming import Redact
from edge.feed import Feed, Parcel
from edge.live.filming import Film, Piece, fitted
from edge.live.settings import LiveViews
from edge.tally import Tally
from pipelines.camera import resized
from pipelines.clock import Clock
from pipelines.errors import RedactionError, StreamError
from pipelines.flow import Frame, LiveStream, Redacted, Track
from pipelines.liveview import Part, Rate, packed
from pipelines.pixels import shrunk
from pipelines.redaction import encoded

log = logging.getLogger("tocsin.live")

Followed = Callable[[int, int], Sequence[Track]]

STILL_S = 1.0  # between stills
STILL_PX = 480  # wide, and
LOOKED_PX = 640  # at which it is looked over: finer than it is shown, at a fraction of the cost
FRAMES = 2  # that wait at most
PARCELS = 250  # packets of the large stream that wait at most
BEHIND_S = 0.6  # a picture with newer ones that much behind it is not shown
LARGE_S = 1.5  # for which the small stream is not shown after a picture of the large one
HURT_S = 10.0  # for which the small one is shown where there was no time for the large one
SET_BACK_S = 5.0  # by which a frame comes before the last one if a clock was set back
_EARLY_S = 0.01


class View:
    """What the threads of a worker know of one camera's live view.

    put  takes packed parts
    feed  of the large stream; while a film of it is shown its packets come at once
    """

    def __init__(
        self, tally: Tally, settings: LiveViews, redactor: Callable[[], Redact],
        put: Callable[[str, bytes], None], ready: threading.Event, clock: Clock,
    ) -> None:  # fmt: skip
        self.tally, self.settings, self.redactor, self.put = tally, settings, redactor, put
        self.ready, self.clock = ready, clock
        self.feed: Feed | None = None
        self.followed: Followed = _nobody
        self.rate: Rate | None = None
        self.until_s = 0.0
        self.large = (0, 0)
        self.frames: deque[tuple[Frame, Sequence[Track]]] = deque(maxlen=FRAMES)
        self.parcels: deque[Parcel] = deque()
        self.number, self.run = 0, 0
        self._forget()

    def _forget(self) -> None:
        """A view that begins knows nothing of the last."""
        self.frames.clear()
        self.parcels.clear()
        self.going, self.decoder = False, None
        self.film: Film | None = None
        self.redact: Redact | None = None
        self.seen = (0, 0)
        self.offered_s = self.shown_s = self.still_s = self.large_s = float("-inf")
        self.hurt_until_s = float("-inf")
        self.left_out = False

    decoder: Decoder | None

    @property
    def pause_s(self) -> float:
        """From one picture to the next."""
        return 1 / self.settings.fps if self.rate == "full" else STILL_S

    def open(self, rate: Rate, lease_s: float) -> None:
        """Show for so long, or go on; any thread may call. It stops by itself."""
        if self.rate is None:
            self.frames.clear()
            self.parcels.clear()
        self.until_s = self.clock.ticks_s() + lease_s
        self.rate = rate
        self.ready.set()

    def offer(self, frame: Frame, followed: Followed) -> None:
        """Take a frame that was decoded anyway, if its turn has come; never waits."""
        if self.rate is None or self._shows_large(frame.captured_s):
            return
        if not self._is_due(frame.captured_s, self.offered_s):
            return
        self.offered_s = frame.captured_s
        self.tally.live_skipped += len(self.frames) == FRAMES
        self.frames.append((frame, followed(frame.width, frame.height)))
        self.ready.set()

    def keep(self, parcel: Parcel) -> None:
        """Take a packet of the large stream where nobody else decodes it; never waits."""
        self.large = (parcel.codec.width, parcel.codec.height)
        if not self._decodes():
            self.going = False
            self.parcels.clear()
            return
        if len(self.parcels) >= PARCELS:
            self.tally.live_skipped += len(self.parcels)
            self.parcels.clear()
            self.going, self.hurt_until_s = False, parcel.captured_s + HURT_S
        self.going = self.going or parcel.key
        if self.going and parcel.captured_s >= self.hurt_until_s:
            self.parcels.append(parcel)
            self.ready.set()

    def step(self) -> bool:
        """Show one picture, if there is one; False when there is nothing to do."""
        if self.rate is None:
            return False
        if self.clock.ticks_s() >= self.until_s:
            self._close()
            return False
        self.tally.live = self.rate
        if self.rate == "low":
            self.film = None
        if self.feed is not None:
            self.feed.hurry(always=self._decodes())
        return self._step_large() or self._step_offered()

    def _close(self) -> None:
        self.rate = None
        self._forget()
        if self.feed is not None:
            self.feed.hurry(always=False)
        self.tally.live, self.tally.live_of, self.tally.live_why = "", "", ""

    def _decodes(self) -> bool:
        """Whether the large stream must be decoded here: its camera is watched by less."""
        return self.rate == "full" and self.tally.mode != "full"

    def _is_due(self, at_s: float, last_s: float) -> bool:
        """Whether a picture comes its pause after another, or the clock was set back."""
        return not -SET_BACK_S < at_s - last_s < self.pause_s - _EARLY_S

    def _shows_large(self, at_s: float) -> bool:
        return self._decodes() and abs(at_s - self.large_s) < LARGE_S

    def _step_large(self) -> bool:
        """Decode a packet of the large stream, and show what it sets free if its turn has come."""
        if not self.parcels:
            return False
        parcel = self.parcels.popleft()
        for frame in self._decoded(parcel):
            behind = bool(self.parcels) and (
                self.parcels[-1].captured_s - frame.captured_s > BEHIND_S
            )
            if not self._is_due(frame.captured_s, self.shown_s):
                continue
            if behind:
                self.tally.live_skipped += 1
                continue
            self.large_s = frame.captured_s
            self._show(frame, self.followed(frame.width, frame.height), "large", "")
        return True

    def _decoded(self, parcel: Parcel) -> list[Frame]:
        try:
            if self.decoder is None or self.decoder.codec is not parcel.codec:
                self.decoder = Decoder(parcel.codec, Tally("live", ""))
            return self.decoder(parcel.packet, parcel.captured_s)
        except StreamError:
            self.hurt_until_s = parcel.captured_s + HURT_S
            return []

    def _step_offered(self) -> bool:
        if not self.frames:
            return False
        frame, tracks = self.frames.popleft()
        if self._shows_large(frame.captured_s) or not self._is_due(frame.captured_s, self.shown_s):
            return True
        of: LiveStream = "small" if self.tally.mode == "substream" else "large"
        self._show(frame, tracks, of, self._why(frame.captured_s))
        return True

    def _why(self, at_s: float) -> str:
        """Why not every picture of the large stream is shown."""
        if not self._decodes():
            return ""
        no_time = at_s < self.hurt_until_s
        return "no time for the large stream" if no_time else "the large one's next keyframe"

    def _show(self, frame: Frame, tracks: Sequence[Track], of: LiveStream, why: str) -> None:
        """Redact a frame and send it; whoever cannot be made unreadable is not shown."""
        self.tally.live_of, self.tally.live_why = of, why
        self.shown_s = frame.captured_s
        if self.rate == "low" and frame.width > LOOKED_PX:
            size = frame.width, frame.height
            frame = shrunk(frame, fitted(*size, LOOKED_PX))
            tracks = resized(tuple(tracks), size, (frame.width, frame.height))
        try:
            shown = self._redacted(frame, tracks)
            self._send(shown, small=of == "small")
        except RedactionError as error:
            if not self.left_out:
                log.warning("camera=%s live=left_out why=%s", self.tally.camera, error)
            self.left_out, self.redact, self.film = True, None, None
            self.tally.live_left_out += 1
            self.tally.live_why = f"left out: {error}"

    def _redacted(self, frame: Frame, tracks: Sequence[Track]) -> Redacted:
        """By a redactor of its own for pictures of this size: it follows heads in pixels."""
        size = frame.width, frame.height
        if self.redact is None or size != self.seen:
            self.redact, self.seen = self.redactor(), size
        return self.redact(frame, tracks)

    def _send(self, shown: Redacted, *, small: bool) -> None:
        now_s = shown.frame.captured_s
        if self.rate == "full":
            for piece in self._pieces(shown):
                self._put(piece, small=small)
        if not 0 <= now_s - self.still_s < STILL_S - _EARLY_S:
            self.still_s = now_s
            data = encoded(shown, longest_px=STILL_PX).data
            self._put(Piece("still", now_s, True, data), small=small)
        self.tally.live_frames += 1
        self.left_out = False

    def _pieces(self, shown: Redacted) -> list[Piece]:
        frame = shown.frame
        large = self.large if self._decodes() and all(self.large) else (frame.width, frame.height)
        size = fitted(*large, self.settings.width)
        if self.film is None or self.film.size != size or not self.film.fits(frame):
            self.film = Film(size)
            self.run = max(self.run + 1, round(self.clock.now_s() * 1000) & 0x7FFF_FFFF)
        return self.film(shown)

    def _put(self, piece: Piece, *, small: bool) -> None:
        self.number += 1
        part = Part(
            piece.kind, self.run, self.number, piece.captured_s, piece.data,
            key=piece.key, small=small, left_out=self.left_out,
        )  # fmt: skip
        self.put(self.tally.camera, packed(part))


def _nobody(_width: int, _height: int) -> Sequence[Track]:
    return ()
