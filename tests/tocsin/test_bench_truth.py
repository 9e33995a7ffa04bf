"""What a benchmark says of recall and false alarms is what a person would count."""

import os
from pathlib import Path

import msgspec
import pytest

from pipelines.errors import ConfigError
from tocsin.bench import plan
from tocsin.bench.rounds import cores_of, spread
from tocsin.bench.truth import (
    Scene,
    Seen,
    event_recall,
    found_recall,
    idle_false_positive_rate,
    load,
)

FPS, SECONDS = 10, 30
CAR, WALKER = (12.0, 14.0), (20.0, 25.0)


def scene() -> Scene:
    """A car from 12 to 14 s on the left, a walker from 20 to 25 s on the right."""
    boxes = []
    for number in range(FPS * SECONDS):
        at_s = number / FPS
        rows = []
        if CAR[0] <= at_s < CAR[1]:
            rows.append((0, 100, 100, 100, 100, 1.0))
        if WALKER[0] <= at_s < WALKER[1]:
            rows.append((1, 800, 300, 50, 150, 0.9))
        boxes.append(rows)
    return msgspec.convert({"W": 1000, "H": 500, "fps": FPS, "boxes": boxes}, Scene)


LEFT, RIGHT = (0.0, 0.0, 0.4, 1.0), (0.6, 0.0, 1.0, 1.0)


def test_an_event_is_seen_when_its_place_was_shown_while_it_was_there() -> None:
    assert event_recall(scene(), [Seen(13.0, (LEFT,)), Seen(21.0, (RIGHT,))]) == 1.0
    assert event_recall(scene(), [Seen(13.0, (RIGHT,)), Seen(21.0, (RIGHT,))]) == 0.5
    assert event_recall(scene(), [Seen(18.0, (LEFT, RIGHT))]) == 0.0
    assert event_recall(scene(), []) == 0.0


def test_an_event_is_found_when_a_box_is_that_of_its_object() -> None:
    car, too_large = (0.1, 0.2, 0.2, 0.4), (0.0, 0.0, 0.4, 1.0)
    assert found_recall(scene(), [Seen(13.0, (too_large,))]) == 0.0
    assert found_recall(scene(), [Seen(13.0, (too_large, car))]) == 0.5
    assert found_recall(scene(), [Seen(18.0, (car,))]) == 0.0


def test_what_was_not_watched_counts_for_nothing() -> None:
    seen = [Seen(13.0, (LEFT,))]
    assert event_recall(scene(), seen) == 0.5
    assert event_recall(scene(), seen, until_s=19.0) == 1.0
    assert event_recall(scene(), seen, until_s=20.5) == 1.0  # who has just come may yet be seen
    assert event_recall(scene(), [], until_s=19.0) == 0.0
    assert event_recall(scene(), [], until_s=9.0) is None
    assert found_recall(scene(), [Seen(13.0, ((0.1, 0.2, 0.2, 0.4),))], until_s=19.0) == 1.0


def test_rounds_are_told_by_their_median_and_its_spread() -> None:
    told = spread([1.0, 5.0, 2.0, 3.0, 4.0])
    assert (told.median, told.low, told.high) == (3.0, 1.4, 4.6)


def test_the_next_round_takes_the_next_cores() -> None:
    ours = sorted(os.sched_getaffinity(0))
    assert [cores_of(turn) for turn in range(len(ours))] == [(core,) for core in ours]
    assert cores_of(0, count=len(ours) + 1) == tuple(ours)


def test_a_false_alarm_is_motion_where_nothing_was_for_a_second_on_either_side() -> None:
    idle = [Seen(9.0, (LEFT,)), Seen(10.0, ()), Seen(16.0, ()), Seen(27.0, ())]
    assert idle_false_positive_rate(scene(), idle) == 0.25
    near = [Seen(11.5, (LEFT,)), Seen(14.5, (LEFT,)), Seen(22.0, (RIGHT,)), Seen(3.0, (LEFT,))]
    assert idle_false_positive_rate(scene(), near) is None


def test_a_scene_without_events_has_no_recall() -> None:
    empty = msgspec.convert({"W": 10, "H": 10, "fps": 10, "boxes": [[]] * 300}, Scene)
    assert event_recall(empty, [Seen(9.0, (LEFT,))]) is None


def test_a_truth_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scene.json"
    with pytest.raises(ConfigError, match=r"scene\.json: No such file"):
        load(path)
    path.write_text('{"W": 3}')
    with pytest.raises(ConfigError, match=r"scene\.json: is not a scene's truth"):
        load(path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"modes": ["fast"]}, "--mode fast: no such mode"),
        ({"modes": ["substream"]}, "--mode substream: give the small stream"),
        ({"sources": ["a", "b"], "substream": "c"}, "--sub and --truth belong to one source"),
    ],
)
def test_words_that_do_not_go_together_are_refused(words: dict[str, object], said: str) -> None:
    plain = {"sources": ["a"], "modes": ["full"], "substream": "", "scene": None}
    with pytest.raises(ConfigError, match=said):
        plan.jobs(**{**plain, **words}, streams=1, seconds=5.0)  # type: ignore[arg-type]


def test_each_source_is_measured_in_each_mode() -> None:
    found = plan.jobs(
        ["a"], modes=["full", "substream"], substream="s", scene=None, streams=2, seconds=5.0
    )
    assert [(job.mode, job.substream) for job in found] == [("full", ""), ("substream", "s")]


@pytest.mark.parametrize(
    ("given", "seconds", "lasts_s"),
    [(None, None, 20.0), (scene(), None, SECONDS), (scene(), 5.0, 5.0), (None, 5.0, 5.0)],
)
def test_a_scene_is_watched_to_its_end_and_once(
    given: Scene | None, seconds: float | None, lasts_s: float
) -> None:
    (job,) = plan.jobs(["a"], modes=["full"], substream="", scene=given, streams=1, seconds=seconds)
    assert job.seconds == lasts_s
    assert job.loop is (given is None)
