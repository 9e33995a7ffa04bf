"""Two streams of one camera in, their time stamps brought into line."""

from edge.feed import Feed
from edge.tally import Tally
from pipelines.aligning import skew_by_reports
from pipelines.flow import Alignment


class Aligner:
    """Finds how much later one stream comes than the other, and has it stamped earlier.

    The stream that is less delayed is the truer one, so the other gives way. Until anything is
    known both are stamped by their arrival.
    """

    def __init__(self, main: Feed, small: Feed, tally: Tally) -> None:
        self.main, self.small, self.tally = main, small, tally
        self._take(0.0, "arrival")

    def step(self) -> None:
        """Look for news; call it with each frame of the small stream."""
        skew_s = skew_by_reports(self.main.tally.clock_ahead_s, self.small.tally.clock_ahead_s)
        if skew_s is not None:
            self._take(skew_s, "reports")
        elif self.tally.aligned_by == "reports":
            self._take(0.0, "arrival")

    def _take(self, skew_s: float, by: Alignment) -> None:
        self.main.late_s, self.small.late_s = max(skew_s, 0.0), max(-skew_s, 0.0)
        self.tally.aligned_by = by
