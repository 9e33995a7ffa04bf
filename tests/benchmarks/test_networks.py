"""Two networks are told apart by pictures that show different people each time."""

import itertools

from benchmarks.bench_models import SCORES, Row
from benchmarks.networks import apart
from benchmarks.people import of_people

PICTURES = 30


def row(*, missed_on: int) -> Row:
    """Of one person on each picture, who is missed on the first few."""
    made = Row()
    for number in range(PICTURES):
        judged = (0, 0, 1) if number < missed_on else (1, 0, 0)
        made.add(dict.fromkeys(SCORES, judged))
    return made


def test_a_network_is_no_better_than_itself() -> None:
    assert set(apart(row(missed_on=6), row(missed_on=6))) == {0.0}


def test_one_that_finds_fewer_is_less_by_about_as_much() -> None:
    less = sorted(apart(row(missed_on=0), row(missed_on=6)))
    whole = 1 - row(missed_on=6).best()
    assert less[0] < whole < less[-1]
    assert abs(less[len(less) // 2] - whole) < 0.03


def test_pictures_show_whole_people_at_other_spots_each_time() -> None:
    shown = list(itertools.islice(of_people(24), 3))
    boxes = [box for _, on_it in shown for box in on_it]
    assert len(set(boxes)) == len(boxes) >= len(shown) == 3
    assert all(picture.shape == (720, 1280, 3) for picture, _ in shown)
    for _, on_it in shown:
        assert all(one.overlap(other) == 0 for one, other in itertools.combinations(on_it, 2))
