"""How much later one stream comes than the other, from what is known of both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.aligning import MOST_S, skew_by_reports
from tests.builders import quick


@quick
@given(st.floats(-1e6, 1e6), st.floats(0, 1.4), st.floats(0, 1.4))
def test_however_wrong_a_cameras_clock_is_its_streams_tell_their_difference(
    wrong_s: float, main_delay_s: float, small_delay_s: float
) -> None:
    skew_s = skew_by_reports(wrong_s - main_delay_s, wrong_s - small_delay_s)
    assert skew_s == pytest.approx(main_delay_s - small_delay_s, abs=1e-6)


def test_without_reports_on_both_streams_they_tell_nothing() -> None:
    assert skew_by_reports(None, 1.0) is None
    assert skew_by_reports(1.0, None) is None


def test_reports_that_put_a_cameras_streams_hours_apart_are_not_believed() -> None:
    assert skew_by_reports(0.0, MOST_S + 0.1) is None
    assert skew_by_reports(3600.0, 0.0) is None
