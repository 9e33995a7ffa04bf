"""How long acknowledgements take in, how many messages may be on the way at once out.

A broker that has each message on its disk before it acknowledges it takes so many a second and no
more. When a thousand boxes come back at once and each sends all that it may, the last of them wait
longer than the broker waits for itself: it hangs up, and all is sent again, for ever. So a box
begins with a few, lets one more follow for each that is answered soon, and halves what is on the
way when answers come late (V. Jacobson, Congestion Avoidance and Control, SIGCOMM 1988; delay as
the sign of congestion: RFC 6817).
"""

FEW = 4
SOON_S, LATE_S = 0.5, 1.5


class Window:
    """One connection's; `size` is how many may be on the way, from 1 to `most`."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, min(FEW, most)
        self._halved_s = float("-inf")

    def answered(self, sent_s: float, now_s: float) -> None:
        """Take in one acknowledgement; both times are of a clock that never jumps."""
        took_s = now_s - sent_s
        if took_s <= SOON_S:
            self.size = min(self.size + 1, self.most)
        elif took_s > LATE_S and sent_s > self._halved_s:  # once for all that was on the way then
            self.size, self._halved_s = max(self.size // 2, 1), now_s
