"""The films' clock, and what doors and a help point say by it."""

from itertools import pairwise

import pytest

from tocsin.demo.acts import ACTS
from tocsin.demo.cues import CUES, due
from tocsin.demo.films import Film, newest, played, plays
from tocsin.demo.script import LOOP_S, SCENES

SAID = "film=lane at=100.500\nrtsp=ready\nfilm=gate at=101.000\nfilm=lane at=130.000\n"
EAST = {"yard-east": 1000.0}


def said(began_s: dict[str, float], since_s: float, until_s: float) -> list[tuple[float, str]]:
    return sorted((at_s, cue.rule) for at_s, cue in due(began_s, since_s, until_s))


def test_a_camera_that_connects_again_begins_its_film_anew() -> None:
    told = plays(SAID)
    assert newest(told) == {"lane": 130.0, "gate": 101.0}
    assert played(told, 160.0) == (
        Film(camera="lane", plays_s=(29.5, 30.0)),
        Film(camera="gate", plays_s=(59.0,)),
    )


def test_a_line_that_is_half_written_is_read_when_it_is_whole() -> None:
    assert plays("film=lane at=100.500\nfilm=gate at=10") == plays("film=lane at=100.500\n")


def test_what_was_shown_before_a_break_does_not_help_what_comes_after() -> None:
    broken = Film(camera="lane", plays_s=(30.0, 30.0))
    assert broken.times(50.0, LOOP_S) == 0
    assert Film(camera="lane", plays_s=(110.0,)).times(50.0, LOOP_S) == 2
    assert Film(camera="lane", plays_s=(109.0,)).times(50.0, LOOP_S) == 1


def test_the_help_point_is_pressed_once_a_story_and_the_door_forced_once() -> None:
    assert said(EAST, 1000.0, 1000.0 + 4 * LOOP_S) == [
        (1030.0, "help-point"),
        (1065.0, "door-forced"),
        (1150.0, "help-point"),
        (1185.0, "door-forced"),
    ]


def test_each_word_is_said_once_however_often_it_is_looked_for() -> None:
    looks = [1000.0 + 0.7 * look for look in range(200)]
    once = [word for a, b in pairwise(looks) for word in said(EAST, a, b)]
    assert once == said(EAST, looks[0], looks[-1])


def test_nothing_is_said_for_a_film_that_does_not_play() -> None:
    assert said({}, 0.0, 5000.0) == []


def test_one_badge_is_granted_before_two_go_through_the_door() -> None:
    badge = next(cue for cue in CUES if cue.rule == "badge-granted")
    over = [role.path[2][0] for scene in SCENES if scene.name == badge.film for role in scene.roles]
    assert len(over) == 2
    assert all(badge.at_s < at_s < badge.at_s + 10 for at_s in over)


def test_the_door_is_forced_before_somebody_comes_and_by_the_same_film() -> None:
    forced = next(cue for cue in CUES if cue.rule == "door-forced")
    (intruder,) = next(scene.roles for scene in SCENES if scene.name == forced.film)
    assert forced.at_s < intruder.path[0][0]
    assert forced.turns == (1,)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_all_acts_are_due_within_two_minutes(act: object) -> None:
    whole = [Film(camera=scene.name, plays_s=(120.0,)) for scene in SCENES]
    assert act in [each for each in ACTS if each.is_due(whole)]


def test_a_minute_shows_all_but_the_break_in() -> None:
    minute = [Film(camera=scene.name, plays_s=(60.0,)) for scene in SCENES]
    assert [act.name for act in ACTS if not act.is_due(minute)] == ["break-in"]
