"""Packet time in, wall time out: when the camera saw it, not when we got to it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Timeline:
    """Anchors one stream's time stamps to the wall clock by its least delayed packet.

    A packet can only come late, so the smallest difference between arrival and time stamp is
    the truest. The anchor creeps, so that a camera's clock may drift. Time stamps that run
    backwards, or ahead of the time that has passed, break the anchor; a late packet does not.

    jump_s   how far a time stamp may run ahead before it counts as a jump
    creep    share of a difference that is taken over per second
    jumps    how often the stream's time broke
    """

    jump_s: float = 2.0
    creep: float = 0.01
    jumps: int = 0
    _offset_s: float | None = None
    _pts_s: float = 0.0
    _arrived_s: float = 0.0
    _last_s: float = float("-inf")

    def captured_s(self, pts_s: float, arrived_s: float) -> float:
        """Unix time of capture, from a time stamp in seconds and the packet's arrival.

        Never later than the arrival, and never earlier than what was said before, unless the
        wall clock itself was set back.
        """
        self._anchor(arrived_s - pts_s, pts_s - self._pts_s, arrived_s - self._arrived_s)
        self._pts_s, self._arrived_s = pts_s, arrived_s
        captured_s = pts_s + (self._offset_s or 0.0)
        self._last_s = min(max(captured_s, self._last_s), arrived_s)
        return self._last_s

    def _anchor(self, offset_s: float, stepped_s: float, passed_s: float) -> None:
        if self._offset_s is None:
            self._offset_s = offset_s
        elif stepped_s < 0 or stepped_s - max(passed_s, 0.0) > self.jump_s:
            self.jumps += 1
            self._offset_s = offset_s
        elif offset_s < self._offset_s:
            self._offset_s = offset_s
        else:
            late_s = offset_s - self._offset_s
            self._offset_s += late_s * min(1.0, self.creep * max(stepped_s, 0.0))
