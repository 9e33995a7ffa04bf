"""Packet time in, capture time out: when the camera saw it, not when we got to it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Timeline:
    """Anchors one stream's time stamps to a clock by its least delayed packet.

    A packet can only come late, so the smallest difference between arrival and time stamp is
    the truest. The anchor creeps, so that a camera's clock may drift. Time stamps that run
    backwards, or ahead of the time that has passed, break the anchor; a late packet does not.

    live     False: read faster or slower than it was recorded, the first packet is the anchor
    jump_s   how far a time stamp may run ahead, or back, before it counts as a jump
    creep    share of a difference that is taken over per second
    jumps    how often the stream's time broke
    """

    live: bool = True
    jump_s: float = 1.0
    creep: float = 0.01
    jumps: int = 0
    _offset_s: float | None = None
    _pts_s: float = 0.0
    _arrived_s: float = 0.0

    def arrived(self, pts_s: float, arrived_s: float) -> None:
        """Take note of a packet's time stamp and of its arrival, both in seconds."""
        stepped_s, passed_s = pts_s - self._pts_s, arrived_s - self._arrived_s
        self._pts_s, self._arrived_s = pts_s, arrived_s
        offset_s = arrived_s - pts_s
        if self._offset_s is None:
            self._offset_s = offset_s
        elif stepped_s < -self.jump_s or (self.live and stepped_s - passed_s > self.jump_s):
            self.jumps += 1
            self._offset_s = offset_s
        elif self.live and offset_s < self._offset_s:
            self._offset_s = offset_s
        elif self.live:
            late_s = offset_s - self._offset_s
            self._offset_s += late_s * min(1.0, self.creep * max(stepped_s, 0.0))

    def stamp_s(self, pts_s: float, now_s: float) -> float:
        """Capture time, on the arrivals' clock, of a packet that has arrived.

        Packets of a stream with B-frames come in another order than they were seen.
        """
        stamp_s = pts_s + (self._offset_s or 0.0)
        return min(stamp_s, now_s) if self.live else stamp_s
