"""What is asked of a camera, what it has and how the box does in, how it is watched out."""

from dataclasses import dataclass
from typing import Literal

from pipelines.flow import Mode

OPEN_TOO_MUCH = 0.5
"""Share of the time for which keyframes may keep a camera awake before watching them is no gain."""

QUIET_AGAIN = 0.3
"""Share under which a camera that is watched in full for that is left to its keyframes again."""

TRUSTED = 6
"""Choices in a row for which a small stream that was lost must come before it is used again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A mode, and why, in words for an operator."""

    mode: Mode
    why: str


@dataclass(slots=True)
class Presence:
    """Says whether a camera's small stream is there; ask it at each choice.

    One interval without a packet is enough to doubt it, if the large stream came meanwhile; it is
    trusted again after `TRUSTED` intervals in which it came, so that a mode does not flap.

    main, small  packets of both streams at the last choice; None before the first
    came         intervals in a row in which the small stream came
    """

    main: int | None = None
    small: int = 0
    came: int = TRUSTED

    def __call__(self, main: int, small: int) -> bool:
        """Packets of both streams so far in, whether the small one can be relied on out."""
        if self.main is not None:
            if small > self.small:
                self.came += 1
            elif main > self.main:
                self.came = 0
        self.main, self.small = main, small
        return self.came >= TRUSTED


def chosen(
    asked: Literal["auto", "full", "substream", "keyframe"],
    *,
    has_substream: bool,
    overloaded: bool,
    open_share: float,
    lost: str = "",
    rare: bool = False,
    now: Mode | None = None,
) -> Choice:
    """Choose how a camera is watched.

    overloaded  the worker skips packets of its cameras
    open_share  of the last minutes in which there was something to look at, 0..1
    lost        why its small stream does not come; empty while it does
    rare        the keyframes of its large stream do not come
    now         how it is watched; None at the beginning
    """
    if rare and asked != "full":
        return Choice("full", "keyframes of its large stream are too rare to begin a picture with")
    busy = open_share > (QUIET_AGAIN if now == "full" else OPEN_TOO_MUCH)
    if asked == "keyframe" and busy:
        return Choice("full", f"its keyframes keep moving, {open_share:.0%} of the time")
    if asked in ("full", "keyframe"):
        return Choice(asked, "asked for")
    if has_substream and not lost:
        return Choice("substream", "asked for" if asked == "substream" else "it has a small stream")
    without = f"its small stream is lost: {lost}" if lost else "it has no small stream"
    if overloaded and not busy:
        return Choice("keyframe", f"{without}; the box is overloaded, the camera is mostly quiet")
    return Choice("full", without)
