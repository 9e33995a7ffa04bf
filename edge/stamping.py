"""Packets of one stream in, the times at which the camera saw them out."""

from edge.stream import Stream, VideoPacket
from pipelines.clock import Clock
from pipelines.timeline import Timeline


class Stamper:
    """Turns one stream's time stamps into wall time; call it with each packet as it arrives."""

    def __init__(self, stream: Stream, clock: Clock) -> None:
        self.clock, self.timeline = clock, Timeline(live=stream.live)
        self.tick_s = stream.codec.tick_s

    def __call__(self, packet: VideoPacket) -> tuple[float, float]:
        """Unix time of capture, and the ticks of now; without a time stamp it was seen just now."""
        ticks_s = self.clock.ticks_s()
        if packet.pts is None:
            return self.clock.now_s(), ticks_s
        pts_s = packet.pts * self.tick_s
        self.timeline.arrived(pts_s, ticks_s)
        captured_s = self.timeline.stamp_s(pts_s, ticks_s)
        return captured_s - ticks_s + self.clock.now_s(), ticks_s

    @property
    def jumps(self) -> int:
        """How often the stream's time broke."""
        return self.timeline.jumps
