"""Where the head of somebody who is followed over a recording may be."""

from collections.abc import Sequence

import pytest

from pipelines.bodies import SLIM, Body, beside, bodies, is_wide, several
from pipelines.flow import Box, Bytes, Detection, Track
from pipelines.recording import THOROUGH, Survey
from pipelines.redaction import PLAIN_STYLE, Style, head_of
from pipelines.searching import Search
from pipelines.seeing import Network
from tests.builders import box, detection, frame, track

WIDTH, HEIGHT = 1280, 720


def on_each(run: Sequence[Sequence[Track]], *faces: Sequence[Box]) -> list[list[Body]]:
    found = [*faces, *([()] * (len(run) - len(faces)))]
    return bodies(run, found, WIDTH, HEIGHT)


def on_the_whole(*people: Box) -> Network:
    """Finds people wherever the whole of a frame is shown, at whatever scale."""

    def find(shown: Bytes) -> list[Detection]:
        scale = shown.shape[1] / WIDTH
        if abs(shown.shape[0] - HEIGHT * scale) > 1:
            return []
        return [detection(Box(*(side * scale for side in each))) for each in people]

    return find


@pytest.mark.parametrize(("x", "whole"), [(-20.0, (-40, 80)), (1220.0, (1220, 1340))])
def test_whom_the_side_of_the_picture_cuts_is_as_wide_as_before(
    x: float, whole: tuple[float, float]
) -> None:
    """Followed across the picture, 120 px wide; then 80 or 60 of them are left in it."""
    seen, cut = track(box(400, 100, 120, 240)), track(box(x, 100, 100, 240))
    ((before,), (after,)) = on_each([[seen], [cut]])
    assert (before.box.x0, before.box.x1) == (400, 520)
    assert (after.box.x0, after.box.x1) == whole


def test_of_whom_only_a_part_was_ever_seen_is_thought_to_be_slim() -> None:
    ((body,),) = on_each([[track(box(0, 100, 40, 200))]])
    assert body.box.width == pytest.approx(SLIM * 200)
    assert body.box.x1 == 40


def test_a_head_behind_somebody_nearer_is_hidden_and_one_beside_them_is_not() -> None:
    nearer, behind = track(box(300, 100, 200, 600)), track(box(370, 260, 60, 200), number=2)
    aside = track(box(520, 260, 60, 200), number=3)
    ((first, second, third),) = on_each([[nearer, behind, aside]])
    assert [each.hidden for each in (first, second, third)] == [False, True, False]


def test_a_child_before_a_grown_up_is_not_hidden() -> None:
    ((_, child),) = on_each(
        [[track(box(300, 100, 200, 500)), track(box(360, 360, 80, 280), number=2)]]
    )
    assert not child.hidden


def test_whose_head_is_hidden_is_covered_whole_where_that_is_asked() -> None:
    nearer, behind = box(300, 100, 200, 600), box(370, 260, 60, 200)
    survey = Survey(Search(lambda _: [], on_the_whole(nearer, behind)))
    for number in range(4):
        survey(frame(90, width=WIDTH, height=HEIGHT, at_s=number * THOROUGH.look_s))

    def covered(style: Style, where: Box) -> bool:
        return any(each.overlap(where) >= where.area for each in survey.covers(style)[1])

    assert covered(Style(bodies=True), behind)
    assert not covered(PLAIN_STYLE, head_of(behind).grown(-0.3))


LEFT, RIGHT = box(310, 110, 30, 40), box(360, 112, 30, 40)


def test_on_a_body_with_two_faces_the_other_is_covered_also_when_it_is_not_found() -> None:
    person = track(box(300, 100, 100, 300))
    both, _ = on_each([[person], [person]], [LEFT, RIGHT])
    patches = [*beside([LEFT], both)]
    assert any(each.overlap(RIGHT) >= 0.9 * RIGHT.width * 38 for each in patches)
    later = on_each([[person], [person]], [LEFT, RIGHT])[1]
    assert [*beside([LEFT], later)] == patches


@pytest.mark.parametrize(
    "other",
    [
        box(316, 112, 30, 40),  # the same one again
        box(360, 112, 10, 12),  # far behind
        box(360, 280, 30, 40),  # on the chest
    ],
)
def test_one_face_on_a_body_is_no_reason_to_cover_beside_it(other: Box) -> None:
    person = track(box(300, 100, 100, 300))
    ((body,),) = on_each([[person]], [LEFT, other])
    assert [*beside([LEFT], [body])] == []


def test_a_box_that_is_wide_for_its_height_may_be_two_people_unless_it_is_cut_below() -> None:
    assert is_wide(box(100, 100, 200, 300), HEIGHT)
    assert not is_wide(box(100, 100, 120, 300), HEIGHT)
    assert not is_wide(box(100, 420, 200, 300), HEIGHT)


def test_where_both_faces_are_found_nothing_more_is_covered_on_a_shared_body() -> None:
    person = track(box(300, 100, 100, 300))
    ((body,),) = on_each([[person]], [LEFT, RIGHT])
    assert [*beside([LEFT, RIGHT], [body])] == []
    assert [*beside([LEFT, LEFT.grown(0.1)], [body])] != []


WIDE = Body(box(100, 100, 200, 300))


@pytest.mark.parametrize(
    "faces",
    [
        [],
        [box(120, 120, 50, 60)],  # of one of two
        [box(190, 120, 20, 26)],  # in the middle, of somebody much slimmer
        [box(175, 300, 50, 60)],  # on the chest
    ],
)
def test_all_heads_are_covered_of_a_body_that_may_be_two(faces: list[Box]) -> None:
    (patch,) = several(faces, [WIDE], HEIGHT)
    assert (patch.x0, patch.x1) == (WIDE.box.x0, WIDE.box.x1)
    assert patch.y0 < WIDE.box.y0
    assert patch.y1 > WIDE.box.y0 + WIDE.box.height / 4


@pytest.mark.parametrize(
    "faces",
    [
        [box(120, 120, 50, 60), box(220, 130, 50, 60)],  # of both
        [box(180, 120, 50, 60)],  # of somebody broad
    ],
)
def test_faces_may_tell_who_a_wide_body_is(faces: list[Box]) -> None:
    assert [*several(faces, [WIDE], HEIGHT)] == []


def test_nobody_is_looked_for_on_a_hidden_or_a_slim_body() -> None:
    slim = Body(box(100, 100, 100, 300))
    assert [*several([], [WIDE._replace(hidden=True), slim], HEIGHT)] == []


def test_a_head_is_covered_shortly_before_and_after_somebody_was_found_and_no_longer() -> None:
    """Somebody in looks 4 to 7 of 12, and a face nowhere."""
    person, look_s = box(300, 100, 100, 300), THOROUGH.look_s
    shown: list[float] = []
    finds = on_the_whole(person)

    def now_and_then(picture: Bytes) -> Sequence[Detection]:
        return finds(picture) if 4 <= round(shown[-1] / look_s) < 8 else []

    survey = Survey(Search(lambda _: [], now_and_then))
    for number in range(12):
        shown.append(number * look_s)
        survey(frame(90, width=WIDTH, height=HEIGHT, at_s=shown[-1]))
    head = head_of(person).grown(-0.3)
    covered = [
        any(each.overlap(head) >= head.area for each in covers) for covers in survey.covers()
    ]
    assert covered == [False] * 2 + [True] * 8 + [False] * 2
