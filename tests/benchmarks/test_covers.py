"""What is said of redaction is counted right."""

import pytest

from benchmarks.covers import tally
from benchmarks.throng import HEIGHT, WIDTH, Face
from pipelines.flow import Box


def face(who: int = 1, *, tall_px: float = 40.0, visible: float = 1.0) -> Face:
    box = 100.0, 100.0, 130.0, 140.0
    return Face(who, box, (100.0, 100.0, 130.0, 180.0), tall_px, visible)


WHOLE, HALF = Box(90, 90, 140, 150), Box(90, 90, 115, 150)


def test_a_face_counts_as_covered_when_nearly_all_of_it_is() -> None:
    result = tally([[WHOLE], [HALF], []], [[face()], [face()], [face()]])
    assert (result.faces, result.open) == (3, 2)
    assert result.uncovered == pytest.approx(2 / 3)


def test_a_face_is_clean_that_is_covered_on_no_frame() -> None:
    result = tally([[WHOLE], []], [[face(1)], [face(1), face(2)]])
    assert (result.people, result.clean) == (2, 1)


@pytest.mark.parametrize("each", [face(tall_px=11.0), face(visible=0.2)])
def test_what_is_too_small_or_hidden_does_not_count(each: Face) -> None:
    assert tally([[]], [[each]]).faces == 0


def test_small_half_hidden_faces_are_told_apart() -> None:
    result = tally([[]], [[face(tall_px=20.0, visible=0.5), face(2)]])
    assert (result.small, result.small_open, result.open) == (1, 1, 2)


def test_needless_is_what_lies_on_nobodys_head() -> None:
    scarf = Box(100, 150, 130, 220)  # within half of the face's height below it
    result = tally([[WHOLE, scarf, Box(600, 300, 610, 320)]], [[face()]])
    assert result.needless == 200
    assert result.needless_share == pytest.approx(200 / (WIDTH * HEIGHT))
