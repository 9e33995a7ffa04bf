"""Boxes have an algebra, and what is made does not change."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box, Motion
from tests.builders import box, frame, motion, quick

sides = st.floats(-2000, 2000)
lengths = st.floats(1, 2000)
boxes = st.builds(box, sides, sides, lengths, lengths)


@quick
@given(boxes, boxes)
def test_overlap_and_iou_do_not_care_who_comes_first(one: Box, other: Box) -> None:
    assert one.overlap(other) == other.overlap(one)
    assert one.iou(other) == pytest.approx(other.iou(one))


@quick
@given(boxes, boxes)
def test_iou_lies_between_nothing_shared_and_the_same_box(one: Box, other: Box) -> None:
    assert -1e-9 <= one.iou(other) <= 1 + 1e-9
    assert one.iou(one) == pytest.approx(1)
    assert one.overlap(other) <= min(one.area, other.area) * (1 + 1e-9)


def test_boxes_that_only_touch_share_nothing() -> None:
    assert box(0, 0, 10, 10).overlap(box(10, 0, 10, 10)) == 0
    assert box(0, 0, 10, 10).iou(box(10, 0, 10, 10)) == 0


def test_half_a_box_has_an_iou_of_a_half() -> None:
    assert box(0, 0, 10, 10).iou(box(0, 0, 10, 5)) == pytest.approx(0.5)


def test_a_box_turned_inside_out_has_no_area() -> None:
    assert Box(10, 10, 0, 0).area == 0
    assert Box(0, 0, 0, 0).iou(Box(0, 0, 0, 0)) == 0


def test_a_thing_stands_on_the_middle_of_its_lower_edge() -> None:
    assert box(10, 20, 30, 40).foot == (25, 60)


@quick
@given(boxes, st.floats(0, 2))
def test_growing_keeps_the_middle_and_adds_to_every_side(one: Box, share: float) -> None:
    grown = one.grown(share)
    assert grown.width == pytest.approx(one.width * (1 + 2 * share))
    assert grown.height == pytest.approx(one.height * (1 + 2 * share))
    assert grown.x0 + grown.x1 == pytest.approx(one.x0 + one.x1, abs=1e-6)
    assert grown.y0 + grown.y1 == pytest.approx(one.y0 + one.y1, abs=1e-6)


@quick
@given(boxes)
def test_clipping_leaves_exactly_what_lies_in_the_picture(one: Box) -> None:
    picture = Box(0, 0, 1280, 720)
    clipped = one.clipped(1280, 720)
    assert clipped.area == pytest.approx(one.overlap(picture), abs=1e-6)
    assert clipped.clipped(1280, 720) == clipped


def test_a_frame_cannot_be_changed_once_it_is_made() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        frame().captured_s = 5.0  # type: ignore[misc] # the point of the test


def test_motion_is_true_only_where_something_moved() -> None:
    still: Motion = motion()
    assert not still
    assert motion(box())
