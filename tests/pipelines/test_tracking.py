"""One thing is one number for as long as it is there, and no longer."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box, Detection, Look, Track
from pipelines.tracking import Tracker, present
from tests.builders import box, detection, look, quick

Path = Callable[[float], list[Detection]]


def walker(x: float = 100.0, y: float = 200.0, speed: float = 120.0) -> Callable[[float], Box]:
    """A person of 60 × 150 px who walks along a row."""
    return lambda now_s: box(x + speed * now_s, y, 60, 150)


def followed(path: Path, *, fps: float, seconds: float = 4.0) -> list[tuple[Track, ...]]:
    """The tracks after each look at things that follow a path."""
    tracker = Tracker()
    times = [index / fps for index in range(round(seconds * fps))]
    return [tracker(now_s, look(*path(now_s))) for now_s in times]


def numbers(tracks: list[tuple[Track, ...]]) -> set[int]:
    return {each.number for some in tracks for each in some}


def settled() -> tuple[Tracker, Track]:
    """A tracker that has followed one person who stands since 0 s, at 0.4 s."""
    tracker = Tracker()
    for step in range(5):
        tracks = tracker(step * 0.1, look(detection(box(500, 300, 60, 150))))
    return tracker, tracks[0]


@pytest.mark.parametrize("fps", [2, 5, 25])
def test_one_who_walks_keeps_one_number_however_often_we_look(fps: float) -> None:
    where = walker()
    tracks = followed(lambda now_s: [detection(where(now_s))], fps=fps)
    assert numbers(tracks) == {1}
    assert all(len(some) == 1 for some in tracks[1:])
    assert tracks[-1][0].box == pytest.approx(where(4 - 1 / fps), abs=6)


@pytest.mark.parametrize("fps", [5, 25])
def test_two_who_cross_keep_their_numbers(fps: float) -> None:
    east, west = walker(100, 200), walker(620, 230, -130)
    tracks = followed(lambda now_s: [detection(east(now_s)), detection(west(now_s))], fps=fps)
    ends = {each.number: each.box.x0 for each in tracks[-1]}
    begins = {each.number: each.box.x0 for each in tracks[1]}
    assert set(begins) == set(ends)
    for number, x in begins.items():
        assert (ends[number] > x) == (x < 400)


def test_whoever_passes_behind_a_pillar_is_the_same_afterwards() -> None:
    where = walker()

    def path(now_s: float) -> list[Detection]:
        return [] if 2.0 <= now_s < 3.0 else [detection(where(now_s))]

    tracks = followed(path, fps=10, seconds=5)
    assert numbers(tracks) == {1}
    assert len(tracks[-1]) == 1


def test_one_find_alone_is_no_track_yet() -> None:
    tracker = Tracker()
    assert tracker(0.0, look(detection(box()))) == ()
    assert len(tracker(0.2, look(detection(box())))) == 1


@pytest.mark.parametrize("fps", [5, 25])
def test_a_find_that_is_not_confirmed_is_soon_dropped(fps: int) -> None:
    tracker = Tracker()
    tracker(0.0, look(detection(box())))
    for step in range(1, round(0.6 * fps) + 1):
        tracker(step / fps, look())
    assert tracker(0.8, look(detection(box()))) == ()


def test_a_find_that_one_look_missed_is_not_dropped() -> None:
    tracker = Tracker()
    for found in (look(detection(box())), look(), look(detection(box()))):
        tracks = tracker(tracker.now_s + 0.04 if tracker.followed else 0.0, found)
    assert [each.number for each in tracks] == [1]


def test_whoever_is_not_looked_at_is_not_missed() -> None:
    tracker, person = settled()
    elsewhere = look(regions=(Box(0, 0, 300, 300),))
    for step in range(5, 60):
        tracks = tracker(step * 0.1, elsewhere if step % 2 else None)
    assert [each.number for each in tracks] == [person.number]


def test_whoever_is_looked_for_in_vain_is_lost() -> None:
    tracker, _ = settled()
    there = {step: bool(tracker(step * 0.1, look())) for step in range(5, 25)}
    assert there[19]
    assert not there[21]


def test_one_who_stands_is_kept_by_rare_looks_and_by_one_in_vain() -> None:
    tracker, person = settled()
    for now_s in (4.0, 8.0, 12.0):
        assert tracker(now_s - 2.0, None)[0].box == pytest.approx(person.box)
        tracker(now_s, look())
        assert tracker(now_s + 0.2, look())
        tracks = tracker(now_s + 0.4, look(detection(person.box)))
    assert [each.number for each in tracks] == [person.number]


def test_whoever_walked_out_of_the_picture_is_missed_at_its_border() -> None:
    tracker, where = Tracker(), walker(900, 300, 400)
    for step in range(10):
        tracker(step * 0.1, look(detection(where(step * 0.1).clipped(1280, 720))))
    assert tracker(1.0, look())
    assert not tracker(3.0, look())


def test_a_box_that_is_not_seen_does_not_run_away() -> None:
    tracker, where = Tracker(), walker(speed=60)
    for step in range(20):
        tracker(step * 0.1, look(detection(where(step * 0.1))))
    last = tracker(1.9, None)[0].box
    assert tracker(2.4, None)[0].box.x0 == pytest.approx(last.x0 + 30, abs=6)
    assert tracker(11.5, None)[0].box.x0 < last.x0 + 2 * 66


def test_whoever_nobody_looks_for_is_forgotten_in_the_end() -> None:
    tracker, _ = settled()
    assert tracker(9.0, None)
    assert not tracker(11.0, None)


def test_someone_who_stands_still_is_not_forgotten() -> None:
    tracker, person = settled()
    for step in range(1, 60):
        tracks = tracker(0.4 + step, look(detection(person.box)))
    assert [each.number for each in tracks] == [person.number]
    assert tracks[0].born_s == 0.0
    assert tracks[0].seen_s == pytest.approx(59.4)


def test_a_weak_find_keeps_a_track_but_begins_none() -> None:
    tracker, person = settled()
    tracks = tracker(0.5, look(detection(person.box, score=0.2)))
    assert tracks[0].seen_s == 0.5
    fresh = Tracker()
    for step in range(5):
        assert fresh(step * 0.1, look(detection(box(), score=0.2))) == ()


def test_weak_finds_alone_keep_a_track_for_a_moment_only() -> None:
    tracker, person = settled()
    weak = look(detection(person.box, score=0.3))
    seen = [tracker(0.4 + step * 0.1, weak)[0].seen_s for step in range(1, 8)]
    assert seen == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9])
    assert tracker(1.2, look(detection(person.box)))[0].seen_s == 1.2
    assert tracker(1.3, weak)[0].seen_s == 1.3


def test_a_strong_find_is_preferred_to_a_weak_one() -> None:
    tracker, person = settled()
    beside = Box(*(side + 8 for side in person.box))
    found = look(detection(person.box, score=0.2), detection(beside, score=0.9))
    moved = tracker(0.5, found)[0].box
    assert person.box.x0 + 3 < moved.x0 < beside.x0
    assert tracker(0.6, look(detection(beside)))[0].score == 0.9


def test_whoever_another_one_hides_is_the_same_afterwards() -> None:
    """Two who cross; while the one behind is hidden, one box is found, and it is torn."""
    near, far = walker(100, 220, 150), walker(640, 200, -150)

    def path(now_s: float) -> list[Detection]:
        front, behind = near(now_s), far(now_s)
        if front.iou(behind) < 0.3:
            return [detection(front), detection(behind)]
        return [detection(Box(front.x0 - 15, front.y0, front.x1 - 10, front.y1))]

    tracks = followed(path, fps=10, seconds=3.6)
    first, last = ({each.number: each.box for each in some} for some in (tracks[2], tracks[-1]))
    assert set(first) == set(last) == {1, 2}
    for number, where in first.items():
        assert (last[number].x0 > where.x0) == (where.y0 > 210)


def test_the_same_street_has_as_many_tracks_at_any_rate() -> None:
    """Five who walk at their own pace, found a few pixels off; one is hidden for a while."""
    off = np.random.default_rng(5).normal(0, 3, (400, 5, 2))
    walks = [walker(60 * lane, 40 + 130 * lane, 90 + 25 * lane) for lane in range(5)]

    def path(now_s: float) -> list[Detection]:
        places = [walk(now_s) for walk in walks]
        shifts = off[round(now_s * 25) % 400]
        found = [Box(b.x0 + dx, b.y0 + dy, b.x1 + dx, b.y1 + dy)
                 for b, (dx, dy) in zip(places, shifts, strict=True)]  # fmt: skip
        return [
            detection(each) for lane, each in enumerate(found) if lane != 2 or not 2 < now_s < 3
        ]

    for fps in (2.5, 5, 25):
        tracks = followed(path, fps=fps, seconds=6)
        assert numbers(tracks) == {1, 2, 3, 4, 5}
        assert len(tracks[-1]) == 5


def test_a_camera_whose_boxes_tremble_is_trusted_less() -> None:
    random = np.random.default_rng(9)
    noise = []
    for blur_px in (3.0, 20.0):
        tracker = Tracker()
        for step in range(200):
            dx, dy = random.normal(0, blur_px, 2)
            tracker(step * 0.1, look(detection(box(500 + dx, 300 + dy, 60, 150))))
        noise.append(tracker.noise)
    assert noise[0] == 1.0
    assert 1.5 < noise[1] <= 9.0


def test_where_one_is_lies_halfway_between_the_course_and_a_sure_find() -> None:
    tracker, _ = settled()
    (told,) = tracker(0.5, look(detection(box(520, 300, 60, 150))))
    course = tracker.followed[0].course
    assert course.x < 545 < told.box.x0 + 30 == pytest.approx((course.x + 550) / 2)
    assert tracker(0.5, None)[0].box == told.box
    faint, _ = settled()
    (told,) = faint(0.5, look(detection(box(520, 300, 60, 150), score=0.3)))
    assert told.box == faint.followed[0].course.at(0.5)


def test_what_was_found_just_now_is_present() -> None:
    tracker, person = settled()
    assert present(tracker(0.6, look()), 0.6)[0].number == person.number
    assert present(tracker(0.7, look()), 0.7) == ()


def test_what_nobody_has_looked_for_since_it_was_found_is_present() -> None:
    tracker, person = settled()
    elsewhere = Look((box(900, 600, 100, 100),), ())
    for now_s in (2.0, 4.0):
        assert present(tracker(now_s, elsewhere), now_s)[0].number == person.number
    assert present(tracker(4.1, look()), 4.1) == ()


def test_a_track_is_as_sure_as_its_surest_find() -> None:
    tracker, person = settled()
    assert tracker(0.5, look(detection(person.box, score=0.95)))[0].score == 0.95
    assert tracker(0.6, look(detection(person.box, score=0.5)))[0].score == 0.95


def test_two_kinds_of_thing_are_never_one_track() -> None:
    tracker, person = settled()
    for step in range(5, 8):
        tracks = tracker(step * 0.1, look(detection(person.box, "bicycle")))
    assert {each.label: each.number for each in tracks} == {"person": 1, "bicycle": 2}
    assert {each.label: each.score for each in tracks} == {"person": 0.8, "bicycle": 0.8}


def named(label: Callable[[float], str], *, seconds: float = 6.0) -> list[tuple[Track, ...]]:
    """One who turns back at 2 s, and whom the network gives a name at each time."""

    def path(now_s: float) -> list[Detection]:
        return [detection(box(100 + 60 * abs(2.0 - now_s), 200, 60, 150), label(now_s))]

    return followed(path, fps=5, seconds=seconds)


def test_whoever_goes_by_another_name_for_a_while_is_followed_on_the_way() -> None:
    tracks = named(lambda now_s: "fire hydrant" if 1.5 < now_s < 3.3 else "person")
    persons = [[each for each in some if each.label == "person"] for some in tracks[1:]]
    assert {each.number for some in persons for each in some} == {1}
    assert all(some and some[0].seen_s > index / 5 for index, some in enumerate(persons))
    assert persons[-1][0].box.x0 == pytest.approx(100 + 60 * 3.8, abs=20)


def test_whoever_goes_by_another_name_for_long_is_gone() -> None:
    tracks = named(lambda now_s: "person" if now_s < 1.5 else "fire hydrant", seconds=8)
    assert {each.label for each in tracks[-1]} == {"fire hydrant"}


def test_a_thing_of_another_size_at_the_same_place_keeps_nobody() -> None:
    tracker, person = settled()
    x, below = person.box.foot
    dog, lorry = box(x - 35, below - 50, 70, 50), box(x - 300, below - 400, 600, 400)
    for step in range(5, 10):
        tracks = tracker(step * 0.1, look(detection(dog, "dog"), detection(lorry, "truck")))
    assert {each.label: each.seen_s for each in tracks}["person"] == pytest.approx(0.4)


def test_a_number_is_never_used_again() -> None:
    tracker, person = settled()
    for step in range(10):
        tracker(20 + step * 0.1, look(detection(person.box)))
    again = tracker(21.0, look(detection(person.box)))
    assert [each.number for each in again] == [person.number + 1]


@pytest.mark.parametrize("back_s", [0.15, 3600.0])
def test_a_clock_that_is_set_back_ends_all_tracks(back_s: float) -> None:
    tracker, person = settled()
    moved = box(505, 300, 60, 150)
    assert tracker(0.4 - back_s, look(detection(moved))) == ()
    for step in range(1, 5):
        tracks = tracker(0.4 - back_s + step * 0.1, look(detection(moved)))
    assert [each.number for each in tracks] == [person.number + 1]
    assert tracks[0].born_s == pytest.approx(0.4 - back_s)


def test_a_clock_that_trembles_ends_no_track() -> None:
    tracker, person = settled()
    assert [each.number for each in tracker(0.4 - 2e-6, None)] == [person.number]


boxes = st.builds(box, st.floats(0, 1200), st.floats(0, 600), st.floats(5, 300), st.floats(5, 300))
finds = st.builds(detection, boxes, st.sampled_from(["person", "car"]), st.floats(0.05, 1))


@quick
@given(
    st.lists(st.tuples(st.floats(0.01, 2), st.none() | st.lists(finds, max_size=4)), max_size=12)
)
def test_whatever_comes_numbers_are_new_and_tracks_are_where_something_was_found(
    steps: list[tuple[float, list[Detection] | None]],
) -> None:
    tracker, now_s, ended, before = Tracker(), 0.0, set[int](), set[int]()
    for passed_s, found in steps:
        now_s += passed_s
        seen: Look | None = None if found is None else look(*found)
        tracks = tracker(now_s, seen)
        alive = {each.number for each in tracks}
        assert len(alive) == len(tracks)
        assert not alive & ended
        ended |= before - alive
        before = alive
        for each in tracks:
            assert each.born_s <= each.seen_s <= now_s
            assert 0 < each.box.width < 400
            assert 0 < each.box.height < 400
            if each.seen_s == now_s:
                assert any(each.box.overlap(one.box.grown(0.8)) > 0 for one in found or ())


def hidden_for(seconds: float, *, by_somebody: bool) -> set[int]:
    """Numbers of one who stands and is not found for so long, maybe behind somebody else."""
    behind, before = detection(box(500, 200, 60, 150)), detection(box(480, 215, 70, 170))
    tracker, seen = Tracker(), set[int]()
    for step in range(80):
        now_s = step * 0.1
        hidden = 2.0 <= now_s < 2.0 + seconds
        shown = [*([] if hidden else [behind]), *([before] if by_somebody and step > 9 else [])]
        tracks = tracker(now_s, look(*shown))
        seen |= {each.number for each in tracks if each.box.iou(behind.box) > 0.9}
    return seen


def test_whoever_stands_behind_another_one_is_waited_for_longer() -> None:
    assert len(hidden_for(2.5, by_somebody=True)) == 1
    assert len(hidden_for(2.5, by_somebody=False)) == 2
    assert len(hidden_for(4.0, by_somebody=True)) == 2
