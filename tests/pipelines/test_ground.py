"""Four points of a picture give the metres of all others."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ground import Calibration, Ground
from tests.builders import quick

ROAD = Calibration(
    points=((0.4, 0.3), (0.6, 0.3), (1.0, 1.0), (0.0, 1.0)),
    metres=((0, 40), (8, 40), (8, 0), (0, 0)),
)
"""A road of 8 m that runs away from the lens for 40 m."""


def test_the_four_points_lie_where_they_were_said_to_lie() -> None:
    ground = Ground(ROAD)
    for point, metres in zip(ROAD.points, ROAD.metres, strict=True):
        assert ground(point) == pytest.approx(metres, abs=1e-9)


def test_straight_lines_stay_straight_and_what_is_far_is_small() -> None:
    ground = Ground(ROAD)
    near, far = ground((0.5, 0.95)), ground((0.5, 0.35))
    assert near
    assert far
    assert near[0] == pytest.approx(4.0)
    assert far[0] == pytest.approx(4.0)
    assert 0 < near[1] < 2
    assert 20 < far[1] < 40


def test_there_is_no_ground_on_the_horizon_or_above_it() -> None:
    ground = Ground(ROAD)  # the road's edges meet at a height of .125
    assert ground((0.5, 0.13)) is not None
    assert ground((0.5, 0.125)) is None
    assert ground((0.5, 0.0)) is None


@quick
@given(st.floats(0.02, 0.98), st.floats(0.35, 1.0), st.floats(1, 50), st.floats(-100, 100))
def test_metres_of_another_scale_and_origin_move_with_it(
    x: float, y: float, scale: float, shift: float
) -> None:
    other = msgspec.structs.replace(
        ROAD, metres=tuple((e * scale + shift, n * scale) for e, n in ROAD.metres)
    )
    here, there = Ground(ROAD)((x, y)), Ground(other)((x, y))
    assert here
    assert there
    assert there == pytest.approx((here[0] * scale + shift, here[1] * scale), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("key", ["points", "metres"])
def test_three_points_on_a_line_calibrate_nothing(key: str) -> None:
    line = [[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [0.9, 0.1]]
    good = msgspec.to_builtins(ROAD)
    with pytest.raises(msgspec.ValidationError, match=f"`{key}` lie on one line"):
        msgspec.convert(good | {key: line}, Calibration)
