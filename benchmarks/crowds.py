"""Numbers in, crowds that walk out: who is where in a picture, and what a network would find there.

Persons walk over ground before a pinhole camera, alone or side by side, stand and go on, and pass
behind each other and behind posts. What is hidden is found badly, cut, or not at all; boxes
tremble, and their errors last; of two that lie on each other one is dropped, as a network does.
Nothing of it comes from a real clip, so that a tracker can be judged on what it was not fitted to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
import numpy.typing as npt

from pipelines.flow import Box, Detection, Look

Reals = npt.NDArray[np.float64]
Truth = list[tuple[int, float, float, float, float]]

TALL_M, SHARE = 1.75, 0.38  # of a person, and width by height
DEEP_M, WIDE_M = (9.0, 34.0), 16.0  # the ground that is walked, from the camera on


@dataclass(frozen=True, slots=True)
class Crowd:
    """One scene.

    persons   that walk about
    fps       frames per second
    high_m    of the camera over ground
    posts     that hide who is behind them
    tremble   deviation of a box's sides, by its height
    blind     share of clear persons that is not found
    shake_px  deviation of the whole picture, from gusts of wind
    """

    seed: int
    persons: int
    fps: float
    high_m: float = 5.0
    posts: int = 3
    tremble: float = 0.03
    blind: float = 0.08
    shake_px: float = 0.0
    seconds: float = 40.0
    width: int = 1280
    height: int = 720


CROWDS = (
    Crowd(seed=1, persons=7, fps=10),
    Crowd(seed=2, persons=12, fps=25, seconds=25),
    Crowd(seed=3, persons=10, fps=10, high_m=2.5),
    Crowd(seed=4, persons=16, fps=10, high_m=8.0, tremble=0.04),
    Crowd(seed=5, persons=9, fps=5, posts=5),
    Crowd(seed=6, persons=8, fps=12, blind=0.2, tremble=0.05),
    Crowd(seed=7, persons=14, fps=15, high_m=3.5, blind=0.12),
    Crowd(seed=8, persons=6, fps=25, high_m=3.0, posts=6, seconds=25),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What stands on a frame, and what is found there."""

    at_s: float
    truth: Truth
    look: Look


def moments(crowd: Crowd) -> list[Moment]:
    """A scene from its beginning to its end; the same numbers give the same scene."""
    dice = np.random.default_rng(crowd.seed)
    times = np.arange(int(crowd.seconds * crowd.fps)) / crowd.fps
    walks = _walks(crowd, times, dice)
    posts = [_post(crowd, dice) for _ in range(crowd.posts)]
    sway = _lasting(dice, len(times), 0.4, crowd.fps, 2) * crowd.shake_px
    errors = _lasting(dice, len(times), 0.5, crowd.fps, 4 * crowd.persons) * crowd.tremble
    luck = _lasting(dice, len(times), 0.3, crowd.fps, crowd.persons)
    shown: list[Moment] = []
    for index, at_s in enumerate(times):
        moved = sway[index]
        boxes = [_seen(crowd, walk[index], moved) for walk in walks]
        far = [walk[index, 1] for walk in walks]
        wrong = errors[index].reshape(-1, 4)
        found = _found(crowd, boxes, far, posts, moved, wrong, luck[index], dice)
        truth = [
            (number, *box) for number, box in enumerate(boxes)
            if _inside(box, crowd).area > 0.5 * box.area
        ]  # fmt: skip
        before = sway[max(index - 1, 0)]
        by = (float(moved[0] - before[0]), float(moved[1] - before[1]))
        look = Look((Box(0, 0, crowd.width, crowd.height),), tuple(found), by)
        shown.append(Moment(float(at_s), truth, look))
    return shown


def _walks(crowd: Crowd, times: Reals, dice: np.random.Generator) -> list[Reals]:
    """Where each person is, metres to the right and away, for each time: (n, 2)."""
    walks: list[Reals] = []
    for number in range(crowd.persons):
        if walks and dice.random() < 0.3:  # beside the one before
            beside = dice.normal(0, 0.35, 2) + _lasting(dice, len(times), 3.0, crowd.fps, 2) * 0.2
            walks.append(walks[-1] + beside)
            continue
        walks.append(_walk(times, np.random.default_rng([crowd.seed, number])))
    return walks


def _walk(times: Reals, dice: np.random.Generator) -> Reals:
    place, aim = _somewhere(dice), _somewhere(dice)
    pace, stands_until_s, path = dice.uniform(0.7, 1.7), 0.0, np.empty((len(times), 2))
    last_s = times[0]
    for index, at_s in enumerate(times):
        way = aim - place
        far = float(np.hypot(*way))
        if far < 0.5:
            aim, pace = _somewhere(dice), dice.uniform(0.7, 1.7)
            stands_until_s = at_s + (dice.uniform(1, 8) if dice.random() < 0.35 else 0.0)
        elif at_s >= stands_until_s:
            place = place + way / far * min(pace * (at_s - last_s), far)
        path[index], last_s = place, at_s
    return path


def _somewhere(dice: np.random.Generator) -> Reals:
    return np.array([dice.uniform(-WIDE_M, WIDE_M) / 2, dice.uniform(*DEEP_M)])


def _post(crowd: Crowd, dice: np.random.Generator) -> tuple[float, Box]:
    """How far away it stands, and its box."""
    place = _somewhere(dice)
    box = _seen(crowd, place, np.zeros(2))
    wide = box.height * dice.uniform(0.15, 0.6)
    return float(place[1]), Box(box.x0, box.y0 - box.height, box.x0 + wide, box.y1)


def _seen(crowd: Crowd, place: Reals, moved: Reals) -> Box:
    """A person's box in the picture."""
    focal = 0.9 * crowd.width
    x, far = place
    foot = crowd.height * 0.25 + focal * crowd.high_m / far
    tall, middle = focal * TALL_M / far, crowd.width / 2 + focal * x / far
    half = SHARE * tall / 2
    left, top = middle - half + moved[0], foot - tall + moved[1]
    return Box(float(left), float(top), float(left + 2 * half), float(top + tall))


def _found(
    crowd: Crowd, boxes: Sequence[Box], far: Sequence[float], posts: Sequence[tuple[float, Box]],
    moved: Reals, wrong: Reals, luck: Reals, dice: np.random.Generator,
) -> list[Detection]:  # fmt: skip
    """What a network finds, the doubles dropped."""
    found: list[Detection] = []
    for number, box in enumerate(boxes):
        before = [other for other, away in zip(boxes, far, strict=True) if away < far[number]]
        before += [_moved(post, moved) for away, post in posts if away < far[number]]
        clear = _inside(box, crowd)
        if clear.area < 0.3 * box.area:
            continue
        seen, share = _left_over(clear, before)
        sure = (share - 0.45) / 0.12 + 0.8 * luck[number]
        chance = (1 - crowd.blind) / (1 + exp(-sure))
        if dice.random() > chance:
            continue
        score = float(np.clip(0.25 + 0.6 * share + 0.13 * luck[number], 0.1, 0.97))
        cut = seen if share < 0.75 and dice.random() < 0.6 else clear
        found.append(Detection(_trembling(cut, wrong[number]), "person", score))
    if dice.random() < 0.6 / crowd.fps:
        found.append(Detection(_seen(crowd, _somewhere(dice), moved), "person", 0.55))
    return _once(found)


def _trembling(box: Box, wrong: Reals) -> Box:
    x0, y0, x1, y1 = np.array(box) + wrong * box.height
    return Box(float(x0), float(y0), float(x1), float(y1))


def _left_over(box: Box, before: Sequence[Box]) -> tuple[Box, float]:
    """The part of a box that nothing hides, as a box, and its share."""
    across = np.linspace(box.x0, box.x1, 13)[:-1] + box.width / 24
    down = np.linspace(box.y0, box.y1, 25)[:-1] + box.height / 48
    hidden = np.zeros((24, 12), bool)
    for other in before:
        high, wide = (down > other.y0) & (down < other.y1), (across > other.x0)
        hidden |= high[:, None] & (wide & (across < other.x1))[None, :]
    if hidden.all():
        return box, 0.0
    rows, columns = np.flatnonzero(~hidden.all(1)), np.flatnonzero(~hidden.all(0))
    dx, dy = box.width / 24, box.height / 48
    left = Box(
        float(across[columns[0]] - dx), float(down[rows[0]] - dy),
        float(across[columns[-1]] + dx), float(down[rows[-1]] + dy),
    )  # fmt: skip
    return left, 1.0 - float(hidden.mean())


def _once(found: list[Detection]) -> list[Detection]:
    kept: list[Detection] = []
    for each in sorted(found, key=lambda one: -one.score):
        if all(each.box.iou(other.box) < 0.5 for other in kept):
            kept.append(each)
    return kept


def _moved(box: Box, by: Reals) -> Box:
    return Box(box.x0 + by[0], box.y0 + by[1], box.x1 + by[0], box.y1 + by[1])


def _inside(box: Box, crowd: Crowd) -> Box:
    return box.clipped(crowd.width, crowd.height)


def _lasting(
    dice: np.random.Generator, count: int, for_s: float, fps: float, columns: int
) -> Reals:
    """Errors of deviation 1 that last: an autoregressive series a column, (count, columns)."""
    kept = exp(-1 / (fps * for_s))
    fresh = dice.normal(0, 1, (count, columns))
    series = np.empty_like(fresh)
    series[0] = fresh[0]
    for index in range(1, count):
        series[index] = kept * series[index - 1] + (1 - kept**2) ** 0.5 * fresh[index]
    return series
