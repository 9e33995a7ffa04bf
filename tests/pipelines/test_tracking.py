"""One thing is one number for as long as it is there, and no longer."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Box, Detection, Look, Track
from pipelines.tracking import Tracker
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
    assert tracks[-1][0].box == where(4 - 1 / fps)


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


def test_a_find_that_is_not_confirmed_is_dropped_at_once() -> None:
    tracker = Tracker()
    tracker(0.0, look(detection(box())))
    for step in range(1, 3):
        tracker(step * 0.2, look())
    assert tracker(0.6, look(detection(box()))) == ()


def test_whoever_is_not_looked_at_is_not_missed() -> None:
    tracker, person = settled()
    elsewhere = look(regions=(Box(0, 0, 300, 300),))
    for step in range(5, 60):
        tracks = tracker(step * 0.1, elsewhere if step % 2 else None)
    assert [each.number for each in tracks] == [person.number]


def test_whoever_is_looked_for_in_vain_is_lost() -> None:
    tracker, _ = settled()
    there = {step: bool(tracker(step * 0.1, look())) for step in range(5, 25)}
    assert there[18]
    assert not there[20]


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


def test_a_strong_find_is_preferred_to_a_weak_one() -> None:
    tracker, person = settled()
    beside = Box(*(side + 8 for side in person.box))
    found = look(detection(person.box, score=0.2), detection(beside, score=0.9))
    assert tracker(0.5, found)[0].box == beside


def test_a_track_is_as_sure_as_its_surest_find() -> None:
    tracker, person = settled()
    assert tracker(0.5, look(detection(person.box, score=0.95)))[0].score == 0.95
    assert tracker(0.6, look(detection(person.box, score=0.5)))[0].score == 0.95


def test_two_kinds_of_thing_are_never_one_track() -> None:
    tracker, person = settled()
    for step in range(5, 8):
        tracks = tracker(step * 0.1, look(detection(person.box, "bicycle")))
    assert {each.label: each.number for each in tracks} == {"person": 1, "bicycle": 2}
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
def test_whatever_comes_numbers_are_new_and_tracks_hold_what_was_found(
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
            if each.seen_s == now_s:
                assert each.box in [one.box for one in found or ()]
