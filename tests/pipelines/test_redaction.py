"""What is covered is gone, and nobody's head is left out."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.covering import CELLS, covered, covered_frame
from pipelines.errors import RedactionError
from pipelines.flow import Box, Bytes, Frame
from pipelines.redaction import (
    FACE_MARGIN,
    LONGEST_PX,
    TOLD_PX,
    Style,
    coded,
    colours,
    encoded,
    head_of,
    patches,
    redacted,
)
from tests.builders import box, frame, frame_of, ground, quick
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


def parts_of(shown: Frame, where: Box) -> list[Bytes]:
    """What is under a box on each plane."""
    half = Box(*(side / 2 for side in where))
    return [part(shown.y, where), part(shown.u, half), part(shown.v, half)]


def test_on_planes_a_patch_holds_one_colour_and_all_else_is_left() -> None:
    given_frame, where = frame_of(astronaut()), Box(176, 60, 276, 200)
    shown = redacted(given_frame, [where]).frame
    for plane in parts_of(shown, where):
        assert len(np.unique(plane)) == 1
    for before, after in zip(
        parts_of(given_frame, Box(0, 210, 512, 512)), parts_of(shown, Box(0, 210, 512, 512)),
        strict=True,
    ):  # fmt: skip
        np.testing.assert_array_equal(before, after)


def test_colour_that_a_patch_only_touches_is_covered() -> None:
    given_frame = frame_of(astronaut())
    shown = covered_frame(given_frame, [Box(177, 61, 275, 199)])
    for plane in parts_of(shown, Box(176, 60, 276, 200))[1:]:
        assert len(np.unique(plane)) == 1


def test_planes_lose_their_padding_and_the_frame_that_was_given_is_not_touched() -> None:
    given_frame = frame(ground(), padding=32)
    shown = redacted(given_frame, [box(0, 0, 320, 240)]).frame
    assert (shown.y.shape, shown.u.shape, shown.v.shape) == ((240, 320), (120, 160), (120, 160))
    np.testing.assert_array_equal(given_frame.y[:, :320], ground())


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (2, 1)])
def test_a_redacted_frame_has_the_size_of_the_frame_also_in_colour(size: tuple[int, int]) -> None:
    shown = redacted(frame(90, width=size[0], height=size[1]), [box(0, 0, 8, 8)])
    assert colours(shown).shape == (size[1], size[0], 3)


def test_cells_are_at_most_four_down_a_face() -> None:
    where = box(40, 40, 60, 80)
    after = covered(scene(), [where], "pixelate")[40:120, 40:100]
    rows = np.abs(np.diff(after.astype(int), axis=0)).sum(axis=(1, 2)).nonzero()[0]
    assert 1 <= len(rows) <= CELLS - 1
    assert len(np.unique(after.reshape(-1, 3), axis=0)) <= CELLS * CELLS


def test_whole_bodies_are_covered_where_that_is_asked() -> None:
    person = box(100, 100, 100, 300)
    covers = patches([], [person], Style(bodies=True))
    assert any(holds(each, person) for each in covers)


@pytest.mark.parametrize("side", [float("nan"), float("inf")])
def test_a_box_that_is_nowhere_means_no_picture(side: float) -> None:
    with pytest.raises(RedactionError, match="nowhere"):
        redacted(frame(), [Box(0, 0, side, 10)])


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
        ((2, 4000), (1, 960)),
    ],
)
def test_a_still_is_a_jpeg_of_at_most_960_pixels(
    size: tuple[int, int], sent: tuple[int, int]
) -> None:
    still = encoded(redacted(frame(90, width=size[1], height=size[0]), []))
    assert decoded(still.data).shape == (*sent, 3)
    assert (still.height, still.width) == sent
    assert max(still.height, still.width) <= LONGEST_PX
    assert (still.media_type, still.redaction) == ("image/jpeg", "fill")


def test_a_picture_that_cannot_be_encoded_is_an_error_and_no_picture() -> None:
    with pytest.raises(RedactionError, match=r"no \.nothing could be made"):
        coded(redacted(frame(), []), ".nothing", quality=80)


def test_after_the_jpeg_the_face_no_longer_resembles_itself() -> None:
    before = astronaut()
    after = decoded(encoded(redacted(frame_of(before), patches([ASTRONAUTS_FACE], []))).data)
    was, is_now = (part(picture, ASTRONAUTS_FACE).astype(float) for picture in (before, after))
    assert is_now.std(axis=(0, 1)).max() < 2
    if is_now.std() > 0:
        alike = np.corrcoef((was - was.mean(axis=(0, 1))).ravel(), is_now.ravel())[0, 1]
        assert abs(alike) < 0.1
