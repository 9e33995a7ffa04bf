"""A camera's stream in, parcels in a backlog out: a thread that only reads, and never decodes."""

import random
import threading
from collections.abc import Callable

import msgspec

from edge.address import is_file
from edge.clock import thread_cpu_s
from edge.config import Camera
from edge.forever import forever
from edge.stamping import Stamper
from edge.stream import Codec, VideoPacket, opened
from edge.tally import Tally
from pipelines.backlog import Backlog
from pipelines.backoff import Backoff
from pipelines.clock import Clock
from pipelines.errors import StreamError
from pipelines.keyframes import Keyframes

_ROOM_S = 0.02
_BLOCKED_S = 0.002


class Parcel(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A packet on its way to a decoder; there are so many that what making one costs counts.

    codec       of the stream that it belongs to; another object means another stream
    captured_s  Unix time at which the camera saw it
    arrived_s   ticks at which it was read
    """

    packet: VideoPacket
    codec: Codec
    key: bool
    captured_s: float
    arrived_s: float


class Feed:
    """Reads one stream for ever and keeps its packets ready.

    lazy_s  how late packets may come, while their gate is idle; see `doze`
    over    a file has been played to its end
    keep    is handed each packet, too
    ready   set whenever all that had come has been handed over
    keys    whether keyframes are too rare
    late_s  by which packets come later than those of the camera's other stream; they are stamped
            earlier by as much; an aligner sets it
    """

    def __init__(
        self,
        camera: Camera,
        tally: Tally,
        *,
        clock: Clock,
        stop: threading.Event,
        keep: "Callable[[Parcel], None] | None" = None,
        ready: threading.Event | None = None,
    ) -> None:
        self.camera, self.tally, self.clock, self.stop = camera, tally, clock, stop
        self.keep, self.ready = keep, ready or threading.Event()
        self.live = camera.stream.realtime or not is_file(camera.url)
        self.backlog: Backlog[Parcel] = Backlog()
        self.lazy_s = self.asked_lazy_s = self.read_s = self.late_s = 0.0
        self.hurried, self.dozing = threading.Event(), False
        self.over = self.prompt = False
        self.keys, self.given_up = Keyframes(), ""

    def start(self) -> None:
        """Begin to read, in a thread of its own."""
        threading.Thread(target=self._run, name=f"feed {self.camera.id}", daemon=True).start()

    def doze(self, lazy_s: float) -> None:
        """Let packets come so late from now on; 0 wakes the reader at once.

        Not over UDP, where what nobody reads is lost.
        """
        self.asked_lazy_s = lazy_s
        if self.prompt or self.camera.stream.transport == "udp" or lazy_s == self.lazy_s:
            return
        self.lazy_s = lazy_s
        (self.hurried.clear if lazy_s else self.hurried.set)()

    def hurry(self, *, always: bool) -> None:
        """Let packets come at once whatever their gate says, for as long as somebody looks."""
        if always == self.prompt:
            return
        if always:
            asked_s = self.asked_lazy_s
            self.doze(0.0)
            self.asked_lazy_s, self.prompt = asked_s, True
        else:
            self.prompt = False
            self.doze(self.asked_lazy_s)

    def reopen(self, why: str) -> None:
        """Let the stream be opened anew, since what comes of it is no good; any thread may ask."""
        self.given_up = why

    def _run(self) -> None:
        forever(
            self._read, name=f"camera={self.camera.id}", clock=self.clock,
            backoff=Backoff(random.random), stopped=self.stop.is_set, wait=self.stop.wait,
            lost=self.tally.lost,
        )  # fmt: skip
        self.over = True

    def _read(self) -> bool:
        """Read a stream to its end; say whether to play it again at once. Raises StreamError."""
        with opened(self.camera, clock=self.clock, wait=self.stop.wait) as stream:
            stamp = Stamper(stream, self.clock)
            self.keys.begin()
            self.given_up = ""
            for packet in stream.packets:
                if self.stop.is_set():
                    return False
                if self.given_up:
                    raise StreamError(self.given_up)
                parcel = self._parcel(packet, stream.codec, stamp)
                self.keys(key=parcel.key)
                self._put(parcel, live=stream.live)
                self._doze()
        if not is_file(self.camera.url):
            raise StreamError("the stream ended")
        return self.camera.stream.loop

    def _doze(self) -> None:
        """While nobody is in a hurry, let packets gather: to wake up costs more than to read one.

        A read that blocked had nothing left to read; what comes while we sleep is read in one go.
        """
        now_s = self.clock.ticks_s()
        if now_s - self.read_s > _BLOCKED_S:
            self.tally.read_cpu_s = thread_cpu_s()
            self.ready.set()
            if self.lazy_s:
                self.dozing = True
                self.hurried.wait(self.lazy_s)
                self.dozing = False
                now_s = self.clock.ticks_s()
        self.read_s = now_s

    def _parcel(self, packet: VideoPacket, codec: Codec, stamp: Stamper) -> Parcel:
        captured_s, arrived_s = stamp(packet)
        self.tally.packet(stamp.jumps)
        self.tally.clock_ahead_s, self.tally.stream_ahead_s = stamp.ahead_s, stamp.gained_s
        self.tally.captured_s = captured_s
        return Parcel(packet, codec, packet.is_keyframe, captured_s - self.late_s, arrived_s)

    def _put(self, parcel: Parcel, *, live: bool) -> None:
        """Hand over; a file that is read as fast as it goes waits for room."""
        while not live and len(self.backlog) > 32 and not self.stop.is_set():
            self.tally.read_cpu_s = thread_cpu_s()
            self.ready.set()
            self.stop.wait(_ROOM_S)
        if self.keep is not None:
            self.keep(parcel)
        self.backlog.put(parcel)
