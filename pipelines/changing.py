"""What changed in a scene and stays so in, objects left behind or taken away out.

The motion stage says what differs from the scene and stands. Whether it came or went is told by its
outline: what was put down has edges now where there were none before, and what was taken away had
them (P. Spagnolo et al., An abandoned/removed objects detection algorithm and its evaluation on
PETS datasets, AVSS 2006). A patch of light or shadow is neither: the ground's texture goes on under
it, so that before and after correlate (J. Jacques et al., Background subtraction and shadow
detection in grayscale video sequences, SIBGRAPI 2005). Nobody's belongings are followed: nothing is
known of who put a thing down or took it away.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from pipelines.feet import Key, key_of, shares
from pipelines.flow import Box, Bytes, Facts, Finding, Frame, Motion, Rule, Standing, Track
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.motion import cell_of
from pipelines.rules import VEHICLES, OfScene, name_of
from pipelines.zones import Zone

LOOK_S = 1.0  # from one look at the scene to the next
SEEN_S = 4.0  # that something must differ before it is looked at; from then on it must not change
SAME = 0.3  # IoU from which two places are one
WHOLE = 0.4  # IoU from which what changed is a whole vehicle or person, come or gone
ALIKE, STEPS = 2.5, 0.7  # or so many times larger or smaller, and within so much of its own size
STOOD_S = 3.0  # that a track must have stood for its place to be remembered
MEMORY_S = 120.0  # for which it is, beyond the rule's own time
REMEMBERED = 256  # places, at most
SHOT_S, SHOTS, TWICE = 5.0, 48, 2  # a picture each so often, so many; it was so in so many
GONE_S = 3.0  # for which a place may look otherwise
HIDDEN_S = 30.0  # and for which something that was told may be hidden
LIKE = 0.4  # of the change: a look that is nearer than this to before, or to after, is like it
AROUND = 16  # cells around that did not change, from which the light can be taken
STEP, PART = 8.0, 0.4  # grey levels, and share of the largest change, that count as changed
CLEAR = 1.15  # times more edges on one side than on the other: came, or went
FAINT = 12.0  # grey levels, under which a change is too faint to tell of
LIT, TEXTURE = 0.75, 3.0  # correlation, and grey levels of texture, from which it is only the light
ALIVE = frozenset({"person", "bicycle", "train", "dog", "cat", *VEHICLES})

Cells = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What differs from the scene at one place.

    rule  whether it came or went
    box   around what differs, in pixels of the frame
    mask  (h, w) bool, the cells of `standing` that differ
    """

    rule: Rule
    box: Box
    standing: Standing
    mask: Mask


@dataclass(slots=True)
class _Kept:
    """A change that is watched; `told`: its life has begun."""

    number: int
    change: Change
    since_s: float
    like_after_s: float
    told: bool = False


class SceneJudge:
    """A life for each object that was left, or taken, in a zone."""

    def __init__(
        self,
        rule: OfScene,
        zone: Zone,
        facts: Facts,
        new_id: NewId,
        standing: Callable[[float], tuple[Standing, ...]],
    ) -> None:
        self.rule, self.zone, self.standing = rule, zone, standing
        self.name: Rule = name_of(rule)
        self.facts = msgspec.structs.replace(facts, rule=self.name, zone=zone.id)
        self.lives, self.passed = Lives(rule, new_id), Passed()
        self.stood, self.album = Stood(), Album()
        self.kept: list[_Kept] = []
        self.number, self.next_s = 0, 0.0

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Once a second, look for what changed and at what is watched already."""
        now_s = self.passed(frame.captured_s)
        if now_s < self.next_s:
            return
        self.next_s = now_s + LOOK_S
        there = [track for track in tracks if track.label in ALIVE]
        self.stood(now_s, there, keep_s=self.rule.dwell_s + MEMORY_S)
        now = cells_of(frame)
        if not self.album(now_s, now):
            self.kept = []
        self._keep(now_s, frame, there)
        self.kept = [each for each in self.kept if self._remains(each, now_s, now, there)]
        due = [each for each in self.kept if self._due(each, now_s, there)]
        for each in due:
            each.told = True
        cases = {each.number: self._case(each, now_s, frame) for each in due}
        yield from self.lives(now_s, frame, tracks, cases)

    def _keep(self, now_s: float, frame: Frame, there: Sequence[Track]) -> None:
        """Begin to watch what changed lately, unless somebody is there: that would be himself."""
        for standing in self.standing(SEEN_S):
            change = change_of(standing)
            if change is None or not self._is_ours(change, frame) or _is_near(change.box, there):
                continue
            if self.album.knows(change, until_s=now_s - standing.seconds - LOOK_S):
                continue
            self.number += 1
            since_s = now_s - min(standing.seconds, SEEN_S + LOOK_S)
            self.kept.append(_Kept(self.number, change, since_s, now_s))

    def _is_ours(self, change: Change, frame: Frame) -> bool:
        """Of the rule's kind and size, in its zone, and neither known nor somebody's own place."""
        area = change.box.area / (frame.width * frame.height)
        x, y = change.box.foot
        foot = x / frame.width, min(y, frame.height - 0.5) / frame.height
        return (
            change.rule == self.name
            and self.rule.minimum_area <= area <= self.rule.maximum_area
            and self.zone.holds(*foot)
            and not any(_is_part(change.box, each.change.box) for each in self.kept)
            and not self.stood.at(change.box)
        )

    def _remains(self, each: _Kept, now_s: float, now: Bytes, there: Sequence[Track]) -> bool:
        """The place looks as it does since the change, but for moments; or somebody is in the way.

        What is told already may be hidden for longer, as long as the place does not look as before.
        In the end it belongs to the scene.
        """
        if now_s - each.since_s >= self.rule.adopt_s:
            return False
        looks = look_of(each.change, now)
        if looks == "after" or _is_covered(each.change.box, there):
            each.like_after_s = now_s
        hidden = each.told and looks == "neither"
        return now_s - each.like_after_s < (HIDDEN_S if hidden else GONE_S)

    def _due(self, each: _Kept, now_s: float, there: Sequence[Track]) -> bool:
        """It is there, has lasted, and nobody is at it; or it was told already."""
        lasted = each.like_after_s == now_s and now_s - each.since_s >= self.rule.dwell_s
        free = not _is_covered(each.change.box, there) and not self.stood.at(each.change.box)
        return each.told or (lasted and free)

    def _case(self, each: _Kept, now_s: float, frame: Frame) -> Case:
        facts = msgspec.structs.replace(
            self.facts, box=shares(each.change.box, frame), dwell_s=round(now_s - each.since_s, 1)
        )
        return Case(facts, frozenset({each.number}))


class Stood:
    """Remembers where people, animals and vehicles appeared or stood: that is no object's place."""

    def __init__(self) -> None:
        self.now: dict[Key, tuple[Box, float]] = {}
        self.past: list[tuple[Box, float]] = []

    def __call__(self, now_s: float, tracks: Sequence[Track], *, keep_s: float) -> None:
        """Note where they are at `now_s`; forget what is older than `keep_s`."""
        places = {key_of(track): track.box for track in tracks}
        for key, (box, since_s) in self.now.items():
            here = places.get(key)
            if (here is None or here.iou(box) < 1 - SAME) and now_s - since_s >= STOOD_S:
                self.past.append((box, now_s))
        self.past += [(box, now_s) for key, box in places.items() if key not in self.now]
        self.now = {key: self._since(key, box, now_s) for key, box in places.items()}
        recent = [(box, s) for box, s in self.past if now_s - s <= keep_s]
        self.past = recent[-REMEMBERED:]

    def _since(self, key: Key, box: Box, now_s: float) -> tuple[Box, float]:
        before = self.now.get(key)
        return before if before and before[0].iou(box) >= 1 - SAME else (box, now_s)

    def at(self, box: Box) -> bool:
        """Say whether one of them is, or was, about as large as this box and about there.

        Whoever begins to move is found when he has gone a few steps already.
        """
        places = [place for place, _ in (*self.now.values(), *self.past)]
        return any(
            box.iou(place) >= WHOLE
            or (
                1 / ALIKE <= place.area / box.area <= ALIKE
                and place.grown(STEPS).overlap(box) >= 0.5 * box.area
            )
            for place in places
        )


class Album:
    """Pictures of the scene from the last minutes: a place that was so before has no news.

    The background of the motion stage takes over whoever stands for long, and then what is bared
    when he leaves looks new.
    """

    def __init__(self) -> None:
        self.shots: deque[tuple[float, Bytes]] = deque(maxlen=SHOTS)

    def __call__(self, now_s: float, now: Bytes) -> bool:
        """Keep a picture now and then; False when it is of another size, and all begins anew."""
        same = not self.shots or self.shots[-1][1].shape == now.shape
        if not same:
            self.shots.clear()
        if not self.shots or now_s - self.shots[-1][0] >= SHOT_S:
            self.shots.append((now_s, now))
        return same

    def knows(self, change: Change, *, until_s: float) -> bool:
        """Say whether the place looked like this before, and not just for a moment."""
        older = (shot for at_s, shot in self.shots if at_s <= until_s)
        return sum(look_of(change, shot) == "after" for shot in older) >= TWICE


def cells_of(frame: Frame) -> Bytes:
    """The picture's cells, as the motion stage averages them, uint8."""
    cell = cell_of(frame.width)
    size = frame.width // cell, frame.height // cell
    luma = frame.y[: size[1] * cell, : size[0] * cell]
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def change_of(standing: Standing) -> Change | None:
    """What came or went at a place; nothing when its outline does not tell, or it is only light."""
    differs = np.abs(standing.after - standing.before)
    changed = differs > max(STEP, PART * float(differs.max()))
    mask = _largest(changed)
    if not mask.any() or differs[mask].mean() < FAINT or _is_light(standing, mask):
        return None
    band = _outline(mask)
    before, after = (
        float(_edges(cells)[band].mean()) for cells in (standing.before, standing.after)
    )
    if max(before, after) < CLEAR * min(before, after):
        return None
    rule: Rule = "object-left" if after > before else "object-taken"
    return Change(rule, _around(mask, standing.box), standing, mask)


def look_of(change: Change, cells: Bytes) -> Literal["before", "after", "neither"]:
    """Whether a place looks as it did before a change, as it did after it, or otherwise.

    The light may differ: it is taken from the cells around that did not change.

    cells  (H, W) uint8, from `cells_of`
    """
    standing, mask = change.standing, change.mask
    cell = standing.box.width / mask.shape[1]
    x0, y0 = round(standing.box.x0 / cell), round(standing.box.y0 / cell)
    now = cells[y0 : y0 + mask.shape[0], x0 : x0 + mask.shape[1]].astype(np.float32)
    if now.shape != mask.shape:
        return "neither"
    around = np.abs(standing.after - standing.before) < STEP
    if around.sum() >= AROUND:
        now *= (standing.after[around].mean() + 1) / (now[around].mean() + 1)
    step = LIKE * float(np.abs(standing.after - standing.before)[mask].mean())
    if np.abs(now - standing.after)[mask].mean() <= step:
        return "after"
    return "before" if np.abs(now - standing.before)[mask].mean() <= step else "neither"


def _is_part(one: Box, other: Box) -> bool:
    """One of them lies in the other, more or less."""
    return one.overlap(other) >= 0.5 * min(one.area, other.area)


def _is_near(box: Box, tracks: Sequence[Track]) -> bool:
    """Somebody or a vehicle touches it."""
    return any(track.box.overlap(box) > 0 for track in tracks)


def _is_covered(box: Box, tracks: Sequence[Track]) -> bool:
    """Somebody or a vehicle is over half of it."""
    return any(track.box.overlap(box) >= 0.5 * box.area for track in tracks)


def _is_light(standing: Standing, mask: Mask) -> bool:
    """The ground's texture goes on: what it was and what it is correlate."""
    before, after = standing.before[mask], standing.after[mask]
    if min(before.std(), after.std()) < TEXTURE:
        return False
    return float(np.corrcoef(before, after)[0, 1]) >= LIT


def _largest(changed: Mask) -> Mask:
    """The largest part that hangs together."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(changed.astype(np.uint8))
    if count < 2:
        return np.zeros_like(changed)
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), np.bool_)


def _outline(mask: Mask) -> Mask:
    """The cells along its edge, one on each side."""
    solid, square = mask.astype(np.uint8), np.ones((3, 3), np.uint8)
    return np.asarray(cv2.dilate(solid, square) - cv2.erode(solid, square), np.bool_)


def _edges(cells: Cells) -> Cells:
    """Strength of the edges (Sobel), grey levels."""
    across, down = (cv2.Sobel(cells, cv2.CV_32F, x, 1 - x, ksize=3) for x in (1, 0))
    return np.hypot(across, down)


def _around(mask: Mask, box: Box) -> Box:
    """The smallest box around the cells of a mask that lies over `box`."""
    ys, xs = np.nonzero(mask)
    across, down = box.width / mask.shape[1], box.height / mask.shape[0]
    return Box(
        box.x0 + across * float(xs.min()), box.y0 + down * float(ys.min()),
        box.x0 + across * float(xs.max() + 1), box.y0 + down * float(ys.max() + 1),
    )  # fmt: skip
