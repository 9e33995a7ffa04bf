"""Packets of one camera in, frames to its sentry out: which of them are decoded is the gate's word.

A gate does a little work each time it is called, so that the cameras of a worker take turns.
"""

import copy
from collections import deque
from typing import Protocol

from edge.aligning import Aligner
from edge.decoding import Decoder
from edge.feed import Feed, Parcel
from edge.reel import MOST, Reel
from edge.sentry import HOLD_S, Sentry, Size
from edge.tally import Tally
from pipelines.flow import Frame
from pipelines.looking import Wish

LAZY_S = 0.5  # that packets which nobody decodes may gather, so that their reader sleeps
BRISK_S = 0.25  # the same for a small stream, and
PROMPT_S = 0.1  # where every frame is decoded: so much later what begins is seen
BURST = 4  # packets of an idle stream in one go: its pictures are still in the processor's cache
LATE_S = 0.5  # a packet that has waited longer is a reason to skip the rest of its group
WAIT_S = 2.0  # for a frame of the large stream, which may come later than the small one's
PATIENT_S = 5.0  # a back-fill makes what comes meanwhile wait; that is not being overloaded
SLICE = 4  # packets of a back-fill that are decoded in one go


class Gate(Protocol):
    """Decides what is decoded."""

    def step(self, now_s: float) -> bool:
        """Do a little work; False when there is none. `now_s` is in ticks."""
        ...

    def waits(self) -> bool:
        """Say whether there may be work; it costs next to nothing to ask."""
        ...


class Channel:
    """Decodes the packets on which motion is seen, stream after stream.

    A new stream begins at its first keyframe, with a decoder and a watch of its own.
    """

    def __init__(self, sentry: Sentry, tally: Tally) -> None:
        self.sentry, self.tally = sentry, tally
        self.decoder: Decoder | None = None

    def __call__(self, parcel: Parcel) -> list[Frame]:
        """Frames that this packet sets free."""
        if self.decoder is None or self.decoder.codec is not parcel.codec:
            if not parcel.key:
                self.tally.keyless()
                return []
            self.decoder = Decoder(parcel.codec, self.tally)
            self.sentry.begin()
        return self.decoder(parcel.packet, parcel.captured_s)


class FullGate:
    """Every packet is decoded and looked at."""

    def __init__(self, feed: Feed, sentry: Sentry, tally: Tally) -> None:
        self.feed, self.sentry, self.tally = feed, sentry, tally
        feed.backlog.late_s = LATE_S if feed.live else float("inf")
        feed.doze(PROMPT_S)
        self.decode = Channel(sentry, tally)

    def waits(self) -> bool:
        """Packets wait."""
        return bool(self.feed.backlog)

    def step(self, now_s: float) -> bool:
        """Decode one packet, or some while nothing goes on."""
        for done in range(BURST):
            parcel = self.feed.backlog.take(now_s)
            self.tally.skipped = self.feed.backlog.skipped
            if parcel is None:
                return done > 0
            for frame in self.decode(parcel):
                self.sentry.see_all(frame, now_s)
            awake = self.sentry.awake(parcel.captured_s)
            self.feed.doze(0.0 if awake else PROMPT_S)
            if awake:
                break
        return True


class SubstreamGate:
    """Motion is seen on the small stream; of the large one only wanted frames are decoded."""

    def __init__(self, main: Feed, small: Feed, sentry: Sentry, tally: Tally) -> None:
        self.main, self.small, self.sentry, self.tally = main, small, sentry, tally
        for feed in (main, small):
            feed.backlog.late_s = LATE_S if feed.live else float("inf")
        self.aligner = Aligner(main, small, tally)
        self.reel = Reel(tally, self.aligner.see_main)
        self.decode = Channel(sentry, tally)
        self.shown: Size = (0, 0)
        self.wanted: tuple[float, Wish] | None = None
        self.seen_s = 0.0

    def waits(self) -> bool:
        """Packets wait, or somebody waits for a frame."""
        return bool(self.small.backlog or self.main.backlog) or self.wanted is not None

    def step(self, now_s: float) -> bool:
        """Keep what came of the large stream, decode some of the small, fetch a frame."""
        self._keep(now_s)
        seen = self._watch(now_s)
        self.tally.skipped = self.small.backlog.skipped + self.main.backlog.skipped
        return self._fetch(now_s) or seen

    def _awake(self) -> bool:
        return self.wanted is not None or self.sentry.awake(self.seen_s)

    def _watch(self, now_s: float) -> bool:
        """Decode a packet of the small stream, or some while nothing goes on."""
        for done in range(BURST):
            waits = self.wanted is not None and not self.small.live  # a file can wait for its frame
            parcel = None if waits else self.small.backlog.take(now_s)
            if parcel is None:
                return done > 0
            for frame in self.decode(parcel):
                self._see(frame)
            if self._awake():
                break
        return True

    def _keep(self, now_s: float) -> None:
        while self._may_keep() and (parcel := self.main.backlog.take(now_s)) is not None:
            if parcel.codec.width:
                self.shown = (parcel.codec.width, parcel.codec.height)
            self.reel.put(parcel)

    def _may_keep(self) -> bool:
        """A live stream must be kept as it comes; a file shall not run ahead of the small one."""
        parcel = self.main.backlog.peek()
        return self.main.live or not parcel or parcel.captured_s <= self.seen_s + HOLD_S

    def _see(self, frame: Frame) -> None:
        self.seen_s = frame.captured_s
        self.sentry.see(frame)
        wish = None
        if self.shown[0]:  # nobody can say where to look in a picture whose size is not known yet
            wish = self.sentry.wish(frame.captured_s, self.shown, (frame.width, frame.height))
        if self._in_vain(frame.captured_s):
            self.wanted = (frame.captured_s, wish) if wish else None
        awake = self._awake()
        self.aligner.see_small(frame, awake=awake)
        if not awake:
            self.reel.rest()
        self.main.doze(0.0 if awake else LAZY_S)
        self.small.doze(0.0 if awake else BRISK_S)

    def _in_vain(self, at_s: float) -> bool:
        """Nothing is waited for, or so long that it will not come."""
        if self.wanted is None:
            return True
        return not self.reel.has(self.wanted[0]) and abs(at_s - self.wanted[0]) > WAIT_S

    def _fetch(self, now_s: float) -> bool:
        """Go some packets towards the wanted frame; True when there was something to do."""
        if self.wanted is None or not self.reel.has(self.wanted[0]):
            return False
        at_s, wish = self.wanted
        frame = self.reel.frame_at(at_s)
        if frame is not None:
            self.wanted = None
            self.sentry.ask(frame, wish, now_s)
        return True


class KeyframeGate:
    """While idle only keyframes are decoded; when one moves, the group before it is, too.

    What comes and goes between two keyframes is missed: that is the price, and why this is chosen
    only when it is asked for or when there is no time for more.
    """

    def __init__(self, feed: Feed, sentry: Sentry, tally: Tally) -> None:
        self.feed, self.sentry, self.tally = feed, sentry, tally
        feed.backlog.late_s = PATIENT_S if feed.live else float("inf")
        feed.doze(LAZY_S)
        self.decoder: Decoder | None = None
        self.group: list[Parcel] = []
        self.due: deque[Parcel] = deque()
        self.open_until_s = float("-inf")

    def waits(self) -> bool:
        """Packets wait, or a back-fill goes on."""
        return bool(self.due or self.feed.backlog)

    def step(self, now_s: float) -> bool:
        """Decode some packets of a back-fill, or take what came up to one that is decoded."""
        if self.due:
            for _ in range(min(SLICE, len(self.due))):
                self._show(self.due.popleft(), now_s)
            return True
        while (parcel := self.feed.backlog.take(now_s)) is not None:
            self.tally.skipped = self.feed.backlog.skipped
            if self._take(parcel, now_s):
                return True
        self.tally.skipped = self.feed.backlog.skipped
        return False

    def _take(self, parcel: Parcel, now_s: float) -> bool:
        """Decode a packet if it is a keyframe or something goes on; say whether it was."""
        self._begin(parcel)
        is_open = self._is_open(parcel)
        self.feed.doze(0.0 if is_open else LAZY_S)
        if is_open:
            self._show(parcel, now_s)
        elif parcel.key:
            self._try(parcel)
        self._keep(parcel)
        return is_open or parcel.key

    def _begin(self, parcel: Parcel) -> None:
        if parcel.key and (self.decoder is None or self.decoder.codec is not parcel.codec):
            self.decoder = Decoder(parcel.codec, self.tally)
            self.sentry.begin()
            self.group = []
        elif self.decoder is None:
            self.tally.keyless()

    def _is_open(self, parcel: Parcel) -> bool:
        """Open until what there was to see has been gone for a while, and to the group's end."""
        open_now = parcel.captured_s <= self.open_until_s
        if not open_now and self.open_until_s > 0 and not parcel.key:
            return True
        if not open_now:
            self.open_until_s = float("-inf")
        return open_now

    def _try(self, parcel: Parcel) -> None:
        """Look at a keyframe; when it moves, take it back and show the group before it first."""
        before = copy.deepcopy(self.sentry.watch.motion)
        for frame in self._decode(parcel):
            self.sentry.see(frame)
            if self.sentry.watch.moving:
                self.sentry.watch.motion = before
                self.open_until_s = parcel.captured_s + HOLD_S
                self.due.extend([*self.group, parcel])
                self._restart(parcel)

    def _restart(self, parcel: Parcel) -> None:
        """Decoding begins again at the keyframe of the group before."""
        self.decoder = Decoder(parcel.codec, self.tally)

    def _show(self, parcel: Parcel, now_s: float) -> None:
        for frame in self._decode(parcel):
            self.sentry.see_all(frame, now_s)
            if self.sentry.watch.moving or self.sentry.watch.tracks:
                self.open_until_s = max(self.open_until_s, frame.captured_s + HOLD_S)

    def _keep(self, parcel: Parcel) -> None:
        """Remember the group that is running, for a back-fill; not one that does not end."""
        if parcel.key:
            self.group = [parcel]
        elif len(self.group) >= MOST:
            self.group = []
        elif self.group:
            self.group.append(parcel)

    def _decode(self, parcel: Parcel) -> list[Frame]:
        return self.decoder(parcel.packet, parcel.captured_s) if self.decoder else []
