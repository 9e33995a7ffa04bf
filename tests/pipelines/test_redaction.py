"""What is covered is gone, and nobody's head is left out."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import RedactionError
from pipelines.flow import Box, Bytes
from pipelines.redaction import FACE_MARGIN, LONGEST_PX, TOLD_PX, covered, encoded, head_of, patches
from tests.builders import box, ground, quick
from tests.real import ASTRONAUTS_FACE, astronaut

FACE = box(100, 100, TOLD_PX, 80)


def part(picture: Bytes, where: Box) -> Bytes:
    x0, y0, x1, y1 = (int(side) for side in where)
    return picture[y0:y1, x0:x1]


def holds(outer: Box, inner: Box) -> bool:
    return outer.overlap(inner) >= inner.area * (1 - 1e-9)


def scene() -> Bytes:
    return np.repeat(ground(320, 240)[:, :, None], 3, axis=2)


def test_a_patch_holds_one_colour_and_nothing_of_the_face() -> None:
    before, after = astronaut(), covered(astronaut(), [ASTRONAUTS_FACE])
    assert part(before, ASTRONAUTS_FACE).std() > 20
    patch = part(after, ASTRONAUTS_FACE).reshape(-1, 3)
    assert len(np.unique(patch, axis=0)) == 1
    assert np.abs(patch[0] - part(before, ASTRONAUTS_FACE).reshape(-1, 3).mean(axis=0)).max() <= 1


def test_two_faces_of_the_same_mean_are_covered_alike() -> None:
    one, other = scene(), scene()
    where = box(64, 64, 64, 64)
    part(other, where)[:] = part(one, where)[::-1, ::-1]
    assert (one != other).any()
    np.testing.assert_array_equal(covered(one, [where]), covered(other, [where]))


def test_what_is_not_covered_is_left_as_it_was() -> None:
    after = covered(scene(), [box(64, 64, 32, 32)])
    changed = (after != scene()).any(axis=2)
    assert changed[64:96, 64:96].any()
    changed[64:96, 64:96] = False
    assert not changed.any()


def test_the_picture_that_was_given_is_not_touched() -> None:
    given_picture = scene()
    covered(given_picture, [box(0, 0, 320, 240)])
    np.testing.assert_array_equal(given_picture, scene())


def test_a_patch_that_begins_between_two_pixels_covers_both() -> None:
    after = covered(scene(), [Box(10.9, 20.9, 30.1, 40.1)])
    assert len(np.unique(part(after, Box(10, 20, 31, 41)).reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize(
    "where", [box(400, 10), box(-100, 10), box(10, 300), box(0, 0, 0, 0), Box(50, 50, 10, 10)]
)
def test_a_patch_outside_the_picture_changes_nothing(where: Box) -> None:
    np.testing.assert_array_equal(covered(scene(), [where]), scene())


@quick
@given(
    st.lists(
        st.builds(
            box, st.floats(-50, 320), st.floats(-50, 240), st.floats(1, 200), st.floats(1, 200)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_lies_under_a_patch_makes_no_difference_but_its_mean(boxes: list[Box]) -> None:
    last = boxes[-1].clipped(320, 240)
    after = covered(scene(), boxes)
    if last.area > 0:
        inner = Box(*(float(side) for side in (*np.ceil(last[:2]), *np.floor(last[2:]))))
        assert len(np.unique(part(after, inner).reshape(-1, 3), axis=0)) <= 1


def test_a_face_is_covered_with_a_margin() -> None:
    (patch,) = patches([FACE], [])
    assert patch == FACE.grown(FACE_MARGIN)
    assert holds(patch, FACE)


def test_a_head_on_which_no_face_was_found_is_covered() -> None:
    person = box(400, 100, 100, 300)
    assert patches([], [person]) == (head_of(person),)


def test_a_head_whose_face_is_large_enough_is_covered_once() -> None:
    person = box(80, 90, 110, 300)
    assert patches([FACE], [person]) == (FACE.grown(FACE_MARGIN),)


def test_a_face_too_small_to_tell_does_not_spare_the_head() -> None:
    person, small = box(80, 90, 110, 300), box(110, 100, TOLD_PX - 1, 70)
    assert head_of(person) in patches([small], [person])


def test_a_neighbours_face_does_not_spare_the_head_beside_it() -> None:
    person = box(80, 90, 110, 300)
    beside = box(150, 100, 110, 300)
    covers = patches([FACE], [person, beside])
    assert head_of(beside) in covers
    assert len(covers) == 2


def test_a_face_that_only_touches_a_head_does_not_spare_it() -> None:
    person = box(160, 90, 110, 300)
    assert FACE.overlap(head_of(person)) > 0
    assert head_of(person) in patches([FACE], [person])


def test_two_persons_found_twice_are_both_covered() -> None:
    person = box(80, 90, 110, 300)
    again = Box(*(side + 3 for side in person))
    assert FACE.grown(FACE_MARGIN) in patches([FACE], [person, again])


@pytest.mark.parametrize(
    ("person", "head"),
    [
        (box(100, 100, 100, 400), Box(120, 100, 180, 160)),  # stands
        (box(100, 100, 120, 160), Box(125, 100, 195, 170)),  # a bust
        (box(100, 100, 30, 90), Box(105, 98, 125, 116)),  # far away
        (box(100, 100, 300, 500), Box(200, 100, 300, 230)),  # near, arms out
    ],
)
def test_a_head_lies_within_the_upper_part_of_a_person(person: Box, head: Box) -> None:
    where = head_of(person)
    assert holds(where, head)
    assert where.y1 <= person.y0 + 0.5 * person.height
    assert (where.x0, where.x1) == (person.x0, person.x1)


def decoded(data: bytes) -> Bytes:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        ((720, 1280), (540, 960)),
        ((1080, 600), (960, 533)),
        ((48, 64), (48, 64)),
        ((1, 4000), (1, 960)),
    ],
)
def test_a_still_is_a_jpeg_of_at_most_960_pixels(
    size: tuple[int, int], sent: tuple[int, int]
) -> None:
    still = encoded(np.full((*size, 3), 90, np.uint8))
    assert decoded(still.data).shape == (*sent, 3)
    assert (still.height, still.width) == sent
    assert max(still.height, still.width) <= LONGEST_PX
    assert (still.media_type, still.redaction) == ("image/jpeg", "fill")


def test_a_picture_that_cannot_be_encoded_is_an_error_and_no_picture() -> None:
    with pytest.raises(RedactionError):
        encoded(np.zeros((4, 4, 5), np.uint8))


def test_after_the_jpeg_the_face_no_longer_resembles_itself() -> None:
    before = astronaut()
    after = decoded(encoded(covered(before, patches([ASTRONAUTS_FACE], []))).data)
    was, is_now = (part(picture, ASTRONAUTS_FACE).astype(float) for picture in (before, after))
    assert is_now.std(axis=(0, 1)).max() < 2
    if is_now.std() > 0:
        alike = np.corrcoef((was - was.mean(axis=(0, 1))).ravel(), is_now.ravel())[0, 1]
        assert abs(alike) < 0.1
