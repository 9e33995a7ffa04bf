"""What a benchmark notes of a stream is told at the time of the clip, however the stream began."""

import numpy as np
import pytest

from pipelines.flow import Box, Frame, Motion
from tocsin.bench.side import Noted, until_stopped

FPS, DELAY_S = 10, 0.4


def test_a_live_stream_whose_first_packets_came_late_is_noted_at_the_clips_own_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tally, now_s = Noted("stream-0", "bench"), 100.0
    monkeypatch.setattr("tocsin.bench.side.time.monotonic", lambda: now_s)
    for number in range(4 * FPS):
        late_s = DELAY_S if number < FPS else 0.0
        now_s = 100.0 + number / FPS + late_s
        tally.packet(0)
        tally.captured_s = 5000.0 + number / FPS + late_s
        tally.stream_ahead_s = DELAY_S - late_s
        tally.frame(picture(tally.captured_s), Motion(regions=(Box(0, 0, 8, 8),), share=1.0))
    tally.packet(0)
    times_s = [each.clip_s for each in tally.of_clip(tally.motions)]
    assert times_s[2 * FPS :] == pytest.approx([number / FPS for number in range(2 * FPS, 4 * FPS)])


def test_a_file_is_noted_at_the_time_since_its_first_frame() -> None:
    tally = Noted("stream-0", "bench")
    for number in range(FPS):
        tally.packet(0)
        tally.frame(picture(7.0 + number / FPS), Motion(regions=(), share=0.0))
    times_s = [each.clip_s for each in tally.of_clip(tally.motions)]
    assert times_s == pytest.approx([number / FPS for number in range(FPS)])


def test_ctrl_c_ends_a_process_of_the_benchmark_without_a_word() -> None:
    done = []

    def stopped(what: str) -> None:
        done.append(what)
        raise KeyboardInterrupt

    until_stopped(stopped, "begun")
    assert done == ["begun"]


def picture(at_s: float) -> Frame:
    luma, colour = np.zeros((8, 8), np.uint8), np.zeros((4, 4), np.uint8)
    return Frame(at_s, 8, 8, luma, colour, colour)
