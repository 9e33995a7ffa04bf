"""Two streams of one camera in, how much later the large one comes than the small one out."""

MOST_S = 3.0
"""Streams of one camera never lie further apart; reports that say so are wrong."""


def skew_by_reports(main_ahead_s: float | None, small_ahead_s: float | None) -> float | None:
    """Seconds by which the large stream comes later than the small one; None when unknown.

    Each figure is the camera's clock minus the box's, as one stream has it: less by what the stream
    is delayed. The camera has but one clock, so that their difference is the streams' own.
    """
    if main_ahead_s is None or small_ahead_s is None:
        return None
    skew_s = small_ahead_s - main_ahead_s
    return skew_s if abs(skew_s) <= MOST_S else None
