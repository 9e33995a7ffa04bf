"""A point is inside a zone or it is not."""

import itertools
import math

import cv2
import msgspec
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.zones import Zone
from tests.builders import quick

shares = st.integers(0, 100).map(lambda hundredths: hundredths / 100)
corners = st.tuples(shares, shares)

YARD = Zone(id="yard", polygon=((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)))
ELL = Zone(id="ell", polygon=((0, 0), (1, 0), (1, 0.5), (0.5, 0.5), (0.5, 1), (0, 1)))


@quick
@given(st.tuples(corners, corners, corners), corners)
def test_triangles_agree_with_opencv_away_from_their_edges(
    polygon: tuple[tuple[float, float], ...], point: tuple[float, float]
) -> None:
    contour = np.array(polygon, np.float32).reshape(-1, 1, 2)
    distance = cv2.pointPolygonTest(contour, point, measureDist=True)
    assume(abs(distance) > 1e-4)
    assert Zone(id="z", polygon=polygon).holds(*point) == (distance > 0)


@quick
@given(corners)
def test_an_ell_holds_its_two_arms_and_not_its_notch(point: tuple[float, float]) -> None:
    x, y = point
    assume(0 < x < 1 and 0 < y < 1 and x != 0.5 and y != 0.5)
    assert ELL.holds(x, y) == (not (x > 0.5 and y > 0.5))


@quick
@given(st.lists(corners, min_size=3, max_size=7), corners, st.integers(0, 6))
def test_it_does_not_matter_with_which_corner_a_zone_begins_nor_which_way_it_runs(
    polygon: list[tuple[float, float]], point: tuple[float, float], turn: int
) -> None:
    x, y = point[0] + 0.0037, point[1] + 0.0041
    holds = Zone(id="z", polygon=tuple(polygon)).holds(x, y)
    turned = polygon[turn % len(polygon) :] + polygon[: turn % len(polygon)]
    assert Zone(id="z", polygon=tuple(turned)).holds(x, y) == holds
    assert Zone(id="z", polygon=tuple(reversed(polygon))).holds(x, y) == holds


@quick
@given(st.lists(st.floats(0, math.tau), min_size=3, max_size=8, unique=True))
def test_corners_in_the_order_of_a_walk_around_have_no_fault_and_two_exchanged_cross(
    angles: list[float],
) -> None:
    angles.sort()
    assume(min(b - a for a, b in itertools.pairwise(angles)) > 0.1)
    assume(angles[-1] - angles[0] < math.tau - 0.1)
    round_about = [(0.5 + 0.5 * math.cos(each), 0.5 + 0.5 * math.sin(each)) for each in angles]
    assert Zone(id="z", polygon=tuple(round_about)).fault() is None
    if len(round_about) > 3:
        round_about[1], round_about[2] = round_about[2], round_about[1]
        fault = Zone(id="z", polygon=tuple(round_about)).fault()
        assert fault is not None
        assert "from corner 0 to 1 and 2 to 3 cross" in fault[0]


def test_sides_that_touch_do_not_cross() -> None:
    slit = ((0.0, 0.0), (1.0, 0.0), (0.5, 0.5), (1.0, 1.0), (0.0, 1.0), (0.5, 0.5))
    assert Zone(id="z", polygon=slit).fault() is None
    assert ELL.fault() is None


def test_the_middle_is_inside_and_the_rest_of_the_picture_is_not() -> None:
    assert YARD.holds(0.5, 0.5)
    for x, y in ((0.1, 0.5), (0.9, 0.5), (0.5, 0.1), (0.5, 0.9), (0.0, 0.0), (1.0, 1.0)):
        assert not YARD.holds(x, y)


def test_two_zones_that_share_an_edge_never_both_hold_a_point() -> None:
    left = Zone(id="left", polygon=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
    right = Zone(id="right", polygon=((0.5, 0), (1, 0), (1, 1), (0.5, 1)))
    assert left.holds(0.5, 0.5) + right.holds(0.5, 0.5) == 1


def test_a_level_edge_through_the_point_counts_once() -> None:
    house = Zone(id="house", polygon=((0, 0.5), (0.5, 0), (1, 0.5), (1, 1), (0, 1)))
    assert house.holds(0.5, 0.5)


@pytest.mark.parametrize(
    "polygon", [[], [[0, 0], [1, 1]], [[0, 0], [1, 0], [1, 1.5]], [[0, 0], [-0.1, 0], [1, 1]]]
)
def test_a_zone_without_three_corners_in_the_picture_is_refused(polygon: list[list[float]]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"id": "z", "polygon": polygon}, Zone)
