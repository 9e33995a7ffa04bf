"""Two streams of one camera in, their time stamps brought into line."""

from edge.feed import Feed
from edge.tally import Tally
from pipelines.aligning import Correlator, skew_by_reports
from pipelines.flow import Alignment, Frame

RENEW_S = 600.0  # after which what the pictures told is asked anew
STILL_S = 0.5  # between two frames that are noted while nothing moves: they look alike


class Aligner:
    """Finds how much later one stream comes than the other, and has it stamped earlier.

    The stream that is less delayed is the truer one, so the other gives way. Until anything is
    known both are stamped by their arrival.
    """

    def __init__(self, main: Feed, small: Feed, tally: Tally) -> None:
        self.main, self.small, self.tally = main, small, tally
        self.correlator = Correlator()
        self.streams, self.found_s = (0, 0), float("-inf")
        self.noted_s = float("-inf")
        self._take(0.0, "arrival")

    def see_small(self, frame: Frame, *, awake: bool = True) -> None:
        """Look for news with each frame of the small stream.

        awake  something goes on
        """
        skew_s = skew_by_reports(self.main.tally.clock_ahead_s, self.small.tally.clock_ahead_s)
        if skew_s is not None:
            self._take(skew_s, "reports")
            return
        self._forget_others()
        lately_s = frame.captured_s - self.noted_s
        if self._asks(frame) and (awake or not 0 <= lately_s < STILL_S):
            self.noted_s = frame.captured_s
            self.correlator.see_small(frame)
            self._correlate(frame)

    def see_main(self, frame: Frame) -> None:
        """Take note of a frame of the large stream that was decoded anyhow."""
        if self.tally.aligned_by != "reports" and self._asks(frame):
            self.correlator.see_main(frame)

    def _asks(self, frame: Frame) -> bool:
        return not 0 <= frame.captured_s - self.found_s < RENEW_S

    def _forget_others(self) -> None:
        """What was found holds for the streams in which it was found."""
        streams = (self.main.tally.reconnects, self.small.tally.reconnects)
        if streams != self.streams or self.tally.aligned_by == "reports":
            self.streams, self.found_s = streams, float("-inf")
            self.correlator = Correlator()
            self._take(0.0, "arrival")

    def _correlate(self, frame: Frame) -> None:
        """What is found comes on top of what is known, since the stamps hold that already."""
        more_s = self.correlator.skew_s()
        if more_s is None:
            return
        self._take(self.main.late_s - self.small.late_s + more_s, "correlation")
        self.found_s, self.correlator = frame.captured_s, Correlator()

    def _take(self, skew_s: float, by: Alignment) -> None:
        self.main.late_s, self.small.late_s = max(skew_s, 0.0), max(-skew_s, 0.0)
        self.tally.aligned_by = by
