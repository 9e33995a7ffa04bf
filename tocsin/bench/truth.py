"""A drawn scene's truth and what a run saw in, the share of events seen and of false alarms out.

The truth is JSON: `W`, `H`, `fps`, `events` and, for each frame, `boxes` as rows of
[event, x, y, width, height, share that is visible].
"""

from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Annotated

import msgspec

from pipelines.errors import ConfigError
from pipelines.flow import Box

SAME = 0.3  # IoU from which what a network found is the object
VISIBLE = 0.5  # share of an object from which it counts as there
MARGIN_S = 1.0  # around every object, in which a frame counts neither as idle nor as an alarm
WARM_UP_S = 8.0  # at the start, before which nothing is asked


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn on a clip."""

    width: int = msgspec.field(name="W")
    height: int = msgspec.field(name="H")
    fps: Annotated[float, msgspec.Meta(gt=0)]
    boxes: tuple[tuple[tuple[float, ...], ...], ...]

    @property
    def seconds(self) -> float:
        """How long the clip is."""
        return len(self.boxes) / self.fps

    def at(self, clip_s: float) -> dict[int, Box]:
        """Visible objects at a time of the clip, in shares of the picture, by event."""
        index = round(clip_s * self.fps)
        rows = self.boxes[index] if 0 <= index < len(self.boxes) else ()
        return {
            int(event): self._box(x, y, w, h)
            for event, x, y, w, h, visible in rows
            if visible >= VISIBLE
        }

    def _box(self, x: float, y: float, width: float, height: float) -> Box:
        right, below = x + width, y + height
        return Box(x / self.width, y / self.height, right / self.width, below / self.height)

    def is_idle(self, clip_s: float) -> bool:
        """Say whether nothing at all is drawn within a second of this time."""
        first = max(0, round((clip_s - MARGIN_S) * self.fps))
        last = round((clip_s + MARGIN_S) * self.fps)
        return clip_s >= WARM_UP_S and not any(self.boxes[first : last + 1])


class Seen(msgspec.Struct, frozen=True):
    """Regions, in shares of the picture, at a time of the clip."""

    clip_s: float
    regions: tuple[tuple[float, float, float, float], ...]


def load(path: Path) -> Scene:
    """Read a scene's truth. Raises ConfigError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Scene)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{path}: is not a scene's truth: {error}") from error


def event_recall(scene: Scene, looks: Sequence[Seen], *, until_s: float = inf) -> float | None:
    """Share of the events at which a network was shown the place where the object was.

    until_s  how far the clip was watched; what was not there a second before counts for nothing

    None where there was no event.
    """
    return _share(scene, {event for look in looks for event in _touched(scene, look)}, until_s)


def found_recall(scene: Scene, found: Sequence[Seen], *, until_s: float = inf) -> float | None:
    """Share of the events at which a network found something, of whatever class, on the object."""
    return _share(scene, {event for each in found for event in _met(scene, each)}, until_s)


def _share(scene: Scene, events: set[int], until_s: float) -> float | None:
    last_s = scene.seconds if until_s + MARGIN_S >= scene.seconds else until_s - MARGIN_S
    there = {
        event
        for index in range(round(WARM_UP_S * scene.fps), round(last_s * scene.fps))
        for event in scene.at(index / scene.fps)
    }
    return len(events & there) / len(there) if there else None


def idle_false_positive_rate(scene: Scene, motions: Sequence[Seen]) -> float | None:
    """Share of the idle frames on which something was said to move."""
    idle = [seen for seen in motions if scene.is_idle(seen.clip_s)]
    return sum(bool(seen.regions) for seen in idle) / len(idle) if idle else None


def _touched(scene: Scene, look: Seen) -> list[int]:
    """Events whose object lies mostly within one of the regions."""
    return [
        event
        for event, box in scene.at(look.clip_s).items()
        if any(box.overlap(Box(*region)) >= 0.5 * box.area for region in look.regions)
    ]


def _met(scene: Scene, found: Seen) -> list[int]:
    """Events whose object one of the boxes is."""
    return [
        event
        for event, box in scene.at(found.clip_s).items()
        if any(box.iou(Box(*each)) >= SAME for each in found.regions)
    ]
