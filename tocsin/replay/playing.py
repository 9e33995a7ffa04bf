"""A recording and a camera's configuration in, what its rules find moment by moment out.

The stages are those of a worker; only the clock is not. It stands still at an assumed start, so
that the time of a picture is that start and the picture's place in the clip, on any machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from edge.config import Camera, EdgeConfig
from edge.decoding import Decoder
from edge.sentry import Post, Sentry
from edge.stream import Stream, VideoPacket, opened
from edge.tally import Tally
from pipelines.clock import Clock
from pipelines.flow import Finding, Frame, Look, Track
from pipelines.lookout import Lookout
from pipelines.regions import Sight
from pipelines.seeing import Network
from pipelines.timeline import Timeline

LEAD_S = 10.0
"""Watched before the part that was asked for: by then the background is known."""

Timed = tuple[VideoPacket, float]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One frame, and what was made of it.

    at_s  seconds from the clip's beginning
    look  what the network was shown of it and found, if anything
    """

    at_s: float
    frame: Frame
    tracks: tuple[Track, ...]
    findings: tuple[Finding, ...]
    look: Look | None

    @property
    def looked(self) -> bool:
        """Whether the network was shown a part of it."""
        return self.look is not None


@dataclass(slots=True)
class Player:
    """Plays a clip to one camera's rules.

    camera   its `url` is the clip
    objects  the network that looks, and what it sees best
    start_s  Unix time at which the clip is assumed to begin
    """

    config: EdgeConfig
    camera: Camera
    objects: Network
    start_s: float
    sight: Sight
    found: list[Finding] = field(default_factory=list)

    def now_s(self) -> float:
        """The clip's assumed beginning, always."""
        return self.start_s

    def ticks_s(self) -> float:
        """No time passes."""
        return 0.0

    def moments(self, *, begin_s: float, end_s: float) -> Iterator[Moment]:
        """Play the part from `begin_s` to `end_s`; of what is before, as much as is needed.

        Raises StreamError when the clip cannot be opened or read.
        """
        tally = Tally(self.camera.id, self.camera.place)
        sentry, lookout = self._sentry(tally)
        lead_s = self.start_s + begin_s - LEAD_S
        for frame in frames(self.camera, self, tally, begin_s=lead_s):
            at_s = frame.captured_s - self.start_s
            if at_s >= end_s:
                return
            moment = self._moment(sentry, lookout, frame)
            if at_s >= begin_s:
                yield moment

    def _sentry(self, tally: Tally) -> tuple[Sentry, Lookout[Sentry]]:
        lookout: Lookout[Sentry] = Lookout()
        detector = self.config.detector
        post = Post(self.config.site, detector, self.objects, lookout, self._tell, self.sight)
        return Sentry(self.camera, post, tally), lookout

    def _tell(self, _: str, finding: Finding) -> None:
        self.found.append(finding)

    def _moment(self, sentry: Sentry, lookout: Lookout[Sentry], frame: Frame) -> Moment:
        sentry.see_all(frame, self.ticks_s())
        request = lookout.best(self.ticks_s())
        if request is not None:
            sentry.look(request)
        findings, self.found = tuple(self.found), []
        at_s = frame.captured_s - self.start_s
        look = None if request is None else sentry.watch.last_look
        return Moment(at_s, frame, sentry.watch.tracks, findings, look)


def frames(camera: Camera, clock: Clock, tally: Tally, *, begin_s: float) -> Iterator[Frame]:
    """A recording's frames from the last keyframe before `begin_s` on, from its first at least.

    Raises StreamError when it cannot be opened or read.
    """
    with opened(camera, clock=clock, wait=lambda _: None) as stream:
        decoder = Decoder(stream.codec, tally)
        for packet, captured_s in _from_keyframe(_timed(stream, clock.now_s()), begin_s):
            yield from decoder(packet, captured_s)


def _timed(stream: Stream, start_s: float) -> Iterator[Timed]:
    """Packets with their times; where a recording's time runs back, it goes on from there."""
    timeline, last_s = Timeline(live=False), start_s
    for packet in stream.packets:
        stamp = packet.dts if packet.pts is None else packet.pts
        captured_s = last_s
        if stamp is not None:
            timeline.arrived(stamp * stream.codec.tick_s, last_s)
            captured_s = timeline.stamp_s(stamp * stream.codec.tick_s, last_s)
        last_s = max(last_s, captured_s)
        yield packet, captured_s


def _from_keyframe(packets: Iterator[Timed], begin_s: float) -> Iterator[Timed]:
    """Leave out what ends before a time; decoding begins at the last keyframe before it."""
    group: list[Timed] = []
    begun = False
    for packet, captured_s in packets:
        if packet.is_keyframe and (captured_s <= begin_s or not begun):
            group, begun = [], True
        if begun:
            group.append((packet, captured_s))
        if begun and captured_s >= begin_s:
            yield from group
            group = []
