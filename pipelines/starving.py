"""Counts of what was decoded and what came of it in, whether a stream brings no picture out."""

from dataclasses import dataclass

STARVED_S = 10.0
"""For which packets may be decoded in vain: at the next keyframe a decoder recovers by itself."""

LEAST = 25
"""Packets that must have been decoded meanwhile."""

FEW = 5
"""So many packets for each picture are too many: what comes is of another codec, or noise."""


@dataclass(slots=True)
class Starving:
    """One camera's; ask it about once a second.

    handed, decoded  packets that went into decoders, pictures that came out, at `since_s`
    """

    handed: int = 0
    decoded: int = 0
    since_s: float | None = None

    def __call__(self, handed: int, decoded: int, now_s: float) -> bool:
        """Say whether next to no picture came of the last packets; counts since the beginning."""
        packets, pictures = handed - self.handed, decoded - self.decoded
        early = self.since_s is not None and now_s - self.since_s < STARVED_S
        if early or (self.since_s is not None and packets < LEAST):
            return False
        starved = self.since_s is not None and pictures * FEW < packets
        self.handed, self.decoded, self.since_s = handed, decoded, now_s
        return starved
