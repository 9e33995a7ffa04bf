"""A camera in, what its box says is drawn there out: zones, lines, privacy masks and rules."""

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import Literal

import msgspec

from center.commanding import Commanding
from pipelines.clock import Clock
from pipelines.commands import Answer
from pipelines.drawing import Drawing
from pipelines.errors import TocsinError

FRESH_S = 5.0
"""For so long a box is not asked again: its audit has a line for each time that it was."""

Cause = Literal["silent", "unreadable", "expired", "forbidden", "unknown", "failed"]


class DrawingView(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn over a camera's picture, and the rules that are about it.

    at  when the box said so, by its own clock
    """

    camera: str
    box: str
    at: datetime
    drawing: Drawing


class UntoldError(TocsinError):
    """A box does not tell; `cause` is `silent`, or what the box said of the command."""

    def __init__(self, cause: Cause, said: str) -> None:
        super().__init__(said)
        self.cause: Cause = cause


class Drawings:
    """Asks boxes; what one has just said all who ask are told. Use it from the event loop only."""

    def __init__(self, commanding: Commanding, clock: Clock) -> None:
        self.commanding, self.clock = commanding, clock
        self.said: dict[tuple[str, str], tuple[Answer | None, float]] = {}
        self.turns = defaultdict[tuple[str, str], asyncio.Lock](asyncio.Lock)

    async def of(self, box: str, camera: str, *, seat: str) -> DrawingView:
        """What is drawn at a camera that there is. Raises UntoldError."""
        async with self.turns[box, camera]:
            answer, at_s = self.said.get((box, camera), (None, float("-inf")))
            if self.clock.ticks_s() - at_s > FRESH_S:
                command = self.commanding.command({"command": "zones", "camera": camera}, seat=seat)
                answer = await self.commanding.send(box, command)
                self.said[box, camera] = answer, self.clock.ticks_s()
        return _view(box, camera, answer)


def _view(box: str, camera: str, answer: Answer | None) -> DrawingView:
    if answer is None:
        raise UntoldError("silent", f"{box} does not answer")
    if answer.error is not None:
        raise UntoldError(answer.error.type, answer.error.detail)
    if answer.drawing is None:
        raise UntoldError("failed", f"{box} tells of no zones")
    return DrawingView(camera=camera, box=box, at=answer.time, drawing=answer.drawing)
