"""A network is shown few squares, and all that matters lies in one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box
from pipelines.regions import SIDE_PX, to_look_at
from tests.builders import box, quick

frames = st.sampled_from([(1280, 720), (1920, 1080), (640, 360), (320, 240), (415, 999)])
shares = st.floats(0, 1)
corners = st.tuples(shares, shares, shares, shares)


def within(width: int, height: int, corner: tuple[float, float, float, float]) -> Box:
    x0, x1 = sorted((corner[0] * width, corner[1] * width))
    y0, y1 = sorted((corner[2] * height, corner[3] * height))
    return Box(x0, y0, x1, y1)


def holds(region: Box, inner: Box) -> bool:
    slack = 1e-6
    return (
        region.x0 <= inner.x0 + slack
        and region.y0 <= inner.y0 + slack
        and region.x1 >= inner.x1 - slack
        and region.y1 >= inner.y1 - slack
    )


@quick
@given(frames, st.lists(corners, max_size=8), st.integers(1, 4))
def test_every_box_lies_in_one_of_a_few_regions_within_the_frame(
    size: tuple[int, int], drawn: list[tuple[float, float, float, float]], at_most: int
) -> None:
    width, height = size
    boxes = [within(width, height, corner) for corner in drawn]
    regions = to_look_at(boxes, width=width, height=height, at_most=at_most)
    assert len(regions) <= at_most
    assert all(region == region.clipped(width, height) for region in regions)
    for each in boxes:
        assert any(holds(region, each) for region in regions)


@quick
@given(frames, corners)
def test_a_region_is_as_large_as_the_network_unless_the_frame_is_smaller(
    size: tuple[int, int], corner: tuple[float, float, float, float]
) -> None:
    (region,) = to_look_at([within(*size, corner)], width=size[0], height=size[1])
    assert region.width >= min(SIDE_PX, size[0]) - 1e-6
    assert region.height >= min(SIDE_PX, size[1]) - 1e-6


def test_nothing_to_see_asks_for_no_region() -> None:
    assert to_look_at([], width=1280, height=720) == ()


def test_neighbours_share_a_region() -> None:
    near = [box(100, 100), box(160, 120)]
    assert len(to_look_at(near, width=1280, height=720)) == 1


def test_things_far_apart_get_a_region_each() -> None:
    far = [box(50, 50), box(1200, 600)]
    assert len(to_look_at(far, width=1280, height=720)) == 2


@pytest.mark.parametrize("at_most", [1, 2, 3])
def test_things_in_all_corners_share_as_few_regions_as_they_are_given(at_most: int) -> None:
    far = [box(x, y) for x in (10, 1850) for y in (10, 1030)]
    regions = to_look_at(far, width=1920, height=1080, at_most=at_most)
    assert 1 <= len(regions) <= at_most
    assert all(any(holds(region, each) for region in regions) for each in far)


def test_a_box_is_not_cut_by_the_border_of_its_region() -> None:
    (region,) = to_look_at([box(300, 100, 400, 500)], width=1920, height=1080)
    assert region.x0 < 300
    assert region.x1 > 700
    assert region.y0 < 100
    assert region.y1 > 600
