"""How a camera is watched follows from what it has and how the box does, and it is said why."""

import pytest

from pipelines.flow import Mode
from pipelines.modes import chosen


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
