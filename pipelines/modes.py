"""What is asked of a camera, what it has and how the box does in, how it is watched out."""

from dataclasses import dataclass
from typing import Literal

from pipelines.flow import Mode

OPEN_TOO_MUCH = 0.5
"""Share of the time for which keyframes may keep a camera awake before watching them is no gain."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A mode, and why, in words for an operator."""

    mode: Mode
    why: str


def chosen(
    asked: Literal["auto", "full", "substream", "keyframe"],
    *,
    has_substream: bool,
    overloaded: bool,
    open_share: float,
) -> Choice:
    """Choose how a camera is watched.

    overloaded  the worker skips packets of its cameras
    open_share  of the last minutes in which there was something to look at, 0..1
    """
    if asked == "keyframe" and open_share > OPEN_TOO_MUCH:
        return Choice("full", f"its keyframes keep moving, {open_share:.0%} of the time")
    if asked != "auto":
        return Choice(asked, "asked for")
    if has_substream:
        return Choice("substream", "it has a small stream")
    if overloaded and open_share <= OPEN_TOO_MUCH:
        return Choice("keyframe", "the box is overloaded and the camera is mostly quiet")
    return Choice("full", "it has no small stream")
