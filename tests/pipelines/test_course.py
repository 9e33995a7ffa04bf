"""A box on its way is where its speed takes it, and its finds are weighed."""

from itertools import pairwise

import pytest

from pipelines.course import Course, Terms
from pipelines.flow import Box
from tests.builders import box

BLUR = Terms().blur ** 2


def walked(fps: float, *, seconds: float = 4.0, speed: float = 90.0) -> Course:
    """One who walked along a row for some seconds, found so many times a second."""
    course = Course(box(100, 200, 60, 150), 0.0, Terms())
    for index in range(1, round(seconds * fps) + 1):
        course.find(box(100 + speed * index / fps, 200, 60, 150), index / fps, 1.0)
    return course


@pytest.mark.parametrize("fps", [2, 5, 25])
def test_speed_is_learnt_in_true_time(fps: float) -> None:
    course = walked(fps)
    assert course.u == pytest.approx(90, rel=0.1)
    assert course.v == 0.0
    assert course.at(4.5).x0 == pytest.approx(100 + 90 * 4.5, abs=15)
    assert course.at(4.5).width == pytest.approx(60)


def test_what_is_not_seen_slows_down_and_stays_near() -> None:
    course = walked(10)
    ways = [course.at(4 + step / 9).x0 - course.at(4 + (step - 1) / 9).x0 for step in range(1, 18)]
    assert all(later < earlier for earlier, later in pairwise(ways))
    assert 1.5 * course.u < course.at(6.0).x0 - course.at(4.0).x0 < 2 * course.u
    assert course.at(1e6) == course.at(6.0)


def test_looking_ahead_changes_nothing() -> None:
    asked, other = walked(10), walked(10)
    for step in range(30):
        asked.at(4.0 + step / 10)
    for course in (asked, other):
        course.find(box(700, 200, 60, 150), 7.0, 1.0)
    assert asked.at(7.5) == other.at(7.5)


def test_a_find_in_doubt_moves_it_less() -> None:
    there = box(120, 200, 60, 150)
    moved = []
    for doubt in (1.0, 4.0, 100.0):
        course = Course(box(100, 200, 60, 150), 0.0, Terms())
        course.find(there, 0.1, doubt)
        moved.append(course.x - 130)
    assert 20 > moved[0] > moved[1] > moved[2] > 0


def test_two_finds_at_one_moment_are_their_mean() -> None:
    course = Course(box(100, 200, 60, 150), 1.0, Terms())
    course.find(box(104, 210, 64, 140), 1.0, 1.0)
    assert course.at(1.0) == pytest.approx(Box(102, 205, 164, 350))
    course.find(box(102, 205, 62, 145), 1.0 - 2e-6, 1.0)
    assert course.seen_s == 1.0
    assert course.at(0.5) == course.at(1.0)


def test_a_surprise_of_one_is_as_expected() -> None:
    course = Course(box(100, 200, 60, 150), 0.0, Terms())
    step = 150 * (2 * BLUR) ** 0.5
    surprise = course.find(box(100 + step, 200 + step, 60, 150), 0.0, 1.0)
    assert surprise == pytest.approx(1.0)


def test_a_box_twice_as_large_moves_twice_as_far() -> None:
    ways = []
    for scale in (1, 2):
        course = Course(box(0, 0, 40 * scale, 100 * scale), 0.0, Terms())
        for step in range(1, 9):
            course.find(box((step**2) * scale, 0, 40 * scale, 100 * scale), step / 10, 1.0)
        ways.append((course.x, course.u, course.w))
    assert [2 * value for value in ways[0]] == pytest.approx(list(ways[1]))


@pytest.mark.parametrize(
    "left_over",
    [box(130, 200, 60, 90), box(130, 260, 60, 90), box(130, 200, 35, 150), box(155, 200, 35, 150)],
    ids=["feet hidden", "head hidden", "right side hidden", "left side hidden"],
)
def test_a_find_that_is_cut_off_at_one_edge_moves_nobody_towards_the_rest(left_over: Box) -> None:
    course = Course(box(130, 200, 60, 150), 0.0, Terms())
    for step in range(1, 4):
        course.find(box(130, 200, 60, 150), step / 10, 1.0)
    course.find(left_over, 0.4, 1.0)
    assert (course.x, course.y, course.u, course.v) == (160, 275, 0, 0)


def test_one_who_walks_is_followed_while_cut_off_as_if_whole() -> None:
    whole, cut = walked(10), walked(10)
    for step in range(1, 6):
        x = 100 + 90 * (4 + step / 10)
        whole.find(box(x, 200, 60, 150), 4 + step / 10, 1.0)
        cut.find(box(x, 200, 60, 90), 4 + step / 10, 1.0)
    assert (cut.x, cut.u) == (whole.x, whole.u)


def test_one_who_sits_down_is_believed_in_the_end() -> None:
    course = walked(10, speed=0)
    for step in range(1, 60):
        course.find(box(100, 260, 60, 90), 4 + step / 10, 1.0)
    assert course.at(10.0) == pytest.approx(box(100, 260, 60, 90), abs=4)
