"""A rule speaks when it is broken, once, and says nothing of anybody."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Facts, Frame, Track
from pipelines.judging import BlindJudge, IntrusionJudge, shares
from pipelines.rules import Blind, Intrusion
from pipelines.schedule import Schedule
from pipelines.zones import Zone
from tests.builders import box, facts, frame, motion, quick, track

YARD = Zone(id="yard", polygon=((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))
NOON_S = 1_750_000_000 // 86400 * 86400 + 12 * 3600.0
INSIDE, OUTSIDE = box(900, 300, 60, 150), box(100, 300, 60, 150)


def at(now_s: float) -> Frame:
    return frame(at_s=NOON_S + now_s, width=1280, height=720)


def rule(
    *,
    classes: tuple[str, ...] = ("person",),
    schedule: Schedule | None = None,
    confidence: float = 0.5,
    dwell_s: float = 1.0,
    cooldown_s: float = 10.0,
) -> Intrusion:
    return Intrusion(
        zone="yard", classes=classes, schedule=schedule or Schedule(),
        confidence=confidence, dwell_s=dwell_s, cooldown_s=cooldown_s,
    )  # fmt: skip


def judge(of: Intrusion | None = None, zone: Zone = YARD) -> IntrusionJudge:
    return IntrusionJudge(of or rule(), zone, facts())


def told(
    judge: IntrusionJudge, tracks: Iterable[Track], *, begin_s: float = 0.0, seconds: float = 5.0
) -> list[tuple[float, Facts]]:
    """What a judge says, and when, while these tracks are there, at 10 fps."""
    some = tuple(tracks)
    times = [begin_s + index / 10 for index in range(round(seconds * 10))]
    return [(now_s, found.facts) for now_s in times for found in judge(at(now_s), motion(), some)]


def test_whoever_stays_in_a_zone_is_told_of_once() -> None:
    (said,) = told(judge(), [track(INSIDE)])
    now_s, what = said
    assert now_s == pytest.approx(1.0, abs=0.11)
    assert what == Facts(
        site="north", camera="gate-1", place="gate", rule="intrusion", zone="yard",
        label="person", count=1, confidence=0.8, box=(0.7031, 0.4167, 0.75, 0.625),
    )  # fmt: skip


def test_a_finding_carries_the_frame_and_everybody_on_it() -> None:
    others = (track(INSIDE), track(OUTSIDE, number=2))
    (found,) = judge(rule(dwell_s=0))(at(0), motion(), others)
    assert found.frame.captured_s == NOON_S
    assert found.tracks == others


def test_whoever_only_passes_through_is_not_told_of() -> None:
    watch = judge()
    assert not told(watch, [track(INSIDE)], seconds=0.9)
    assert not told(watch, [track(OUTSIDE)], begin_s=0.9)


def test_the_dwell_begins_anew_when_somebody_comes_back() -> None:
    watch = judge()
    told(watch, [track(INSIDE)], seconds=0.9)
    told(watch, [track(OUTSIDE)], begin_s=0.9, seconds=1)
    assert not told(watch, [track(INSIDE)], begin_s=1.9, seconds=0.9)
    assert told(watch, [track(INSIDE)], begin_s=2.8, seconds=0.5)


def test_where_the_feet_are_counts_and_not_where_the_head_is() -> None:
    far = Zone(id="far", polygon=((0, 0), (1, 0), (1, 0.5), (0, 0.5)))
    head_in_it = box(600, 200, 60, 300)
    assert not told(judge(zone=far), [track(head_in_it)])
    assert told(judge(zone=far), [track(box(600, 100, 60, 200))])


def test_feet_that_the_lower_edge_cuts_off_are_still_in_the_zone() -> None:
    cut_off = box(900, 500, 100, 220)
    assert cut_off.y1 == 720
    assert told(judge(), [track(cut_off)])


def test_out_of_hours_nobody_is_told_of() -> None:
    night = Schedule(hours="22:00-06:00")
    assert not told(judge(rule(schedule=night)), [track(INSIDE)])
    watch = judge(rule(schedule=Schedule(hours="12:00-13:00")))
    assert told(watch, [track(INSIDE)])


def test_whoever_is_inside_when_the_hours_begin_is_told_of() -> None:
    watch = judge(rule(schedule=Schedule(hours="12:01-13:00")))
    said = told(watch, [track(INSIDE)], seconds=70)
    assert said[0][0] == pytest.approx(60.0)


def test_whoever_does_not_leave_is_told_of_again_after_the_cooldown() -> None:
    times = [now_s for now_s, _ in told(judge(), [track(INSIDE)], seconds=25)]
    assert times == pytest.approx([1.0, 11.0, 21.0], abs=0.25)


def test_leaving_for_a_moment_does_not_shorten_the_cooldown() -> None:
    watch = judge(rule(dwell_s=0))
    assert told(watch, [track(INSIDE)], seconds=1)
    told(watch, [track(OUTSIDE)], begin_s=1, seconds=1)
    assert not told(watch, [track(INSIDE)], begin_s=2, seconds=5)


def test_a_second_one_is_told_of_during_the_firsts_cooldown() -> None:
    watch = judge(rule(dwell_s=0))
    told(watch, [track(INSIDE)], seconds=1)
    (said,) = told(watch, [track(INSIDE), track(INSIDE, number=2)], begin_s=1, seconds=1)
    assert said[1].count == 2


def test_things_of_another_class_are_let_through() -> None:
    assert not told(judge(), [track(INSIDE, label="dog")])
    (said,) = told(judge(rule(classes=("dog", "car"))), [track(INSIDE, label="car")])
    assert said[1].label == "car"


def test_whoever_is_not_sure_enough_is_let_through() -> None:
    assert not told(judge(rule(confidence=0.81)), [track(INSIDE)])
    assert told(judge(rule(confidence=0.8)), [track(INSIDE)])


def test_all_who_are_inside_are_counted_and_the_surest_is_shown() -> None:
    some = [
        track(INSIDE),
        track(box(1000, 300, 60, 150), number=2, score=0.93),
        track(OUTSIDE, number=3, score=0.99),
    ]
    (said,) = told(judge(), some)
    assert (said[1].count, said[1].confidence) == (2, 0.93)
    assert said[1].box == shares(some[1].box, at(0))


def test_what_is_remembered_of_a_track_ends_with_the_track() -> None:
    watch = judge(rule(dwell_s=0))
    for number in range(200):
        assert told(watch, [track(INSIDE, number=number)], begin_s=number, seconds=0.2)
    assert len(watch.told_s) == len(watch.entered_s) == 1
    told(watch, [], begin_s=300, seconds=0.1)
    assert not watch.told_s
    assert not watch.entered_s


@quick
@given(
    st.lists(st.tuples(st.floats(0, 630), st.floats(0, 700)), min_size=1, max_size=30),
    st.floats(0, 2),
)
def test_a_track_that_never_enters_is_never_told_of(
    feet: list[tuple[float, float]], dwell_s: float
) -> None:
    watch = judge(rule(dwell_s=dwell_s, cooldown_s=0))
    for index, (x, y) in enumerate(feet):
        where = box(x - 20, y - 100, 40, 100)
        assert not list(watch(at(index * 0.5), motion(), (track(where),)))


def test_shares_are_of_the_picture_and_within_it() -> None:
    assert shares(box(-10, 360, 650, 1000), at(0)) == (0, 0.5, 0.5, 1)


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
