"""A frame's time is when the camera saw it, whatever the way here did to it."""

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.timeline import Timeline
from tests.builders import quick

ZERO_S = 5000.0
"""Where the arrivals' clock stands when a camera's time stamps begin."""


def stamped(timeline: Timeline, packets: Iterable[tuple[float, float]]) -> list[float]:
    """Capture times, since `ZERO_S`, of packets given as time stamp and delay."""
    times, arrived_s = [], 0.0
    for pts_s, delay_s in packets:
        arrived_s = max(arrived_s, ZERO_S + pts_s + delay_s)
        timeline.arrived(pts_s, arrived_s)
        times.append(timeline.stamp_s(pts_s, arrived_s) - ZERO_S)
    return times


def steady(seconds: float, *, fps: float = 10, delay_s: float = 0.2) -> list[tuple[float, float]]:
    return [(index / fps, delay_s) for index in range(round(seconds * fps))]


@quick
@given(
    st.lists(st.floats(0, 3), min_size=1, max_size=60),
    st.sampled_from([2, 10, 25]),
    st.floats(0, 1000),
)
def test_whatever_the_delays_a_frame_is_stamped_between_the_truth_and_its_arrival(
    delays: list[float], fps: int, first_s: float
) -> None:
    packets = [(first_s + index / fps, delay) for index, delay in enumerate(delays)]
    timeline = Timeline()
    times = stamped(timeline, packets)
    arrivals = list(itertools.accumulate((pts + delay for pts, delay in packets), max))
    least = list(itertools.accumulate(delays, min))
    assert timeline.jumps == 0
    for (pts_s, _), told_s, arrived_s, least_s in zip(packets, times, arrivals, least, strict=True):
        assert pts_s + least_s - 1e-6 <= told_s <= arrived_s + 1e-6


@quick
@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_after_the_least_delayed_packet_frames_are_stamped_by_its_delay(
    delays: list[float],
) -> None:
    packets = [(index / 10, delay) for index, delay in enumerate(delays)]
    times = stamped(Timeline(), packets)
    arrivals = list(itertools.accumulate((pts + delay for pts, delay in packets), max))
    waits = [arrived_s - pts_s for arrived_s, (pts_s, _) in zip(arrivals, packets, strict=True)]
    least = min(range(len(waits)), key=waits.__getitem__)
    for index in range(least, len(times)):
        crept_s = 0.01 * max(waits) * (index - least) / 10
        assert times[index] <= index / 10 + waits[least] + crept_s + 1e-6


def test_a_burst_that_was_held_up_does_not_move_the_time() -> None:
    burst = [(4 + index / 10, 3 - index / 10) for index in range(28)]
    later = [(7 + index / 10, 0.2) for index in range(10)]
    times = stamped(Timeline(), [*steady(4), *burst, *later])
    for told_s, (pts_s, _) in zip(times, [*steady(4), *burst, *later], strict=True):
        assert told_s == pytest.approx(pts_s + 0.2, abs=0.1)


def test_packets_in_one_burst_keep_their_distances() -> None:
    burst = [(4 + index / 10, 3 - index / 10) for index in range(20)]
    times = stamped(Timeline(), [*steady(4), *burst])[-20:]
    assert [b - a for a, b in itertools.pairwise(times)] == pytest.approx([0.1] * 19, abs=0.01)


def test_a_loop_that_begins_again_is_counted_and_anchored_anew() -> None:
    timeline = Timeline()
    first = stamped(timeline, steady(60))
    again = []
    for index in range(600):
        arrived_s = ZERO_S + 60.2 + index / 10
        timeline.arrived(index / 10, arrived_s)
        again.append(timeline.stamp_s(index / 10, arrived_s) - ZERO_S)
    assert timeline.jumps == 1
    assert again == pytest.approx([60.2 + index / 10 for index in range(600)], abs=1e-3)
    assert again[0] >= first[-1]


@pytest.mark.parametrize(("bits", "overs"), [(32, 3), (33, 1)])
def test_two_days_in_which_time_stamps_run_over_are_stamped_by_when_it_was_seen(
    bits: int, overs: int
) -> None:
    timeline, over_s = Timeline(), (1 << bits) / 90_000
    for index in range(48 * 360):
        seen_s = 10.0 * index
        timeline.arrived(seen_s % over_s, ZERO_S + seen_s + 0.1)
        told_s = timeline.stamp_s(seen_s % over_s, ZERO_S + seen_s + 0.1) - ZERO_S
        assert told_s == pytest.approx(seen_s + 0.1, abs=1e-3)
    assert timeline.jumps == overs


def test_time_stamps_that_leap_ahead_are_counted_and_never_lead_into_the_future() -> None:
    timeline = Timeline()
    stamped(timeline, steady(4))
    timeline.arrived(3604.0, ZERO_S + 4.2)
    assert timeline.jumps == 1
    assert timeline.stamp_s(3604.0, ZERO_S + 4.2) == pytest.approx(ZERO_S + 4.2)


def test_a_live_frame_is_never_stamped_later_than_now() -> None:
    timeline = Timeline()
    timeline.arrived(0.0, ZERO_S)
    assert timeline.stamp_s(3.0, ZERO_S + 0.5) == ZERO_S + 0.5


def test_a_file_with_a_picture_a_minute_has_not_jumped() -> None:
    timeline = Timeline(live=False)
    for index in range(5):
        timeline.arrived(60.0 * index, ZERO_S + index * 0.001)
        told_s = timeline.stamp_s(60.0 * index, ZERO_S + index * 0.001)
        assert told_s == pytest.approx(ZERO_S + 60.0 * index)
    assert timeline.jumps == 0


def test_a_camera_that_was_silent_has_not_jumped() -> None:
    timeline = Timeline()
    times = stamped(timeline, [*steady(4), *((64 + pts, delay) for pts, delay in steady(4))])
    assert timeline.jumps == 0
    assert times[-1] == pytest.approx(67.9 + 0.2, abs=0.01)


def test_pictures_out_of_order_have_not_jumped() -> None:
    timeline = Timeline()
    stamped(timeline, [(0.0, 0.1), (0.12, 0.1), (0.04, 0.2), (0.08, 0.2), (0.24, 0.1)])
    assert timeline.jumps == 0


@pytest.mark.parametrize("drift", [-2e-4, 2e-4])
def test_a_cameras_clock_that_drifts_is_followed(drift: float) -> None:
    timeline, hours = Timeline(), 2
    for index in range(hours * 3600):
        seen_s = float(index)
        timeline.arrived(seen_s * (1 + drift), ZERO_S + seen_s + 0.1)
        told_s = timeline.stamp_s(seen_s * (1 + drift), ZERO_S + seen_s + 0.1) - ZERO_S
    assert told_s == pytest.approx(seen_s + 0.1, abs=0.05)
    assert timeline.jumps == 0


def test_a_file_that_is_read_fast_keeps_its_own_time() -> None:
    timeline = Timeline(live=False)
    times = []
    for index in range(600):
        arrived_s = ZERO_S + index * 0.001
        timeline.arrived(index / 10, arrived_s)
        times.append(timeline.stamp_s(index / 10, arrived_s) - ZERO_S)
    assert times == pytest.approx([index / 10 for index in range(600)])
    assert timeline.jumps == 0


def test_a_file_that_is_read_slowly_keeps_its_own_time_too() -> None:
    timeline = Timeline(live=False)
    for index in range(100):
        timeline.arrived(index / 10, ZERO_S + index)
        assert timeline.stamp_s(index / 10, ZERO_S + index) == pytest.approx(ZERO_S + index / 10)
