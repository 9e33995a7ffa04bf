"""Tracks and motion in, what a judge says out: short scenes for the tests of all rules."""

import itertools
from collections.abc import Callable, Iterable, Sequence

from pipelines.flow import Facts, Finding, Frame, Motion, Phase, Track
from pipelines.judging import Judge
from tests.builders import box, frame, motion, track

NOON_S = 1_750_000_000 // 86400 * 86400 + 12 * 3600.0
"""Noon of a Sunday, UTC."""

WIDTH, HEIGHT = 1280, 720


def ids() -> Callable[[], str]:
    """Names of lives: life-1, life-2 and so on."""
    numbers = itertools.count(1)
    return lambda: f"life-{next(numbers)}"


def at(now_s: float) -> Frame:
    """A frame so long after noon."""
    return frame(at_s=NOON_S + now_s, width=WIDTH, height=HEIGHT)


def standing(
    x: float, y: float, *, number: int = 1, label: str = "person", height: float = 0.2,
    score: float = 0.8, seen_s: float = 0.0,
) -> Track:  # fmt: skip
    """A track whose foot point is at (x, y), in shares of the picture; so is its height."""
    tall = height * HEIGHT
    where = box(x * WIDTH - tall / 4, y * HEIGHT - tall, tall / 2, tall)
    return track(where, number=number, label=label, score=score, seen_s=NOON_S + seen_s)


Scene = Callable[[float], Sequence[Track]]
"""Seconds in, who is there out."""


def said(
    judge: Judge,
    scene: Scene,
    *,
    begin_s: float = 0.0,
    seconds: float = 10.0,
    fps: float = 10.0,
    moving: Callable[[float], Motion] = lambda _: motion(),
) -> list[tuple[float, Facts]]:
    """What a judge says of a scene, and when."""
    times = [begin_s + index / fps for index in range(round(seconds * fps))]
    return [
        (round(now_s, 3), found.facts)
        for now_s in times
        for found in judge(at(now_s), moving(now_s), tuple(scene(now_s)))
    ]


def life_of(told: Iterable[tuple[float, Facts]]) -> list[tuple[float, Phase | None, int]]:
    """When, what of a life, and how many."""
    return [(now_s, facts.phase, facts.count) for now_s, facts in told]


def findings(judge: Judge, scene: Scene, *, seconds: float, fps: float = 10.0) -> list[Finding]:
    """The findings themselves."""
    times = (index / fps for index in range(round(seconds * fps)))
    return [each for now_s in times for each in judge(at(now_s), motion(), tuple(scene(now_s)))]


def there(*tracks: Track, from_s: float = 0.0, until_s: float = 1e9) -> Scene:
    """Some who stand where they stand for a while."""
    return lambda now_s: tracks if from_s <= now_s < until_s else ()
