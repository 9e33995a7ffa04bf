"""A shaken copy is the same clip as another run of the camera might have shown it."""

from benchmarks.bench_shaken import shaken
from pipelines.flow import Look
from tests.builders import box, detection, look
from tocsin.evaluate.clip import Shot


def clip() -> list[Shot]:
    """A walk of fifty frames, on which two are found."""
    return [
        Shot(number / 10, look(detection(box(100 + 5 * number, 200, 60, 150)),
                               detection(box(900, 300, 40, 110))), [(number, 0, 0, 1, 1)])
        for number in range(50)
    ]  # fmt: skip


def finds(shots: list[Shot]) -> list[Look]:
    return [shot.look for shot in shots if shot.look is not None]


def test_a_copy_loses_few_finds_and_moves_the_others_little() -> None:
    original, copy = clip(), shaken(clip(), 0)
    counts = [sum(len(each.found) for each in finds(shots)) for shots in (original, copy)]
    assert 0.85 * counts[0] < counts[1] < counts[0]
    for before, after in zip(finds(original), finds(copy), strict=True):
        for each in after.found:
            assert max(each.box.iou(one.box) for one in before.found) > 0.8
            assert each.box not in {one.box for one in before.found}


def test_every_other_copy_runs_backwards_in_rising_time() -> None:
    copy = shaken(clip(), 1)
    assert [shot.truth[0][0] for shot in copy] == list(range(49, -1, -1))
    assert [shot.at_s for shot in copy] == sorted(shot.at_s for shot in copy)
    assert copy[0].at_s == 0.0


def test_a_copy_is_the_same_each_time_and_another_one_differs() -> None:
    assert finds(shaken(clip(), 2)) == finds(shaken(clip(), 2))
    assert finds(shaken(clip(), 2)) != finds(shaken(clip(), 4))
