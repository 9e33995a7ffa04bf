"""No picture leaves on which somebody can be told, and when in doubt none leaves."""

import cv2
import numpy as np
import pytest

from pipelines.errors import ModelError, RedactionError
from pipelines.flow import Box, Bytes, Detection, Finding, Picture, Track
from pipelines.redaction import head_of
from pipelines.snapshot import Network, Snapshot
from tests.builders import box, detection, facts, frame_of, ground, track
from tests.real import ASTRONAUTS_FACE, faces, objects, street


def finding(picture: Bytes, *tracks: Track) -> Finding:
    return Finding(facts(), frame_of(picture), tracks)


def drawn() -> Bytes:
    return np.repeat(ground(640, 360)[:, :, None], 3, axis=2)


def still(
    *tracks: Track, find_faces: Network = lambda _: (), find_objects: Network = lambda _: ()
) -> Bytes:
    """The redacted still of a drawn scene of 640 × 360."""
    snapshot = Snapshot(find_faces=find_faces, find_objects=find_objects)
    return decoded(snapshot(finding(drawn(), *tracks)))


def decoded(picture: Picture) -> Bytes:
    shown = cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    return np.asarray(shown, np.uint8)


def is_covered(picture: Bytes, where: Box) -> bool:
    """Whether the inside of a box shows one colour, but for the JPEG."""
    x0, y0, x1, y1 = (int(side) for side in where.grown(-0.15))
    return bool(picture[y0:y1, x0:x1].std(axis=(0, 1)).max() < 3)


def broken(_: Bytes) -> list[Detection]:
    raise ModelError("the file is gone")


FACE, PERSON = box(300, 60, 80, 100), box(420, 80, 90, 240)


def test_nothing_is_covered_where_nobody_is() -> None:
    shown = still()
    assert shown.shape == (360, 640, 3)
    assert not is_covered(shown, FACE)
    assert not is_covered(shown, head_of(PERSON))


def test_faces_are_covered() -> None:
    shown = still(find_faces=lambda _: [detection(FACE, "face", 0.21)])
    assert is_covered(shown, FACE)
    assert not is_covered(shown, head_of(PERSON))


def test_heads_of_persons_are_covered() -> None:
    shown = still(find_objects=lambda _: [detection(PERSON, score=0.31)])
    assert is_covered(shown, head_of(PERSON))


def test_whoever_is_followed_is_covered_though_this_frame_shows_nobody() -> None:
    shown = still(track(PERSON))
    assert is_covered(shown, head_of(PERSON))


def test_whoever_is_followed_is_covered_where_the_network_sees_them_now() -> None:
    moved = Box(PERSON.x0 - 10, PERSON.y0 + 8, PERSON.x1 - 10, PERSON.y1 + 8)

    def sees_on_the_whole(picture: Bytes) -> list[Detection]:
        return [detection(moved)] if picture.shape[1] == 640 else []

    shown = still(track(PERSON), find_objects=sees_on_the_whole)
    assert is_covered(shown, head_of(moved))


def test_things_keep_their_looks() -> None:
    shown = still(track(PERSON, label="car"), find_objects=lambda _: [detection(PERSON, "dog")])
    assert not is_covered(shown, head_of(PERSON))


def test_persons_whom_only_a_half_of_the_picture_shows_are_covered() -> None:
    in_half = box(120, 80, 90, 240)

    def sees_in_the_right_half(picture: Bytes) -> list[Detection]:
        whole, right = drawn(), drawn()[:, 256:]
        is_right = (
            picture.shape == right.shape
            and np.abs(picture.astype(int) - right).mean()
            < np.abs(picture.astype(int) - whole[:, : right.shape[1]]).mean()
        )
        return [detection(in_half)] if is_right else []

    shown = still(find_objects=sees_in_the_right_half)
    assert is_covered(shown, head_of(Box(in_half.x0 + 256, 80, in_half.x1 + 256, 320)))
    assert not is_covered(shown, head_of(in_half))


def shapes_seen(*tracks: Track) -> list[tuple[int, int]]:
    """Sizes of what the network for objects is shown."""
    sizes: list[tuple[int, int]] = []

    def note(picture: Bytes) -> list[Detection]:
        sizes.append((picture.shape[1], picture.shape[0]))
        return []

    still(*tracks, find_objects=note)
    return sizes


def test_the_network_sees_the_whole_in_two_sizes_and_both_halves() -> None:
    assert shapes_seen() == [(640, 360), (384, 360), (384, 360), (208, 117)]


def test_the_network_sees_whoever_is_followed_large() -> None:
    assert shapes_seen(track(PERSON))[4:] == [(416, 360)]


@pytest.mark.parametrize("which", ["find_faces", "find_objects"])
def test_a_network_that_fails_means_no_picture(which: str) -> None:
    networks: dict[str, Network] = {"find_faces": lambda _: (), "find_objects": lambda _: ()}
    networks[which] = broken
    snapshot = Snapshot(find_faces=networks["find_faces"], find_objects=networks["find_objects"])
    with pytest.raises(RedactionError, match="a network failed: the file is gone") as caught:
        snapshot(finding(drawn()))
    assert isinstance(caught.value.__cause__, ModelError)


def test_on_a_real_persons_still_no_face_is_found_any_more() -> None:
    before = street()
    assert any(each.score > 0.5 for each in faces()(before))
    snapshot = Snapshot(find_faces=faces(), find_objects=objects())
    shown = decoded(snapshot(finding(before)))
    assert not faces()(shown)
    scale = 960 / 1280
    face = Box(*(side * scale for side in _in_street(ASTRONAUTS_FACE)))
    assert is_covered(shown, face)
    assert shown[:200, :200].std() > 10


def _in_street(where: Box) -> Box:
    return Box(where.x0 + 640, where.y0 + 180, where.x1 + 640, where.y1 + 180)
