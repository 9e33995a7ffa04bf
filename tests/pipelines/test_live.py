"""Moving pictures leave redacted one by one, and when in doubt none leaves."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from pipelines.errors import ModelError, RedactionError
from pipelines.flow import Box, Bytes, Detection, Frame, Look, Redacted
from pipelines.live import IDLE_S, LOOK_S, OF_FACES, OF_PERSONS, LiveRedactor, without_cut
from pipelines.recording import FACES, PERSONS
from pipelines.redaction import Style, colours, head_of
from pipelines.regions import Sight
from pipelines.tracking import TrackSettings
from tests.builders import box, detection, frame, frame_of, ground, track
from tests.real import ASTRONAUTS_FACE, astronaut, faces, objects

FACE, PERSON = box(300, 60, 80, 100), box(420, 80, 90, 240)
STEP_S = 0.1


def scene(at_s: float = 0.0) -> Frame:
    return frame(ground(640, 360), at_s=at_s)


def is_covered(shown: Redacted, where: Box) -> bool:
    """Whether the inside of a box shows nothing but the brightness of one patch or two."""
    x0, y0, x1, y1 = (int(side) for side in where.grown(-0.05))
    return len(np.unique(shown.frame.y[y0:y1, x0:x1])) <= 3


def nothing(_: Bytes) -> list[Detection]:
    return []


class Network:
    """Finds the same at each look while it is told to; boxes are those of the whole frame."""

    def __init__(self, *found: Detection) -> None:
        self.found: Sequence[Detection] = found
        self.looks = 0

    def __call__(self, picture: Bytes) -> Sequence[Detection]:
        self.looks += 1
        return self.found if picture.shape[:2] == (360, 640) else []


def live(
    find_faces: Callable[[Bytes], Sequence[Detection]] = nothing,
    find_objects: Callable[[Bytes], Sequence[Detection]] = nothing,
    style: Style | None = None,
) -> LiveRedactor:
    return LiveRedactor(find_faces, find_objects, style=style or Style())


def test_nothing_is_covered_where_nobody_is() -> None:
    shown = live()(scene())
    np.testing.assert_array_equal(shown.frame.y, scene().y)
    np.testing.assert_array_equal(shown.frame.u, scene().u)


def test_the_first_frame_is_searched_before_it_is_shown() -> None:
    shown = live(Network(detection(FACE, "face", 0.3)))(scene())
    assert is_covered(shown, FACE)
    assert not is_covered(shown, head_of(PERSON))


def test_heads_of_those_who_are_followed_are_covered_found_or_not() -> None:
    shown = live()(scene(), [track(PERSON)])
    assert is_covered(shown, head_of(PERSON))


def test_things_keep_their_looks() -> None:
    redact = live(find_objects=Network(detection(PERSON, "dog")))
    assert not is_covered(redact(scene(), [track(PERSON, label="car")]), head_of(PERSON))


def test_whole_bodies_are_covered_where_that_is_asked() -> None:
    shown = live(style=Style(bodies=True))(scene(), [track(PERSON)])
    assert is_covered(shown, PERSON)


def test_somebody_with_a_face_told_keeps_the_rest_of_the_head_region() -> None:
    large = box(420, 80, 90, 240)
    face = box(433, 85, 65, 70)
    redact = live(Network(detection(face, "face", 0.9)), Network(detection(large, score=0.9)))
    shown = redact(scene())
    assert is_covered(shown, face)
    assert not is_covered(shown, PERSON)


def test_a_face_that_is_missed_for_a_while_stays_covered_where_it_goes() -> None:
    find, shown = Network(), []
    redact = live(find)
    for step in range(12):
        moved = Box(FACE.x0 + 6 * step, FACE.y0, FACE.x1 + 6 * step, FACE.y1)
        find.found = [detection(moved, "face", 0.9)] if step < 8 else []
        shown.append((redact(scene(step * STEP_S)), moved))
        redact.swept_s = float("-inf")  # look at the whole each time
    assert all(is_covered(each, where) for each, where in shown)


def test_what_is_gone_for_long_is_uncovered() -> None:
    find = Network(detection(FACE, "face", 0.9))
    redact = live(find)
    redact(scene())
    find.found = []
    for step in range(1, 40):
        shown = redact(scene(step * STEP_S))
    assert not is_covered(shown, FACE)


def test_looks_come_often_while_somebody_is_there_and_rarely_otherwise() -> None:
    def looks(*people: Detection) -> int:
        network = Network(*people)
        redact = live(find_objects=network)
        for number in range(100):
            redact(scene(number / 25), [track(PERSON)] if people else [])
        return network.looks

    assert looks() <= 4 / IDLE_S + 3
    assert looks(detection(PERSON, score=0.9)) >= 0.7 * 4 / LOOK_S


def test_after_a_pause_all_is_searched_anew() -> None:
    find = Network()
    redact = live(find)
    redact(scene())
    find.found = [detection(FACE, "face", 0.9)]
    assert is_covered(redact(scene(60.0)), FACE)


def test_a_clock_that_is_set_back_blinds_nobody() -> None:
    find = Network(detection(FACE, "face", 0.9))
    redact = live(find)
    redact(scene(100.0))
    assert is_covered(redact(scene(3.0)), FACE)


@pytest.mark.parametrize("which", ["find_faces", "find_objects"])
def test_a_network_that_fails_means_no_picture(which: str) -> None:
    def broken(_: Bytes) -> list[Detection]:
        raise ModelError("the file is gone")

    networks = {"find_faces": nothing, "find_objects": nothing, which: broken}
    with pytest.raises(RedactionError, match="a network failed: the file is gone") as caught:
        LiveRedactor(networks["find_faces"], networks["find_objects"])(scene())
    assert isinstance(caught.value.__cause__, ModelError)


def test_a_real_face_is_covered_and_no_face_is_found_any_more() -> None:
    shown = LiveRedactor(faces(), objects())(frame_of(astronaut()))
    assert is_covered(shown, ASTRONAUTS_FACE)
    x0, y0, x1, y1 = (int(side) for side in ASTRONAUTS_FACE)
    assert not any(
        x0 <= (each.box.x0 + each.box.x1) / 2 <= x1 and y0 <= (each.box.y0 + each.box.y1) / 2 <= y1
        for each in faces()(colours(shown))
    )


def test_where_each_is_looked_over_whoever_has_just_come_in_is_covered() -> None:
    find = Network()
    redact = LiveRedactor(nothing, find, sight=Sight(side_px=640), each=True)
    redact(scene())
    find.found = [detection(PERSON, score=0.9)]
    assert is_covered(redact(scene(STEP_S)), head_of(PERSON))


def test_whoever_is_known_does_not_shrink_to_what_a_half_shows() -> None:
    whole, half = box(200, 60, 120, 240), box(256, 60, 64, 240)
    look = Look((), (detection(whole), detection(half), detection(box(500, 60, 60, 240))))
    kept = [each.box for each in without_cut(look, [whole], 640).found]
    assert half not in kept
    assert len(kept) == 2
    assert half in [each.box for each in without_cut(look, [], 640).found]


@pytest.mark.parametrize("settings", [FACES, PERSONS, OF_FACES, OF_PERSONS])
def test_covers_lie_on_the_course_and_follow_no_single_find(settings: TrackSettings) -> None:
    """With half of the way (`lean`), held-out people were uncovered more than twice as often."""
    assert settings.lean == 0.0
