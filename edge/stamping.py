"""Packets of one stream in, the times at which the camera saw them out."""

import struct

from edge.stream import Stream, VideoPacket
from pipelines.clock import Clock
from pipelines.timeline import Timeline

_ASKED = 8
"""Of so many packets one is asked for a report: they all carry the last one, and asking is dear."""


class Stamper:
    """Turns one stream's time stamps into wall time; call it with each packet as it arrives.

    ahead_s   the camera's clock minus ours, by its sender reports and the least delayed packet;
              None until the first report, which comes some seconds after the stream is opened
    gained_s  by how much more the stream's own time has passed than ours; None for what is not live
    """

    def __init__(self, stream: Stream, clock: Clock) -> None:
        self.clock, self.timeline = clock, Timeline(live=stream.live)
        self.tick_s = stream.codec.tick_s
        self.ahead_s: float | None = None
        self.gained_s: float | None = None
        self.begun_s: float | None = None
        self._count = 0

    def __call__(self, packet: VideoPacket) -> tuple[float, float]:
        """Unix time of capture, and the ticks of now; without a time stamp it was seen just now."""
        ticks_s = self.clock.ticks_s()
        if packet.pts is None:
            return self.clock.now_s(), ticks_s
        pts_s = packet.pts * self.tick_s
        self.timeline.arrived(pts_s, ticks_s)
        self._gain(pts_s - ticks_s)
        captured_s = self.timeline.stamp_s(pts_s, ticks_s) - ticks_s + self.clock.now_s()
        if self._count % _ASKED == 0 and (reported_s := reported(packet)) is not None:
            self.ahead_s = reported_s - captured_s
        self._count += 1
        return captured_s, ticks_s

    def _gain(self, ahead_s: float) -> None:
        if self.timeline.live:
            self.begun_s = ahead_s if self.begun_s is None else self.begun_s
            self.gained_s = ahead_s - self.begun_s

    @property
    def jumps(self) -> int:
        """How often the stream's time broke."""
        return self.timeline.jumps


def reported(packet: VideoPacket) -> float | None:
    """Unix time of capture on the camera's own clock; None where no sender report tells.

    FFmpeg carries the last report on to each packet as its producer reference time. The packet
    that brings a report may carry the time of the one after it, and is passed over.
    """
    if not packet.has_sidedata("prft") or packet.has_sidedata("rtcp_sr"):
        return None
    wall_us: int = struct.unpack_from("=q", packet.get_sidedata("prft"))[0]
    return wall_us / 1e6
