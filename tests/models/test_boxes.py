"""Of boxes that show the same thing the surest is left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.boxes import best, box_of, merged
from pipelines.flow import Box, Detection
from tests.builders import box, detection, quick

places = st.integers(-10, 20)
lengths = st.integers(1, 20)
boxes = st.builds(box, places, places, lengths, lengths)
finds = st.tuples(boxes, st.integers(1, 1000), st.integers(0, 2))
OVERLAP = 2**0.5 - 1
"""No ratio of small whole numbers comes near it, so rounding decides nothing."""


def survivors(found: list[tuple[Box, float, int]], overlap: float) -> list[int]:
    """Twin of `best`."""
    kept: list[int] = []
    for index in sorted(range(len(found)), key=lambda index: -found[index][1]):
        where, _, kind = found[index]
        rivals = [found[other][0] for other in kept if found[other][2] == kind]
        if all(where.iou(rival) <= overlap for rival in rivals):
            kept.append(index)
    return kept


@quick
@given(st.lists(finds, max_size=25, unique_by=lambda find: find[1]))
def test_suppression_agrees_with_its_twin(found: list[tuple[Box, int, int]]) -> None:
    scored = [(where, score / 1000, kind) for where, score, kind in found]
    corners = np.array([where for where, _, _ in scored], np.float32).reshape(-1, 4)
    scores = np.array([score for _, score, _ in scored], np.float32)
    classes = np.array([kind for _, _, kind in scored], np.intp)
    assert best(corners, scores, classes, overlap=OVERLAP) == survivors(scored, OVERLAP)


def test_where_nothing_was_found_nothing_is_left() -> None:
    nothing = np.zeros((0, 4), np.float32)
    assert best(nothing, nothing[:, 0], np.zeros(0, np.intp), overlap=0.5) == []
    assert merged([], overlap=0.5) == ()


def test_things_of_two_classes_do_not_suppress_each_other() -> None:
    found = [detection(box(), "person", 0.9), detection(box(), "bicycle", 0.4)]
    assert merged(found, overlap=0.5) == tuple(found)


def test_of_doubles_the_surest_is_left() -> None:
    weak, strong = detection(box(10), score=0.6), detection(box(11), score=0.8)
    assert merged([weak, strong], overlap=0.5) == (strong,)


def test_one_find_alone_is_kept() -> None:
    assert merged([detection(box())], overlap=0.5) == (detection(box()),)


def test_neighbours_both_stay() -> None:
    found = [detection(box(10), score=0.8), detection(box(25), score=0.6)]
    assert merged(found, overlap=0.5) == tuple(found)


@quick
@given(
    st.lists(
        st.builds(
            detection,
            boxes,
            st.sampled_from(["person", "car"]),
            st.floats(0.05, 1).map(lambda score: round(score, 3)),
        ),
        max_size=12,
    )
)
def test_merging_twice_changes_nothing_and_invents_nothing(found: list[Detection]) -> None:
    once = merged(found, overlap=OVERLAP)
    assert merged(list(once), overlap=OVERLAP) == once
    assert set(once) <= set(found)
    assert {each.label for each in once} == {each.label for each in found}


def test_a_row_of_numbers_becomes_a_box_of_plain_floats() -> None:
    made = box_of(np.array([1, 2, 3, 4], np.float32))
    assert made == Box(1, 2, 3, 4)
    assert all(type(side) is float for side in made)
    assert made.width == pytest.approx(2)
