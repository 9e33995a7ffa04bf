"""How a camera is watched follows from what it has and how the box does, and it is said why."""

from typing import Literal

import pytest

from pipelines.flow import Mode
from pipelines.modes import TRUSTED, Presence, chosen


@pytest.mark.parametrize(
    ("has_substream", "overloaded", "open_share", "mode"),
    [
        (True, False, 0.0, "substream"),  # the cheapest that loses nothing
        (True, True, 0.9, "substream"),
        (False, False, 0.0, "full"),
        (False, True, 0.1, "keyframe"),  # only when there is no time for more
        (False, True, 0.9, "full"),  # and where it would save something
    ],
)
def test_auto_takes_what_loses_least(
    *, has_substream: bool, overloaded: bool, open_share: float, mode: Mode
) -> None:
    choice = chosen(
        "auto", has_substream=has_substream, overloaded=overloaded, open_share=open_share
    )
    assert choice.mode == mode
    assert choice.why


@pytest.mark.parametrize("mode", ["full", "substream", "keyframe"])
def test_what_is_asked_for_is_done(mode: Mode) -> None:
    assert chosen(mode, has_substream=True, overloaded=True, open_share=0.0).mode == mode


def test_keyframes_that_keep_moving_are_no_gain_and_it_is_said() -> None:
    choice = chosen("keyframe", has_substream=False, overloaded=False, open_share=0.8)
    assert choice.mode == "full"
    assert "80%" in choice.why


@pytest.mark.parametrize(("now", "mode"), [("keyframe", "keyframe"), ("full", "full")])
def test_a_camera_that_moves_half_of_the_time_stays_as_it_is(now: Mode, mode: Mode) -> None:
    half = {"has_substream": False, "open_share": 0.45}
    assert chosen("keyframe", overloaded=False, now=now, **half).mode == mode  # type: ignore[arg-type]
    assert chosen("auto", overloaded=True, now=now, **half).mode == mode  # type: ignore[arg-type]
    quiet = chosen("keyframe", has_substream=False, overloaded=False, open_share=0.2, now=now)
    assert quiet.mode == "keyframe"


@pytest.mark.parametrize("asked", ["auto", "substream"])
def test_who_lost_its_small_stream_is_not_left_blind_and_says_why(
    asked: Literal["auto", "substream"],
) -> None:
    why = "no packet comes"
    calm = chosen(asked, has_substream=True, overloaded=False, open_share=0.0, lost=why)
    busy = chosen(asked, has_substream=True, overloaded=True, open_share=0.0, lost=why)
    assert calm.mode == "full"
    assert busy.mode == "keyframe"
    assert f"its small stream is lost: {why}" in calm.why
    assert f"its small stream is lost: {why}" in busy.why


def test_a_small_stream_is_doubted_at_once_and_trusted_after_a_while() -> None:
    presence = Presence()
    assert presence(0, 0)  # nothing is known yet
    assert presence(50, 50)
    assert not presence(100, 50)
    back = [presence(100 + 50 * number, 50 + number) for number in range(1, TRUSTED + 1)]
    assert back == [False] * (TRUSTED - 1) + [True]


def test_a_small_stream_that_comes_and_goes_is_never_trusted() -> None:
    presence = Presence()
    small = 0
    there = []
    for number in range(60):
        small += number % TRUSTED != 0
        there.append(presence(50 * number, small))
    assert not any(there[TRUSTED + 1 :])


def test_a_camera_that_is_gone_as_a_whole_is_no_reason_to_doubt_one_stream() -> None:
    presence = Presence()
    assert all(presence(100, 100) for _ in range(10))


@pytest.mark.parametrize("asked", ["auto", "substream", "keyframe"])
def test_a_camera_whose_keyframes_do_not_come_is_decoded_in_full_and_it_is_said(
    asked: Literal["auto", "substream", "keyframe"],
) -> None:
    choice = chosen(asked, has_substream=True, overloaded=True, open_share=0.0, rare=True)
    assert choice.mode == "full"
    assert "too rare" in choice.why
