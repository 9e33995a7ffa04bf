"""A camera that shows nothing says so once, and says when it sees again."""

from collections.abc import Iterable

import pytest

from pipelines.flow import Frame
from pipelines.judging import BlindJudge
from pipelines.rules import Blind
from tests.builders import facts, frame, motion


def at(now_s: float) -> Frame:
    return frame(at_s=now_s, width=1280, height=720)


SCENE, NOTHING = motion(detail=12.0), motion(detail=0.4)


def blinks(watch: BlindJudge, spans: Iterable[tuple[float, bool]]) -> list[tuple[float, str]]:
    """What a judge says, and when, as the camera shows something for so long, or nothing."""
    said: list[tuple[float, str]] = []
    now_s = 0.0
    for seconds, covered in spans:
        for _ in range(round(seconds * 10)):
            seen = NOTHING if covered else SCENE
            said += [(now_s, found.facts.rule) for found in watch(at(now_s), seen, ())]
            now_s += 0.1
    return said


def blind() -> BlindJudge:
    return BlindJudge(Blind(after_s=3), facts())


def test_a_covered_camera_is_told_of_once_and_so_is_its_return() -> None:
    said = blinks(blind(), [(5, False), (20, True), (20, False)])
    assert [rule for _, rule in said] == ["camera-blind", "camera-sees"]
    assert [now_s for now_s, _ in said] == pytest.approx([8, 28], abs=0.2)


def test_a_camera_that_is_dark_from_the_start_is_told_of() -> None:
    assert [rule for _, rule in blinks(blind(), [(5, True)])] == ["camera-blind"]


def test_a_camera_that_sees_from_the_start_says_nothing() -> None:
    assert not blinks(blind(), [(20, False)])


def test_a_truck_before_the_lens_is_not_blindness() -> None:
    assert not blinks(blind(), [(5, False), (2.5, True)] * 5)


def test_a_torch_in_the_dark_is_not_sight() -> None:
    said = blinks(blind(), [(5, True), (2, False), (5, True), (2, False), (5, True)])
    assert [rule for _, rule in said] == ["camera-blind"]


def test_a_clock_that_is_set_back_neither_blinds_nor_stalls() -> None:
    watch = blind()
    assert not list(watch(at(100), NOTHING, ()))
    assert not list(watch(at(0), NOTHING, ()))
    assert not list(watch(at(2.9), NOTHING, ()))
    assert list(watch(at(3.0), NOTHING, ()))


def test_blindness_is_about_a_place_and_nothing_in_it() -> None:
    watch = BlindJudge(Blind(after_s=0), facts())
    (found,) = watch(at(0), NOTHING, ())
    assert found.facts == facts("camera-blind")
    assert watch.blind
