"""What is put down and what is taken away: drawn scenes, seen by the real motion stage."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import pytest

from pipelines.changing import SceneJudge, change_of
from pipelines.flow import Box, Bytes, Facts, Frame, Track
from pipelines.motion import MotionDetector
from pipelines.rules import ObjectLeft, ObjectTaken
from pipelines.zones import Zone
from tests.builders import box, facts, frame, ground, track
from tests.pipelines.rules_at_work import ids, life_of

WHOLE = Zone(id="hall", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
BAG = box(120, 96, 40, 32)
FPS = 4.0

Scene = Callable[[float], Bytes]
People = Callable[[float], Sequence[Track]]


def hall(now_s: float, *, bag: bool, light: float = 1.0) -> Bytes:
    """A scene of texture with a sensor's noise, and with a bag when it is there."""
    seen = ground().astype(np.float32)
    if bag:
        x0, y0, x1, y1 = (round(side) for side in BAG)
        seen[y0:y1, x0:x1] = 30 + 20 * (np.indices((y1 - y0, x1 - x0)).sum(axis=0) // 8 % 2)
    noise = np.random.default_rng(int(now_s * 1000)).standard_normal(seen.shape)
    return np.clip(seen * light + 2 * noise, 0, 255).astype(np.uint8)


def told_of(
    rule: ObjectLeft | ObjectTaken, scene: Scene, *, seconds: float,
    people: People = lambda _: (), zone: Zone = WHOLE,
) -> list[tuple[float, Facts]]:  # fmt: skip
    """What the rule says of a scene, and when."""
    detector = MotionDetector()
    judge = SceneJudge(rule, zone, facts(), ids(), detector.standing)
    said = []
    for index in range(round(seconds * FPS)):
        now_s = index / FPS
        seen: Frame = frame(scene(now_s), at_s=now_s)
        moving = detector(seen)
        said += [(now_s, each.facts) for each in judge(seen, moving, tuple(people(now_s)))]
    return said


def left(*, dwell_s: float = 15.0, maximum_area: float = 0.05) -> ObjectLeft:
    return ObjectLeft(
        zone="hall", dwell_s=dwell_s, ends_after_s=2, update_s=300, maximum_area=maximum_area
    )


def taken() -> ObjectTaken:
    return ObjectTaken(zone="hall", dwell_s=15, ends_after_s=2, update_s=300)


def put_down(now_s: float) -> Bytes:
    return hall(now_s, bag=12 <= now_s < 46)


def carried_off(now_s: float) -> Bytes:
    return hall(now_s, bag=now_s < 12)


def test_what_is_put_down_is_told_of_until_it_is_gone() -> None:
    told = told_of(left(), put_down, seconds=65)
    (begun_s, phase, _), (ended_s, last, _) = life_of(told)
    assert (phase, last) == ("begin", "end")
    assert 26 <= begun_s <= 31
    assert 48 <= ended_s <= 55
    what = told[0][1]
    assert (what.rule, what.zone, what.label) == ("object-left", "hall", None)
    assert what.box
    where = Box(what.box[0] * 320, what.box[1] * 240, what.box[2] * 320, what.box[3] * 240)
    assert where.iou(BAG) > 0.7


def test_what_is_taken_away_is_told_of() -> None:
    told = told_of(taken(), carried_off, seconds=46)
    assert [
        (phase, what.rule) for (_, phase, _), (_, what) in zip(life_of(told), told, strict=True)
    ] == [("begin", "object-taken")]


def test_left_is_not_taken_and_taken_is_not_left() -> None:
    assert not told_of(taken(), lambda s: hall(s, bag=s >= 12), seconds=46)
    assert not told_of(left(), carried_off, seconds=46)


def test_what_stands_longer_than_the_scene_takes_to_adopt_it_is_still_told_of() -> None:
    told = told_of(left(dwell_s=90), lambda s: hall(s, bag=s >= 12), seconds=116)
    ((begun_s, _, _),) = life_of(told)
    assert 100 <= begun_s <= 106


def test_in_the_end_it_belongs_to_the_scene() -> None:
    rule = msgspec.structs.replace(left(), adopt_s=120)
    told = told_of(rule, lambda s: hall(s, bag=s >= 12), seconds=160)
    assert [phase for _, phase, _ in life_of(told)] == ["begin", "end"]
    assert 132 <= told[-1][0] <= 137


def test_what_is_fetched_in_time_is_not_told_of() -> None:
    assert not told_of(left(), lambda s: hall(s, bag=12 <= s < 24), seconds=46)


def test_the_time_begins_when_whoever_stands_at_it_has_gone() -> None:
    beside = track(BAG.grown(0.6))
    told = told_of(left(), put_down, seconds=45, people=lambda s: [beside] if 11 <= s < 25 else [])
    ((begun_s, _, _),) = life_of(told)
    assert 34 <= begun_s <= 42


def test_a_car_that_parks_or_drives_off_is_no_object() -> None:
    car = track(BAG, label="car")
    assert not told_of(left(), put_down, seconds=44, people=lambda s: [car] if 11 < s < 18 else [])
    assert not told_of(taken(), carried_off, seconds=44, people=lambda s: [car] if s < 12 else [])


def test_a_patch_of_light_is_no_object() -> None:
    def lit(now_s: float) -> Bytes:
        seen = hall(now_s, bag=False).astype(np.float32)
        if now_s >= 12:
            seen[90:140, 110:170] *= 1.4
        return np.clip(seen, 0, 255).astype(np.uint8)

    assert not told_of(left(), lit, seconds=46)
    assert not told_of(taken(), lit, seconds=46)


def test_a_place_that_was_so_before_has_no_news() -> None:
    """Somebody whom no network saw stood there for so long that the background took him over."""
    ghost = lambda s: hall(s, bag=20 <= s < 100)  # noqa: E731
    assert not told_of(taken(), ghost, seconds=130)


def test_what_was_there_at_the_start_and_left_at_once_is_nothing() -> None:
    assert not told_of(taken(), lambda s: hall(s, bag=s < 3), seconds=40)


def test_what_is_too_large_or_outside_the_zone_is_let_through() -> None:
    assert not told_of(left(maximum_area=0.01), put_down, seconds=44)
    corner = Zone(id="hall", polygon=((0, 0), (0.3, 0), (0.3, 0.3), (0, 0.3)))
    assert not told_of(left(), put_down, seconds=44, zone=corner)


def test_dusk_neither_ends_nor_begins_anything() -> None:
    dusk = lambda s: hall(s, bag=s >= 12, light=1 - 0.004 * max(0.0, s - 30))  # noqa: E731
    assert len(told_of(left(), dusk, seconds=90)) == 1


def test_an_empty_scene_says_nothing() -> None:
    assert not told_of(left(), lambda s: hall(s, bag=False), seconds=46)
    assert not told_of(taken(), lambda s: hall(s, bag=True), seconds=46)


@pytest.mark.parametrize("bag_first", [False, True])
def test_the_outline_tells_which_it_is(bag_first: bool) -> None:  # noqa: FBT001
    detector = MotionDetector()
    for index in range(100):
        now_s = index / FPS
        detector(frame(hall(now_s, bag=(now_s < 12) == bag_first), at_s=now_s))
    (standing,) = detector.standing(10)
    change = change_of(standing)
    assert change
    assert change.rule == ("object-taken" if bag_first else "object-left")
