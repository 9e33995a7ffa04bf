"""Where the head of somebody who is followed over a recording may be."""

from collections.abc import Sequence

import pytest

from pipelines.bodies import SLIM, Body, beside, bodies, is_wide
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
