"""Whether each packet is a keyframe in, whether a stream's keyframes are too rare out."""

from dataclasses import dataclass

RARE = 3000
"""Packets without a keyframe, two minutes as a rule, after which nobody waits for the next."""


@dataclass(slots=True)
class Keyframes:
    """Counts what comes between two keyframes of one stream.

    A camera that refreshes its picture bit by bit may send one when it is asked for its stream, and
    never another: that one is no sign that they come often again.

    rare   so many packets came without one that only who decodes all of them sees anything
    since  packets since the last one, or since the stream was opened
    """

    rare: bool = False
    since: int = 0
    first: bool = True

    def begin(self) -> None:
        """The stream was opened anew."""
        self.since, self.first = 0, True

    def __call__(self, *, key: bool) -> None:
        """Take note of a packet."""
        if key:
            self.rare = self.rare and self.first
            self.since, self.first = 0, False
        else:
            self.since += 1
            self.rare = self.rare or self.since >= RARE
